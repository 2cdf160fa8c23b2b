import type { ChunkPool } from "./chunk-pool.ts";

/** Header: hosts that still cover the chunk's end, and how many rows there are. */
const LEFT = 0;
const OPENS = 1;
const CLOSES = 2;
const FIRST_OPEN = 4;
/** Second, hosts that begin to cover it, offered, suppressed. */
const OPEN_WIDTH = 4;
/** Second, hosts that no longer cover it. */
const CLOSE_WIDTH = 2;
/** About as many of each, so that a chunk of seconds that are all busy fills both at once. */
const OPENS_MAX = 20;
/** A few more, since those of the chunk before it come first. */
const CLOSES_MAX = 22;
const FIRST_CLOSE = FIRST_OPEN + OPENS_MAX * OPEN_WIDTH;

/** Calls back for a second with its four values. */
export type VisitRow = (
  second: number,
  change: number,
  offered: number,
  suppressed: number,
) => void;

/**
 * One stretch of a series, in a chunk of the pool: rows where something changes. Openings and
 * closings lie apart, each in ascending order: in ordered input both only ever grow at their ends.
 * One object serves all chunks of a pool: `at` moves it.
 */
export class SeriesChunk {
  readonly #pool: ChunkPool;
  #words: Uint32Array = new Uint32Array(0);
  #base = 0;

  constructor(pool: ChunkPool) {
    this.#pool = pool;
  }

  /** Moves to a chunk. */
  at(chunk: number): this {
    this.#words = this.#pool.segment(chunk);
    this.#base = this.#pool.base(chunk);
    return this;
  }

  /** Moves to a new chunk without rows, and returns it. */
  create(left: number): number {
    const chunk = this.#pool.allocate();
    this.at(chunk);
    this.#words[this.#base + LEFT] = left;
    this.#words[this.#base + OPENS] = 0;
    this.#words[this.#base + CLOSES] = 0;
    return chunk;
  }

  /** Hosts that still cover the chunk's end. */
  get left(): number {
    return this.#words[this.#base + LEFT]!;
  }

  /** For one more opening and two closings, whatever their seconds. */
  get hasRoom(): boolean {
    const words = this.#words;
    const base = this.#base;
    return words[base + OPENS]! < OPENS_MAX && words[base + CLOSES]! < CLOSES_MAX - 1;
  }

  /** One more host covers all of the chunk, or one less. */
  carry(hosts: 1 | -1): void {
    this.#words[this.#base + LEFT]! += hosts;
  }

  /** One more host begins to cover `second`, or one that did no longer does. */
  open(second: number, hosts: 1 | -1): void {
    this.#words[this.#openAt(second) + 1]! += hosts;
    this.#words[this.#base + LEFT]! += hosts;
  }

  /** Closes one host, or takes a closing back where `hosts` is -1. */
  close(second: number, hosts: 1 | -1): void {
    this.#words[this.#closeAt(second) + 1]! += hosts;
    this.#words[this.#base + LEFT]! -= hosts;
  }

  /** Adds to the sums of `second`, modulo 2^32; true where one of them went beyond that. */
  addSums(second: number, offered: number, suppressed: number): boolean {
    const row = this.#openAt(second);
    const words = this.#words;
    const offeredSum = words[row + 2]! + offered;
    const suppressedSum = words[row + 3]! + suppressed;
    words[row + 2] = offeredSum;
    words[row + 3] = suppressedSum;
    return words[row + 2] !== offeredSum || words[row + 3] !== suppressedSum;
  }

