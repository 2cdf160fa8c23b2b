import type { Span } from "./episodes.ts";

/** What an incident must show to be matched with the episodes that the facts give now. */
export interface Known extends Span {
  readonly sequence: number;
}

export interface Reconciled<T extends Known> {
  /** An episode that no incident stands for. */
  readonly opened: readonly Span[];
  /** An incident and the episode that it now stands for. */
  readonly kept: readonly { readonly incident: T; readonly episode: Span }[];
  /** Incidents that one episode has joined: `survivor` was published first. */
  readonly merged: readonly { readonly incident: T; readonly survivor: T }[];
  /** Incidents without any episode left. */
  readonly gone: readonly T[];
}

/**
 * Matches the incidents of a stretch of time with its episodes, both ascending. An incident that
 * was split keeps its earliest part; an episode that covers several keeps the one published first.
 */
export function reconcile<T extends Known>(
  incidents: readonly T[],
  episodes: readonly Span[],
): Reconciled<T> {
  const opened: Span[] = [];
  const kept: { incident: T; episode: Span }[] = [];
  const merged: { incident: T; survivor: T }[] = [];
  const left = new Set(incidents);
  for (const episode of episodes) {
    const overlapping = incidents.filter(
      (incident) =>
        left.has(incident) && incident.from <= episode.to && incident.to >= episode.from,
    );
    const [first, ...others] = overlapping;
    if (first === undefined) {
      opened.push(episode);
      continue;
    }
    const survivor = others.reduce((a, b) => (b.sequence < a.sequence ? b : a), first);
    for (const incident of overlapping) left.delete(incident);
    kept.push({ incident: survivor, episode });
    for (const incident of overlapping) {
      if (incident !== survivor) merged.push({ incident, survivor });
    }
  }
  return { opened, kept, merged, gone: [...left] };
}
