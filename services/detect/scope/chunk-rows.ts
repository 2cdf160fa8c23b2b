import type { ChunkPool } from "./chunk-pool.ts";
import { hostsIn, offsetIn } from "./row-head.ts";

/** Header: hosts that still cover the chunk's end, how many rows there are, its first second. */
export const LEFT = 0;
export const OPENS = 1;
export const CLOSES = 2;
export const FIRST_SECOND = 3;
export const FIRST_OPEN = 4;
/** Head (row-head.ts) of those who begin to cover its second, offered, suppressed. */
export const OPEN_WIDTH = 3;
/** Head of those who no longer cover its second. */
export const CLOSE_WIDTH = 1;
/** About as many of each, so that a chunk of seconds that are all busy fills both at once. */
export const OPENS_MAX = 30;
/** A few more, since those of the chunk before it come first. */
export const CLOSES_MAX = 34;
export const FIRST_CLOSE = FIRST_OPEN + OPENS_MAX * OPEN_WIDTH;
/** Of a chunk that has no row yet. */
export const NO_SECOND = 0;

/** Calls back for a second with its four values. */
export type VisitRow = (
  second: number,
  change: number,
  offered: number,
  suppressed: number,
) => void;

/** The rows of one chunk of a series, for reading. One object serves all chunks of a pool. */
export class ChunkRows {
  protected readonly pool: ChunkPool;
  protected words: Uint32Array = new Uint32Array(0);
  protected base = 0;

  constructor(pool: ChunkPool) {
    this.pool = pool;
  }

  /** Moves to a chunk. */
  at(chunk: number): this {
    this.words = this.pool.segment(chunk);
    this.base = this.pool.base(chunk);
    return this;
  }

  /** Hosts that still cover the chunk's end. */
  get left(): number {
    return this.words[this.base + LEFT]!;
  }

  /** Hosts that cover `second`: counted back from the end, where most questions are. */
  countUpTo(second: number): number {
    const words = this.words;
    const base = this.base;
    let count = words[base + LEFT]!;
    const offset = second - words[base + FIRST_SECOND]!;
    const firstOpen = base + FIRST_OPEN;
    for (let row = this.opensEnd; row > firstOpen && offsetIn(words[row - OPEN_WIDTH]!) > offset;) {
      row -= OPEN_WIDTH;
      count -= hostsIn(words[row]!);
    }
    const firstClose = base + FIRST_CLOSE;
    for (let row = this.closesEnd; row > firstClose && offsetIn(words[row - 1]!) > offset;) {
      row -= CLOSE_WIDTH;
      count += hostsIn(words[row]!);
    }
    return count;
  }

  /** All who cover any second from `second` to the chunk's end, and those who outlast it. */
  mostFrom(second: number): number {
    const words = this.words;
    let most = this.left;
    const offset = second - words[this.base + FIRST_SECOND]!;
    const firstClose = this.base + FIRST_CLOSE;
    for (let row = this.closesEnd; row > firstClose && offsetIn(words[row - 1]!) >= offset;) {
      row -= CLOSE_WIDTH;
      most += hostsIn(words[row]!);
    }
    return most;
  }

  /** Calls `visit` for each row in [fromSecond, toSecond], with its four values. */
  visitRows(fromSecond: number, toSecond: number, visit: VisitRow): void {
    // Kept: `visit` may look into other chunks.
    const words = this.words;
    const first = words[this.base + FIRST_SECOND]!;
    const opensEnd = this.opensEnd;
    const closesEnd = this.closesEnd;
    let open = this.openFrom(fromSecond);
    let close = this.closeFrom(fromSecond);
    for (;;) {
      const opening = open < opensEnd ? offsetIn(words[open]!) : Number.POSITIVE_INFINITY;
      const closing = close < closesEnd ? offsetIn(words[close]!) : Number.POSITIVE_INFINITY;
      const offset = opening < closing ? opening : closing;
      if (offset === Number.POSITIVE_INFINITY || first + offset > toSecond) return;
      let change = 0;
      let offered = 0;
      let suppressed = 0;
      for (; open < opensEnd && offsetIn(words[open]!) === offset; open += OPEN_WIDTH) {
        change += hostsIn(words[open]!);
        offered += words[open + 1]!;
        suppressed += words[open + 2]!;
      }
      for (; close < closesEnd && offsetIn(words[close]!) === offset; close += CLOSE_WIDTH) {
        change -= hostsIn(words[close]!);
      }
      visit(first + offset, change, offered, suppressed);
    }
  }

  protected get opensEnd(): number {
    return this.base + FIRST_OPEN + this.words[this.base + OPENS]! * OPEN_WIDTH;
  }

  protected get closesEnd(): number {
    return this.base + FIRST_CLOSE + this.words[this.base + CLOSES]! * CLOSE_WIDTH;
  }

  /** Where the first opening at or after `second` stands. */
  protected openFrom(second: number): number {
    const words = this.words;
    const first = this.base + FIRST_OPEN;
    const offset = second - words[this.base + FIRST_SECOND]!;
    let row = this.opensEnd;
    while (row > first && offsetIn(words[row - OPEN_WIDTH]!) >= offset) row -= OPEN_WIDTH;
    return row;
  }

  protected closeFrom(second: number): number {
    const words = this.words;
    const first = this.base + FIRST_CLOSE;
    const offset = second - words[this.base + FIRST_SECOND]!;
    let row = this.closesEnd;
    while (row > first && offsetIn(words[row - CLOSE_WIDTH]!) >= offset) row -= CLOSE_WIDTH;
    return row;
  }
}
