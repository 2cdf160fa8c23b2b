import type { Span } from "./episodes.ts";

/** An incident of several hosts, wherever it is folded. Seconds, both inclusive. */
export interface LargerIncident {
  readonly id: string;
  readonly startedAt: number;
  readonly lastSeenAt: number;
}

/** What an incident explains of a single host: its own time, give or take its rule's window. */
export interface Explained {
  readonly by: LargerIncident;
  readonly slackSeconds: number;
}

/**
 * The incident that a single host's is told with where the larger ones, all together, hold all of
 * it: the one that holds most, of equals the one that began first. Null where a second is left.
 */
export function holderOf(span: Span, larger: readonly Explained[]): LargerIncident | null {
  const pieces = larger
    .map(({ by, slackSeconds }) => ({
      by,
      from: Math.max(span.from, by.startedAt - slackSeconds),
      to: Math.min(span.to, by.lastSeenAt + slackSeconds),
    }))
    .toSorted((a, b) => a.from - b.from || (a.by.id < b.by.id ? -1 : 1));
  let heldTo = span.from - 1;
  let holder: (typeof pieces)[number] | null = null;
  for (const piece of pieces) {
    if (piece.from > heldTo + 1) return null;
    heldTo = Math.max(heldTo, piece.to);
    if (holder === null || piece.to - piece.from > holder.to - holder.from) holder = piece;
  }
  return holder === null || heldTo < span.to ? null : holder.by;
}
