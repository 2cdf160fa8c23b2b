import {
  CELLS_PER_CHUNK,
  CELL_WORDS,
  type CellPool,
  countIn,
  NO_CHUNK,
  previousIn,
} from "./cell-pool.ts";

export const NO_TRACK = -1;
/** No hot second on that side. */
export const NEVER_BEFORE = Number.NEGATIVE_INFINITY;
export const NEVER_AFTER = Number.POSITIVE_INFINITY;

/** A cell's numbers have 32 bits: a repeat multiplies, and nobody asks what lies above. */
const CELL_MAX = 0xffffffff;

/** A track's row. Links are stored plus one. */
const WORDS = 6;
const GAUGE = 0;
/** The host's next track. */
const NEXT = 1;
/** The newest chunk. */
const TAIL = 2;
/** The newest hot second; 0 is none. */
const LAST_HOT = 3;
const LAST_SECOND = 4;
/** At or before the oldest cell: a sweep passes by every track that has nothing old. */
const FIRST_SECOND = 5;

/** What `measure` adds up over the tracks of one host. */
export interface TrackTotal {
  firstSecond: number;
  lastSecond: number;
  gaugeMask: number;
  offeredPeak: number;
  suppressed: number;
}

/**
 * Tracks: the cells of one gauge of one host in time order, as a chain of chunks from the newest
 * back. `put` and `findNeighbours` answer through fields, so that a line costs no object.
 */
export class Tracks {
  size = 0;
  /** Answer of `put`: how much the cell's two maxima grew, and whether its second became hot. */
  offeredGrowth = 0;
  suppressedGrowth = 0;
  becameHot = false;
  /** Whether the cell became the newest of its track; then the neighbours are already found. */
  isNewest = false;
  /** Answer of `findNeighbours`, and of a `put` that made the newest cell. */
  hotBefore = NEVER_BEFORE;
  hotAfter = NEVER_AFTER;
  isHotAt = false;

  readonly #pool: CellPool;
  /** One row of WORDS words a track, so that a fact finds all of it in one cache line or two. */
  #rows = new Uint32Array(1_024 * WORDS);

  constructor(pool: CellPool) {
    this.#pool = pool;
  }

