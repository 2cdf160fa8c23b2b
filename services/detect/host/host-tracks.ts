import type { CellPool } from "./cell-pool.ts";
import * as cells from "./track-cells.ts";
import { Tracks } from "./tracks.ts";

/** Local constants are part of the code; imported ones are looked up at every use. */
const { NEVER_AFTER, NEVER_BEFORE, NO_TRACK } = cells;

/** Where a host's first track stands before its first fact. */
const UNSEEN = -2;

/** The tracks of each host: one per gauge that it ever had, as a chain. */
export class HostTracks {
  readonly tracks: Tracks;
  size = 0;
  /** Answer of `findNeighbours`. */
  hotBefore = NEVER_BEFORE;
  hotAfter = NEVER_AFTER;
  isHotAt = false;
  #first = new Int32Array(1_024).fill(UNSEEN);

  constructor(pool: CellPool) {
    this.tracks = new Tracks(pool);
  }

  /** Every host's number is below; not every number below is a host's. */
  get end(): number {
    return this.#first.length;
  }

  isSeen(host: number): boolean {
    return host < this.#first.length && this.#first[host] !== UNSEEN;
  }

  first(host: number): number {
    return this.#first[host]!;
  }

  add(host: number): void {
    if (host >= this.#first.length) this.#grow(host);
    this.size += 1;
    this.#first[host] = NO_TRACK;
  }

  /** NO_TRACK where the host never had the gauge. */
  find(host: number, gauge: number): number {
    const { tracks } = this;
    let track = this.#first[host]!;
    while (track !== NO_TRACK && tracks.gauge(track) !== gauge) track = tracks.next(track);
    return track;
  }

  /** The host's track of a gauge, made where it is missing. */
  of(host: number, gauge: number): number {
    const known = this.find(host, gauge);
    if (known !== NO_TRACK) return known;
    const track = this.tracks.add(gauge, this.#first[host]!);
    this.#first[host] = track;
    return track;
  }

  /**
   * The nearest hot seconds of any of the gauges around `second`. Of `own`, whose newest cell it
   * is, `ownBefore` is known already; NaN where it is not. Stops where another track is hot then.
   */
  findNeighbours(
    host: number,
    gaugeMask: number,
    second: number,
    own: number,
    ownBefore: number,
  ): void {
    const { tracks } = this;
    this.hotBefore = NEVER_BEFORE;
    this.hotAfter = NEVER_AFTER;
    this.isHotAt = false;
    for (let track = this.#first[host]!; track !== NO_TRACK; track = tracks.next(track)) {
      if (((gaugeMask >>> tracks.gauge(track)) & 1) === 0) continue;
      if (track === own && !Number.isNaN(ownBefore)) {
        if (ownBefore > this.hotBefore) this.hotBefore = ownBefore;
        continue;
      }
      tracks.findNeighbours(track, second);
      if (track !== own && tracks.isHotAt) {
        this.isHotAt = true;
        return;
      }
      if (tracks.hotBefore > this.hotBefore) this.hotBefore = tracks.hotBefore;
      if (tracks.hotAfter < this.hotAfter) this.hotAfter = tracks.hotAfter;
    }
  }

  /** Hot seconds of any of the gauges in [from, to], ascending; some come twice. */
  hotSeconds(host: number, gaugeMask: number, from: number, to: number): number[] {
    const { tracks } = this;
    const seconds: number[] = [];
    for (let track = this.#first[host]!; track !== NO_TRACK; track = tracks.next(track)) {
      if (((gaugeMask >>> tracks.gauge(track)) & 1) === 0) continue;
      tracks.visit(track, from, to, (second, _offered, suppressed) => {
        if (suppressed > 0) seconds.push(second);
      });
    }
    return seconds.sort((a, b) => a - b);
  }

  #grow(host: number): void {
    const first = new Int32Array(Math.max(this.#first.length * 2, host + 1)).fill(UNSEEN);
    first.set(this.#first);
    this.#first = first;
  }
}
