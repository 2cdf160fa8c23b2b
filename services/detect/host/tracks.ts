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
  #gauge = new Uint8Array(1_024);
  #next = new Int32Array(1_024);
  #tail = new Int32Array(1_024);
  /** The newest hot second; 0 is none. */
  #lastHot = new Uint32Array(1_024);
  #lastSecond = new Uint32Array(1_024);
  /** At or before the oldest cell: a sweep passes by every track that has nothing old. */
  #firstSecond = new Uint32Array(1_024);

  constructor(pool: CellPool) {
    this.#pool = pool;
  }

  /** A new empty track in front of the host's other tracks. */
  add(gauge: number, next: number): number {
    const track = this.size++;
    if (track === this.#gauge.length) this.#grow();
    this.#gauge[track] = gauge;
    this.#next[track] = next;
    this.#tail[track] = NO_CHUNK;
    this.#lastSecond[track] = 0;
    this.#lastHot[track] = 0;
    this.#firstSecond[track] = 0xffffffff;
    return track;
  }

  gauge(track: number): number {
    return this.#gauge[track]!;
  }

  next(track: number): number {
    return this.#next[track]!;
  }

  lastSecond(track: number): number {
    return this.#lastSecond[track]!;
  }

  isEmpty(track: number): boolean {
    return this.#tail[track] === NO_CHUNK;
  }

  /** Folds one fact into its cell. */
  put(track: number, second: number, factOffered: number, factSuppressed: number): void {
    const offered = factOffered < CELL_MAX ? factOffered : CELL_MAX;
    const suppressed = factSuppressed < CELL_MAX ? factSuppressed : CELL_MAX;
    if (second < this.#firstSecond[track]!) this.#firstSecond[track] = second;
    const tail = this.#tail[track]!;
    if (tail === NO_CHUNK || second > this.#lastSecond[track]!) {
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
    if (suppressed > 0 && second > this.#lastHot[track]!) this.#lastHot[track] = second;
  }

  /** The nearest hot seconds of the track around `second`, and whether it is hot itself. */
  findNeighbours(track: number, second: number): void {
    this.hotBefore = NEVER_BEFORE;
    this.hotAfter = NEVER_AFTER;
    this.isHotAt = false;
    const pool = this.#pool;
    for (let chunk = this.#tail[track]!; chunk !== NO_CHUNK;) {
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
    const bit = 1 << this.#gauge[track]!;
    for (let chunk = this.#tail[track]!; chunk !== NO_CHUNK;) {
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
    for (let chunk = this.#tail[track]!; chunk !== NO_CHUNK;) {
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
    for (let chunk = this.#tail[track]!; chunk !== NO_CHUNK;) {
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
    for (let chunk = this.#tail[track]!; chunk !== NO_CHUNK; chunk = pool.previous(chunk)) {
      oldest = pool.segment(chunk)[pool.base(chunk) + 1]!;
    }
    return oldest;
  }

  /** Gives back every chunk whose cells are all before `second`; returns how many cells went. */
  forgetBefore(track: number, second: number): number {
    if (this.#firstSecond[track]! >= second) return 0;
    this.#firstSecond[track] = second;
    const pool = this.#pool;
    let newer = NO_CHUNK;
    let chunk = this.#tail[track]!;
    while (chunk !== NO_CHUNK && this.#newestSecond(chunk) >= second) {
      newer = chunk;
      chunk = pool.previous(chunk);
    }
    if (chunk === NO_CHUNK) return 0;
    if (newer === NO_CHUNK) this.#tail[track] = NO_CHUNK;
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
    let chunk = tail;
    if (chunk === NO_CHUNK || pool.count(chunk) === CELLS_PER_CHUNK) {
      chunk = pool.allocate(tail);
      this.#tail[track] = chunk;
    }
    const words = pool.segment(chunk);
    const at = pool.append(chunk);
    words[at] = second;
    words[at + 1] = offered;
    words[at + 2] = suppressed;
    this.#lastSecond[track] = second;
    this.isNewest = true;
    this.offeredGrowth = offered;
    this.suppressedGrowth = suppressed;
    this.becameHot = suppressed > 0;
    if (!this.becameHot) return;
    const lastHot = this.#lastHot[track]!;
    this.hotBefore = lastHot === 0 ? NEVER_BEFORE : lastHot;
    this.hotAfter = NEVER_AFTER;
    this.#lastHot[track] = second;
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

  #grow(): void {
    const length = this.#gauge.length * 2;
    this.#gauge = grown(this.#gauge, new Uint8Array(length));
    this.#next = grown(this.#next, new Int32Array(length));
    this.#tail = grown(this.#tail, new Int32Array(length));
    this.#lastHot = grown(this.#lastHot, new Uint32Array(length));
    this.#lastSecond = grown(this.#lastSecond, new Uint32Array(length));
    this.#firstSecond = grown(this.#firstSecond, new Uint32Array(length));
  }
}

function grown<T extends Uint8Array | Int32Array | Uint32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
