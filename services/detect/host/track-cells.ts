import * as pools from "./cell-pool.ts";

/** Local constants are part of the code; imported ones are looked up at every use. */
const { CELL_WORDS, countIn, NO_CHUNK, previousIn } = pools;

export const NO_TRACK = -1;
/** No hot second on that side. */
export const NEVER_BEFORE = Number.NEGATIVE_INFINITY;
export const NEVER_AFTER = Number.POSITIVE_INFINITY;

/** A track's row. Links are stored plus one. */
export const WORDS = 5;
/** The host's next track, above five bits for the gauge. */
export const NEXT_AND_GAUGE = 0;
export const GAUGE_BITS = 5;
const GAUGE_MASK = (1 << GAUGE_BITS) - 1;
/** The newest chunk. */
export const TAIL = 1;
/** The newest hot second; 0 is none. */
export const LAST_HOT = 2;
export const LAST_SECOND = 3;
/** At or before the oldest cell: a sweep passes by every track that has nothing old. */
export const FIRST_SECOND = 4;

/** What `measure` adds up over the tracks of one host. */
export interface TrackTotal {
  firstSecond: number;
  lastSecond: number;
  gaugeMask: number;
  offeredPeak: number;
  suppressed: number;
}

/**
 * The cells of all tracks, for reading: one row a track, and behind it a chain of chunks from the
 * newest back. `findNeighbours` answers through fields, so that a line costs no object.
 */
export class TrackCells {
  /** Answer of `findNeighbours`, and of a `put` that made the newest cell. */
  hotBefore = NEVER_BEFORE;
  hotAfter = NEVER_AFTER;
  isHotAt = false;

  protected readonly pool: pools.CellPool;
  /** The words of the cell that was found last. */
  protected cellWords: Uint32Array = new Uint32Array(0);
  /** One row of WORDS words a track, so that a fact finds all of it in one cache line or two. */
  protected rows = new Uint32Array(1_024 * WORDS);

  constructor(pool: pools.CellPool) {
    this.pool = pool;
  }

  gauge(track: number): number {
    return this.rows[track * WORDS + NEXT_AND_GAUGE]! & GAUGE_MASK;
  }

  next(track: number): number {
    return (this.rows[track * WORDS + NEXT_AND_GAUGE]! >>> GAUGE_BITS) - 1;
  }

  lastSecond(track: number): number {
    return this.rows[track * WORDS + LAST_SECOND]!;
  }

  isEmpty(track: number): boolean {
    return this.tailOf(track) === NO_CHUNK;
  }

  /** What the cell of a second holds; null where there is none. */
  cell(
    track: number,
    second: number,
  ): { readonly offered: number; readonly suppressed: number } | null {
    const at = this.cellAt(track, second);
    if (at < 0) return null;
    return { offered: this.cellWords[at + 1]!, suppressed: this.cellWords[at + 2]! };
  }

  /** The nearest hot seconds of the track around `second`, and whether it is hot itself. */
  findNeighbours(track: number, second: number): void {
    this.hotBefore = NEVER_BEFORE;
    this.hotAfter = NEVER_AFTER;
    this.isHotAt = false;
    const lastHot = this.rows[track * WORDS + LAST_HOT]!;
    if (lastHot < second) {
      // Mostly: the question is about now, and the answer stands in the row.
      if (lastHot !== 0) this.hotBefore = lastHot;
      return;
    }
    const pool = this.pool;
    for (let chunk = this.tailOf(track); chunk !== NO_CHUNK;) {
      const words = pool.segment(chunk);
      const base = pool.base(chunk) + 1;
      const header = words[base - 1]!;
      chunk = previousIn(header);
      for (let cell = countIn(header) - 1; cell >= 0; cell--) {
        const at = base + cell * CELL_WORDS;
        if (words[at + 2] === 0) continue;
        const cellSecond = words[at]!;
        if (cellSecond < second) {
          this.hotBefore = cellSecond;
          return;
        }
        if (cellSecond === second) this.isHotAt = true;
        else this.hotAfter = cellSecond;
      }
    }
  }

