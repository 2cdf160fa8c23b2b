/** Why a revision is not sent to a sink; they become metric labels. */
export const SKIP_REASONS = [
  /** No route leads to the sink. */
  "unrouted",
  /** The sink had this revision or a newer one: a replay, or records out of order. */
  "already_settled",
  /** Not far enough for `page_on`. */
  "before_page_on",
  /** It ended before the sink heard of it. */
  "never_told",
  /** Older than any outage that is bridged. */
  "too_old",
  "silenced",
  "maintenance",
  "acknowledged",
  /** A newer revision took its place before it was sent. */
  "superseded",
  /** The record is not an incident. */
  "undecodable",
] as const;
export type SkipReason = (typeof SKIP_REASONS)[number];

export interface Skip {
  readonly reason: SkipReason;
  /** The control that keeps it back. */
  readonly controlId: string | null;
}

export function skip(reason: SkipReason, controlId: string | null = null): Skip {
  return { reason, controlId };
}
