import type { HostTracks } from "./host-tracks.ts";

/** The stretch around a second in which a host is covered without a break. */
export interface CoveredRun {
  /** At most this: what lies further back than was asked for does not matter. */
  readonly from: number;
  /** Exclusive; at least this. */
  readonly to: number;
}

/**
 * Since when each host is hot without a break, for one set of gauges. In ordered input a run only
 * grows at its end, so its start is remembered; everything else is read from the cells.
 */
export class HotRuns {
  readonly #tracks: HostTracks;
  readonly #gaugeMask: number;
  readonly #withinSeconds: number;
  readonly #reachSeconds: number;
  /** By host: first and last hot second of its newest run. */
  readonly #newest = new Map<number, { readonly from: number; to: number }>();

  /** `reachSeconds` is the longest time that anyone asks whether a run has lasted. */
  constructor(tracks: HostTracks, gaugeMask: number, withinSeconds: number, reachSeconds: number) {
    this.#tracks = tracks;
    this.#gaugeMask = gaugeMask;
    this.#withinSeconds = withinSeconds;
    // The neighbours on either side may lie a window away, and their own runs begin from there.
    this.#reachSeconds = reachSeconds + 2 * withinSeconds;
  }

  /** The run around `second`, which is hot, or was until now. */
  around(host: number, second: number, hasLater: boolean): CoveredRun {
    const within = this.#withinSeconds;
    const known = this.#newest.get(host);
    if (!hasLater && known !== undefined && known.to <= second && second - known.to <= within) {
      known.to = second;
      return { from: known.from, to: second + within };
    }
    this.#newest.delete(host);
    const hot = this.#tracks.hotSeconds(
      host,
      this.#gaugeMask,
      second - this.#reachSeconds,
      second + this.#reachSeconds,
    );
    let from = second;
    for (let at = hot.length - 1; at >= 0; at--) {
      if (hot[at]! < from && from - hot[at]! <= within) from = hot[at]!;
    }
    let last = second;
    for (const other of hot) if (other > last && other - last <= within) last = other;
    if (!hasLater) this.#newest.set(host, { from, to: last });
    return { from, to: last + within };
  }

  /** What is remembered of a host no longer holds. */
  forget(host: number): void {
    this.#newest.delete(host);
  }

  forgetBefore(second: number): void {
    for (const [host, { to }] of this.#newest) if (to < second) this.#newest.delete(host);
  }
}