  /** The sums of `second` as `addSums` left them. */
  sumsOf(second: number): readonly [offered: number, suppressed: number] {
    const row = this.#openAt(second);
    return [this.#words[row + 2]!, this.#words[row + 3]!];
  }

  /**
   * Where to split before `second` gets a row; 0 where there is room. What only grows at its end
   * leaves full chunks behind.
   */
  splitFor(second: number): number {
    const words = this.#words;
    const base = this.#base;
    const isOpensFull = words[base + OPENS] === OPENS_MAX;
    const opens = isOpensFull
      ? splitOf(words, base + FIRST_OPEN, this.#opensEnd, OPEN_WIDTH, second)
      : 0;
    if (opens !== 0 || words[base + CLOSES] !== CLOSES_MAX) return opens;
    return splitOf(words, base + FIRST_CLOSE, this.#closesEnd, CLOSE_WIDTH, second);
  }

  /** Parts with everything at or after `second`; returns the chunk that has it, and stays here. */
  split(second: number): number {
    const words = this.#words;
    const base = this.#base;
    const left = words[base + LEFT]!;
    words[base + LEFT] = this.countUpTo(second - 1);
    const other = this.#pool.allocate();
    const to = this.#pool.segment(other);
    const toBase = this.#pool.base(other);
    const open = this.#openFrom(second);
    const opens = this.#opensEnd - open;
    for (let i = 0; i < opens; i++) to[toBase + FIRST_OPEN + i] = words[open + i]!;
    const close = this.#closeFrom(second);
    const closes = this.#closesEnd - close;
    for (let i = 0; i < closes; i++) to[toBase + FIRST_CLOSE + i] = words[close + i]!;
    to[toBase + LEFT] = left;
    to[toBase + OPENS] = opens / OPEN_WIDTH;
    to[toBase + CLOSES] = closes / CLOSE_WIDTH;
    words[base + OPENS]! -= opens / OPEN_WIDTH;
    words[base + CLOSES]! -= closes / CLOSE_WIDTH;
    return other;
  }

  /** Forgets the rows before `second`. */
  dropBefore(second: number): void {
    const words = this.#words;
    const base = this.#base;
    const open = this.#openFrom(second);
    words[base + OPENS] = (this.#opensEnd - open) / OPEN_WIDTH;
    words.copyWithin(base + FIRST_OPEN, open, open + words[base + OPENS]! * OPEN_WIDTH);
    const close = this.#closeFrom(second);
    words[base + CLOSES] = (this.#closesEnd - close) / CLOSE_WIDTH;
    words.copyWithin(base + FIRST_CLOSE, close, close + words[base + CLOSES]! * CLOSE_WIDTH);
  }

  /** Hosts that cover `second`: counted back from the end, where most questions are. */
  countUpTo(second: number): number {
    const words = this.#words;
    const base = this.#base;
    let count = words[base + LEFT]!;
    const firstOpen = base + FIRST_OPEN;
    for (let row = this.#opensEnd; row > firstOpen && words[row - OPEN_WIDTH]! > second;) {
      row -= OPEN_WIDTH;
      count -= words[row + 1]!;
    }
    const firstClose = base + FIRST_CLOSE;
    for (let row = this.#closesEnd; row > firstClose && words[row - CLOSE_WIDTH]! > second;) {
      row -= CLOSE_WIDTH;
      count += words[row + 1]!;
    }
    return count;
  }

  /** All who cover any second from `second` to the chunk's end, and those who outlast it. */
  mostFrom(second: number): number {
    const words = this.#words;
    let most = this.left;
    const firstClose = this.#base + FIRST_CLOSE;
    for (let row = this.#closesEnd; row > firstClose && words[row - CLOSE_WIDTH]! >= second;) {
      row -= CLOSE_WIDTH;
      most += words[row + 1]!;
    }
    return most;
  }

  /** Calls `visit` for each row in [fromSecond, toSecond], with its four values. */
  visitRows(fromSecond: number, toSecond: number, visit: VisitRow): void {
    // Kept: `visit` may look into other chunks.
    const words = this.#words;
    const opensEnd = this.#opensEnd;
    const closesEnd = this.#closesEnd;
    let open = this.#openFrom(fromSecond);
    let close = this.#closeFrom(fromSecond);
    for (;;) {
      const opening = open < opensEnd ? words[open]! : Number.POSITIVE_INFINITY;
      const closing = close < closesEnd ? words[close]! : Number.POSITIVE_INFINITY;
      const second = opening < closing ? opening : closing;
      if (second === Number.POSITIVE_INFINITY || second > toSecond) return;
      let change = 0;
      let offered = 0;
      let suppressed = 0;
      if (opening === second) {
        change = words[open + 1]!;
        offered = words[open + 2]!;
        suppressed = words[open + 3]!;
        open += OPEN_WIDTH;
      }
      if (closing === second) {
        change -= words[close + 1]!;
        close += CLOSE_WIDTH;
      }
      visit(second, change, offered, suppressed);
    }
  }

  get #opensEnd(): number {
    return this.#base + FIRST_OPEN + this.#words[this.#base + OPENS]! * OPEN_WIDTH;
  }

  get #closesEnd(): number {
    return this.#base + FIRST_CLOSE + this.#words[this.#base + CLOSES]! * CLOSE_WIDTH;
  }

  /** Offset of the first opening at or after `second`. */
  #openFrom(second: number): number {
    const words = this.#words;
    const first = this.#base + FIRST_OPEN;
    let row = this.#opensEnd;
    while (row > first && words[row - OPEN_WIDTH]! >= second) row -= OPEN_WIDTH;
    return row;
  }

  #closeFrom(second: number): number {
    const words = this.#words;
    const first = this.#base + FIRST_CLOSE;
    let row = this.#closesEnd;
    while (row > first && words[row - CLOSE_WIDTH]! >= second) row -= CLOSE_WIDTH;
    return row;
  }

  /** Offset of the opening of `second`; a new one is all zeros. */
  #openAt(second: number): number {
    const words = this.#words;
    const row = this.#openFrom(second);
    const end = this.#opensEnd;
    if (row < end && words[row] === second) return row;
    if (row < end) words.copyWithin(row + OPEN_WIDTH, row, end);
    words[row] = second;
    words[row + 1] = 0;
    words[row + 2] = 0;
    words[row + 3] = 0;
    words[this.#base + OPENS]! += 1;
    return row;
  }

  #closeAt(second: number): number {
    const words = this.#words;
    const row = this.#closeFrom(second);
    const end = this.#closesEnd;
    if (row < end && words[row] === second) return row;
    if (row < end) words.copyWithin(row + CLOSE_WIDTH, row, end);
    words[row] = second;
    words[row + 1] = 0;
    words[this.#base + CLOSES]! += 1;
    return row;
  }
}

/** Where full rows part for one more at `second`; 0 where it has one already. */
function splitOf(
  words: Uint32Array,
  first: number,
  end: number,
  width: number,
  second: number,
): number {
  if (second > words[end - width]!) return second;
  for (let row = first; row < end; row += width) if (words[row] === second) return 0;
  return words[first + (((end - first) / width) >> 1) * width]!;
}