  /** A new empty track in front of the host's other tracks. */
  add(gauge: number, next: number): number {
    const track = this.size++;
    const row = track * WORDS;
    if (row === this.#rows.length) this.#grow();
    const rows = this.#rows;
    rows[row + GAUGE] = gauge;
    rows[row + NEXT] = next + 1;
    rows[row + TAIL] = NO_CHUNK + 1;
    rows[row + LAST_HOT] = 0;
    rows[row + LAST_SECOND] = 0;
    rows[row + FIRST_SECOND] = 0xffffffff;
    return track;
  }

  gauge(track: number): number {
    return this.#rows[track * WORDS + GAUGE]!;
  }

  next(track: number): number {
    return this.#rows[track * WORDS + NEXT]! - 1;
  }

  lastSecond(track: number): number {
    return this.#rows[track * WORDS + LAST_SECOND]!;
  }

  isEmpty(track: number): boolean {
    return this.#tailOf(track) === NO_CHUNK;
  }

  /** Folds one fact into its cell. */
  put(track: number, second: number, factOffered: number, factSuppressed: number): void {
    const offered = factOffered < CELL_MAX ? factOffered : CELL_MAX;
    const suppressed = factSuppressed < CELL_MAX ? factSuppressed : CELL_MAX;
    const rows = this.#rows;
    const row = track * WORDS;
    if (second < rows[row + FIRST_SECOND]!) rows[row + FIRST_SECOND] = second;
    const tail = rows[row + TAIL]! - 1;
    if (tail === NO_CHUNK || second > rows[row + LAST_SECOND]!) {
      this.#append(track, tail, second, offered, suppressed);
      return;
    }
    this.isNewest = false;
    let chunk = tail;
    let previous = this.#pool.previous(chunk);
    while (
      previous !== NO_CHUNK &&
      this.#pool.segment(chunk)[this.#pool.base(chunk) + 1]! > second
    ) {
      chunk = previous;
      previous = this.#pool.previous(chunk);
    }
    this.#putInto(chunk, second, offered, suppressed);
    if (suppressed > 0 && second > rows[row + LAST_HOT]!) rows[row + LAST_HOT] = second;
  }

  /** The nearest hot seconds of the track around `second`, and whether it is hot itself. */
  findNeighbours(track: number, second: number): void {
    this.hotBefore = NEVER_BEFORE;
    this.hotAfter = NEVER_AFTER;
    this.isHotAt = false;
    const pool = this.#pool;
    for (let chunk = this.#tailOf(track); chunk !== NO_CHUNK;) {
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
    const pool = this.#pool;
    const bit = 1 << this.gauge(track);
    for (let chunk = this.#tailOf(track); chunk !== NO_CHUNK;) {
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
    const pool = this.#pool;
    for (let chunk = this.#tailOf(track); chunk !== NO_CHUNK;) {
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
    const pool = this.#pool;
    for (let chunk = this.#tailOf(track); chunk !== NO_CHUNK;) {
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
    const pool = this.#pool;
    let oldest = Number.POSITIVE_INFINITY;
    for (let chunk = this.#tailOf(track); chunk !== NO_CHUNK; chunk = pool.previous(chunk)) {
      oldest = pool.segment(chunk)[pool.base(chunk) + 1]!;
    }
    return oldest;
  }

  /** Gives back every chunk whose cells are all before `second`; returns how many cells went. */
  forgetBefore(track: number, second: number): number {
    const row = track * WORDS;
    if (this.#rows[row + FIRST_SECOND]! >= second) return 0;
    this.#rows[row + FIRST_SECOND] = second;
    const pool = this.#pool;
    let newer = NO_CHUNK;
    let chunk = this.#tailOf(track);
    while (chunk !== NO_CHUNK && this.#newestSecond(chunk) >= second) {
      newer = chunk;
      chunk = pool.previous(chunk);
    }
    if (chunk === NO_CHUNK) return 0;
    if (newer === NO_CHUNK) this.#rows[row + TAIL] = NO_CHUNK + 1;
    else pool.link(newer, NO_CHUNK, pool.count(newer));
    let forgotten = 0;
    while (chunk !== NO_CHUNK) {
      const previous = pool.previous(chunk);
      forgotten += pool.count(chunk);
      pool.release(chunk);
      chunk = previous;
    }
    return forgotten;
  }

  #newestSecond(chunk: number): number {
    const last = this.#pool.count(chunk) - 1;
    return this.#pool.segment(chunk)[this.#pool.base(chunk) + 1 + last * CELL_WORDS]!;
  }

  #append(track: number, tail: number, second: number, offered: number, suppressed: number): void {
    const pool = this.#pool;
    const rows = this.#rows;
    const row = track * WORDS;
    let chunk = tail;
    if (chunk === NO_CHUNK || pool.count(chunk) === CELLS_PER_CHUNK) {
      chunk = pool.allocate(tail);
      rows[row + TAIL] = chunk + 1;
    }
    const words = pool.segment(chunk);
    const at = pool.append(chunk);
    words[at] = second;
    words[at + 1] = offered;
    words[at + 2] = suppressed;
    rows[row + LAST_SECOND] = second;
    this.isNewest = true;
    this.offeredGrowth = offered;
    this.suppressedGrowth = suppressed;
    this.becameHot = suppressed > 0;
    if (!this.becameHot) return;
    const lastHot = rows[row + LAST_HOT]!;
    this.hotBefore = lastHot === 0 ? NEVER_BEFORE : lastHot;
    this.hotAfter = NEVER_AFTER;
    rows[row + LAST_HOT] = second;
  }

  #putInto(chunk: number, second: number, offered: number, suppressed: number): void {
    const pool = this.#pool;
    const words = pool.segment(chunk);
    const base = pool.base(chunk) + 1;
    const count = pool.count(chunk);
    let cell = 0;
    while (cell < count && words[base + cell * CELL_WORDS]! < second) cell++;
    const at = base + cell * CELL_WORDS;
    if (cell < count && words[at] === second) {
      const offeredBefore = words[at + 1]!;
      const suppressedBefore = words[at + 2]!;
      this.offeredGrowth = Math.max(0, offered - offeredBefore);
      this.suppressedGrowth = Math.max(0, suppressed - suppressedBefore);
      this.becameHot = suppressedBefore === 0 && suppressed > 0;
      words[at + 1] = offeredBefore + this.offeredGrowth;
      words[at + 2] = suppressedBefore + this.suppressedGrowth;
      return;
    }
    if (count < CELLS_PER_CHUNK) {
      words.copyWithin(at + CELL_WORDS, at, base + count * CELL_WORDS);
      pool.link(chunk, pool.previous(chunk), count + 1);
      this.#writeCell(chunk, cell, second, offered, suppressed);
      return;
    }
    this.#split(chunk);
    const target = this.#newestSecond(pool.previous(chunk)) < second ? chunk : pool.previous(chunk);
    this.#putInto(target, second, offered, suppressed);
  }

  /**
   * Moves the older cells of a full chunk into a new one before it; who links to it stays right.
   */
  #split(chunk: number): void {
    const pool = this.#pool;
    const older = pool.allocate(pool.previous(chunk));
    const moved = CELLS_PER_CHUNK >> 1;
    const kept = CELLS_PER_CHUNK - moved;
    const from = pool.segment(chunk);
    const fromBase = pool.base(chunk) + 1;
    const to = pool.segment(older);
    const toBase = pool.base(older) + 1;
    for (let word = 0; word < moved * CELL_WORDS; word++)
      to[toBase + word] = from[fromBase + word]!;
    const first = fromBase + moved * CELL_WORDS;
    from.copyWithin(fromBase, first, first + kept * CELL_WORDS);
    pool.link(older, pool.previous(older), moved);
    pool.link(chunk, older, kept);
  }

  #writeCell(
    chunk: number,
    cell: number,
    second: number,
    offered: number,
    suppressed: number,
  ): void {
    const words = this.#pool.segment(chunk);
    const at = this.#pool.base(chunk) + 1 + cell * CELL_WORDS;
    words[at] = second;
    words[at + 1] = offered;
    words[at + 2] = suppressed;
    this.offeredGrowth = offered;
    this.suppressedGrowth = suppressed;
    this.becameHot = suppressed > 0;
  }

  #tailOf(track: number): number {
    return this.#rows[track * WORDS + TAIL]! - 1;
  }

  #grow(): void {
    const rows = new Uint32Array(this.#rows.length * 2);
    rows.set(this.#rows);
    this.#rows = rows;
  }
}
