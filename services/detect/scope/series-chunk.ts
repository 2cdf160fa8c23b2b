import * as rows from "./chunk-rows.ts";
import * as head from "./row-head.ts";

/** Local constants are part of the code; imported ones are looked up at every use. */
const { CLOSE_WIDTH, CLOSES, CLOSES_MAX, FIRST_CLOSE, FIRST_OPEN } = rows;
const { FIRST_SECOND, LEFT, NO_SECOND, OPEN_WIDTH, OPENS, OPENS_MAX } = rows;
const { canTake, NO_SPLIT, OFFSET_MAX, OFFSET_SHIFT, offsetIn, splitOf } = head;

/**
 * One stretch of a series, in a chunk of the pool: rows where something changes. Openings and
 * closings lie apart, each in ascending order: in ordered input both only ever grow at their ends.
 * One object serves all chunks of a pool: `at` moves it.
 */
export class SeriesChunk extends rows.ChunkRows {
  /** Moves to a new chunk without rows, and returns it. */
  create(left: number): number {
    const chunk = this.pool.allocate();
    this.at(chunk);
    this.words[this.base + LEFT] = left;
    this.words[this.base + OPENS] = 0;
    this.words[this.base + CLOSES] = 0;
    this.words[this.base + FIRST_SECOND] = NO_SECOND;
    return chunk;
  }

  /** For one more opening and two closings of any seconds in [fromSecond, toSecond]. */
  hasRoom(fromSecond: number, toSecond: number): boolean {
    const words = this.words;
    const base = this.base;
    const first = words[base + FIRST_SECOND]!;
    const isInReach = fromSecond >= first && toSecond - first <= OFFSET_MAX;
    return isInReach && words[base + OPENS]! < OPENS_MAX && words[base + CLOSES]! < CLOSES_MAX - 1;
  }

  /** One more host covers all of the chunk, or one less. */
  carry(hosts: 1 | -1): void {
    this.words[this.base + LEFT]! += hosts;
  }

