/** Why a revision is not sent to a sink; they become metric labels. */
export const SKIP_REASONS = [
  "no_route",
  "silenced",
  "maintenance",
  "acknowledged",
  /** Not far enough for `page_on`. */
  "not_confirmed",
  /** The sink had this revision or a newer one: a replay, or records out of order. */
  "already_sent",
  /** A newer revision took its place before it was sent. */
  "superseded",
  /** It was withdrawn before the sink heard of it. */
  "never_told",
  /** Older than any outage that is bridged. */
  "too_old",
  /** The record is no incident. */
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