  /**
   * Adds up the hot cells in [fromSecond, toSecond] into `total`, which stays as it is without any.
   */
  measure(track: number, fromSecond: number, toSecond: number, total: TrackTotal): void {
    if (this.rows[track * WORDS + LAST_HOT]! < fromSecond) return;
    const pool = this.pool;
    const bit = 1 << this.gauge(track);
    for (let chunk = this.tailOf(track); chunk !== NO_CHUNK;) {
      const words = pool.segment(chunk);
      const base = pool.base(chunk) + 1;
      const header = words[base - 1]!;
      chunk = previousIn(header);
      if (words[base]! > toSecond) continue;
      for (let cell = countIn(header) - 1; cell >= 0; cell--) {
        const at = base + cell * CELL_WORDS;
        const second = words[at]!;
        if (second > toSecond || words[at + 2] === 0) continue;
        if (second < fromSecond) return;
        total.gaugeMask |= bit;
        total.suppressed += words[at + 2]!;
        if (words[at + 1]! > total.offeredPeak) total.offeredPeak = words[at + 1]!;
        if (second < total.firstSecond) total.firstSecond = second;
        if (second > total.lastSecond) total.lastSecond = second;
      }
    }
  }

  /** Calls `visit` for each cell, newest first, until it says no. */
  visitWhile(
    track: number,
    visit: (second: number, offered: number, suppressed: number) => boolean,
  ): void {
    const pool = this.pool;
    for (let chunk = this.tailOf(track); chunk !== NO_CHUNK;) {
      const words = pool.segment(chunk);
      const base = pool.base(chunk) + 1;
      const header = words[base - 1]!;
      chunk = previousIn(header);
      for (let cell = countIn(header) - 1; cell >= 0; cell--) {
        const at = base + cell * CELL_WORDS;
        if (!visit(words[at]!, words[at + 1]!, words[at + 2]!)) return;
      }
    }
  }

  /** Calls `visit` for each cell in [fromSecond, toSecond], newest first. */
  visit(
    track: number,
    fromSecond: number,
    toSecond: number,
    visit: (second: number, offered: number, suppressed: number) => void,
  ): void {
    const pool = this.pool;
    for (let chunk = this.tailOf(track); chunk !== NO_CHUNK;) {
      const words = pool.segment(chunk);
      const base = pool.base(chunk) + 1;
      const header = words[base - 1]!;
      chunk = previousIn(header);
      if (words[base]! > toSecond) continue;
      for (let cell = countIn(header) - 1; cell >= 0; cell--) {
        const at = base + cell * CELL_WORDS;
        const second = words[at]!;
        if (second > toSecond) continue;
        if (second < fromSecond) return;
        visit(second, words[at + 1]!, words[at + 2]!);
      }
    }
  }

  /** The second of the oldest cell; infinity where the track is empty. */
  oldestSecond(track: number): number {
    const pool = this.pool;
    let oldest = Number.POSITIVE_INFINITY;
    for (let chunk = this.tailOf(track); chunk !== NO_CHUNK; chunk = pool.previous(chunk)) {
      oldest = pool.segment(chunk)[pool.base(chunk) + 1]!;
    }
    return oldest;
  }

  /** The offset of a second's cell in cellWords; -1 where there is none. */
  protected cellAt(track: number, second: number): number {
    const pool = this.pool;
    for (let chunk = this.tailOf(track); chunk !== NO_CHUNK;) {
      const words = pool.segment(chunk);
      const base = pool.base(chunk) + 1;
      const header = words[base - 1]!;
      chunk = previousIn(header);
      if (words[base]! > second) continue;
      for (let cell = countIn(header) - 1; cell >= 0; cell--) {
        const at = base + cell * CELL_WORDS;
        if (words[at] !== second) continue;
        this.cellWords = words;
        return at;
      }
      return -1;
    }
    return -1;
  }

  protected newestSecond(chunk: number): number {
    const last = this.pool.count(chunk) - 1;
    return this.pool.segment(chunk)[this.pool.base(chunk) + 1 + last * CELL_WORDS]!;
  }

  protected tailOf(track: number): number {
    return this.rows[track * WORDS + TAIL]! - 1;
  }
}