  /** One more host begins to cover `second`, or one that did no longer does. */
  open(second: number, hosts: 1 | -1): void {
    this.words[this.#openAt(second, hosts)]! += hosts;
    this.words[this.base + LEFT]! += hosts;
  }

  /** Closes one host, or takes a closing back where `hosts` is -1. */
  close(second: number, hosts: 1 | -1): void {
    this.words[this.#closeAt(second, hosts)]! += hosts;
    this.words[this.base + LEFT]! -= hosts;
  }

  /** Adds to the sums of `second`, modulo 2^32; true where one of them went beyond that. */
  addSums(second: number, offered: number, suppressed: number): boolean {
    const row = this.#openAt(second, 0);
    const words = this.words;
    const offeredSum = words[row + 1]! + offered;
    const suppressedSum = words[row + 2]! + suppressed;
    words[row + 1] = offeredSum;
    words[row + 2] = suppressedSum;
    return words[row + 1] !== offeredSum || words[row + 2] !== suppressedSum;
  }

  /** The sums of `second` as `addSums` left them. */
  sumsOf(second: number): readonly [offered: number, suppressed: number] {
    const row = this.#openAt(second, 0);
    return [this.words[row + 1]!, this.words[row + 2]!];
  }

  /**
   * Where to split before `second` gets a row; 0 where there is room, which it reaches from then
   * on. What only grows at its end leaves full chunks behind.
   */
  splitFor(second: number): number {
    const words = this.words;
    const base = this.base;
    const offset = second - words[base + FIRST_SECOND]!;
    const isFull = words[base + OPENS] === OPENS_MAX || words[base + CLOSES] === CLOSES_MAX;
    return offset >= 0 && offset <= OFFSET_MAX && !isFull ? 0 : this.#makeRoomFor(second);
  }

  #makeRoomFor(second: number): number {
    const words = this.words;
    const base = this.base;
    const first = words[base + FIRST_SECOND]!;
    if (first === NO_SECOND) words[base + FIRST_SECOND] = second;
    else if (second - first > OFFSET_MAX) return second;
    else if (second < first && !this.#reachBack(first - second)) return first;
    const offset = second - words[base + FIRST_SECOND]!;
    const isOpensFull = words[base + OPENS] === OPENS_MAX;
    const opens = isOpensFull
      ? splitOf(words, base + FIRST_OPEN, this.opensEnd, OPEN_WIDTH, offset)
      : NO_SPLIT;
    if (opens !== NO_SPLIT) return words[base + FIRST_SECOND]! + opens;
    if (words[base + CLOSES] !== CLOSES_MAX) return 0;
    const closes = splitOf(words, base + FIRST_CLOSE, this.closesEnd, CLOSE_WIDTH, offset);
    return closes === NO_SPLIT ? 0 : words[base + FIRST_SECOND]! + closes;
  }

  /** Parts with everything at or after `second`; returns the chunk that has it, and stays here. */
  split(second: number): number {
    const words = this.words;
    const base = this.base;
    const left = words[base + LEFT]!;
    words[base + LEFT] = this.countUpTo(second - 1);
    const other = this.pool.allocate();
    const to = this.pool.segment(other);
    const toBase = this.pool.base(other);
    // Its rows count from its own first second, which may be below all of them.
    const shift = (second - words[base + FIRST_SECOND]!) << OFFSET_SHIFT;
    const open = this.openFrom(second);
    const opens = (this.opensEnd - open) / OPEN_WIDTH;
    const firstOpen = toBase + FIRST_OPEN;
    for (let i = 0; i < opens * OPEN_WIDTH; i++) to[firstOpen + i] = words[open + i]!;
    for (let i = 0; i < opens; i++) to[firstOpen + i * OPEN_WIDTH]! -= shift;
    const close = this.closeFrom(second);
    const closes = this.closesEnd - close;
    for (let i = 0; i < closes; i++) to[toBase + FIRST_CLOSE + i] = words[close + i]! - shift;
    to[toBase + LEFT] = left;
    to[toBase + OPENS] = opens;
    to[toBase + CLOSES] = closes;
    to[toBase + FIRST_SECOND] = second;
    words[base + OPENS]! -= opens;
    words[base + CLOSES]! -= closes;
    return other;
  }

  /** Forgets the rows before `second`. */
  dropBefore(second: number): void {
    const words = this.words;
    const base = this.base;
    const open = this.openFrom(second);
    words[base + OPENS] = (this.opensEnd - open) / OPEN_WIDTH;
    words.copyWithin(base + FIRST_OPEN, open, open + words[base + OPENS]! * OPEN_WIDTH);
    const close = this.closeFrom(second);
    words[base + CLOSES] = this.closesEnd - close;
    words.copyWithin(base + FIRST_CLOSE, close, close + words[base + CLOSES]!);
    const isEmpty = words[base + OPENS] === 0 && words[base + CLOSES] === 0;
    if (isEmpty) words[base + FIRST_SECOND] = NO_SECOND;
  }

  /** Makes the chunk begin so much earlier; false where its last row would be out of reach. */
  #reachBack(seconds: number): boolean {
    const words = this.words;
    const base = this.base;
    const [opensEnd, closesEnd] = [this.opensEnd, this.closesEnd];
    const lastOpen = words[base + OPENS] === 0 ? 0 : offsetIn(words[opensEnd - OPEN_WIDTH]!);
    const lastClose = words[base + CLOSES] === 0 ? 0 : offsetIn(words[closesEnd - CLOSE_WIDTH]!);
    const isEmpty = words[base + OPENS] === 0 && words[base + CLOSES] === 0;
    if (!isEmpty && Math.max(lastOpen, lastClose) + seconds > OFFSET_MAX) return false;
    const shift = seconds << OFFSET_SHIFT;
    for (let row = base + FIRST_OPEN; row < opensEnd; row += OPEN_WIDTH) words[row]! += shift;
    for (let row = base + FIRST_CLOSE; row < closesEnd; row += CLOSE_WIDTH) words[row]! += shift;
    words[base + FIRST_SECOND]! -= seconds;
    return true;
  }

  /** Where an opening of `second` stands that can take so many hosts; a new one has none. */
  #openAt(second: number, hosts: -1 | 0 | 1): number {
    const words = this.words;
    const base = this.base;
    // A whole number to the compiler: within reach it always is one (bench/replay.bench.ts).
    const offset = (second - words[base + FIRST_SECOND]!) | 0;
    const first = base + FIRST_OPEN;
    const end = first + words[base + OPENS]! * OPEN_WIDTH;
    let row = end;
    while (row > first && words[row - OPEN_WIDTH]! >>> OFFSET_SHIFT >= offset) row -= OPEN_WIDTH;
    for (; row < end && words[row]! >>> OFFSET_SHIFT === offset; row += OPEN_WIDTH) {
      if (canTake(words[row]!, hosts)) return row;
    }
    if (row < end) words.copyWithin(row + OPEN_WIDTH, row, end);
    words[row] = offset << OFFSET_SHIFT;
    words[row + 1] = 0;
    words[row + 2] = 0;
    words[base + OPENS]! += 1;
    return row;
  }

  #closeAt(second: number, hosts: -1 | 1): number {
    const words = this.words;
    const base = this.base;
    const offset = (second - words[base + FIRST_SECOND]!) | 0;
    const first = base + FIRST_CLOSE;
    const end = first + words[base + CLOSES]!;
    let row = end;
    while (row > first && words[row - CLOSE_WIDTH]! >>> OFFSET_SHIFT >= offset) row -= CLOSE_WIDTH;
    for (; row < end && words[row]! >>> OFFSET_SHIFT === offset; row += CLOSE_WIDTH) {
      if (canTake(words[row]!, hosts)) return row;
    }
    for (let at = end; at > row; at--) words[at] = words[at - 1]!;
    words[row] = offset << OFFSET_SHIFT;
    words[base + CLOSES]! += 1;
    return row;
  }
}
