import { SortedRows } from "./sorted-rows.ts";

/** Second, hosts that begin to cover it, offered, suppressed. */
const OPEN_WIDTH = 4;
/** Second, hosts that no longer cover it. */
const CLOSE_WIDTH = 2;
/** A late fact shifts at most so many rows, and a count looks at no more. */
const OPENS_MAX = 128;
/** More, since closings stand `within` seconds ahead of the openings that they belong to. */
const CLOSES_MAX = 256;
/** So many rows still lie inside V8's own heap, where small arrays are cheap. */
const OPENS_INITIAL = 4;
const CLOSES_INITIAL = 8;

/** One stretch of a series: rows where something changes in [from, to). */
export class SeriesBlock {
  readonly from: number;
  to: number;
  /** Hosts that still cover the block's end. */
  left: number;
  /** Openings and closings apart: in ordered input both only ever grow at their ends. */
  readonly #opens: SortedRows;
  readonly #closes: SortedRows;

  constructor(from: number, to: number, left: number, opens?: SortedRows, closes?: SortedRows) {
    this.from = from;
    this.to = to;
    this.left = left;
    this.#opens = opens ?? new SortedRows(OPEN_WIDTH, OPENS_INITIAL, true);
    this.#closes = closes ?? new SortedRows(CLOSE_WIDTH, CLOSES_INITIAL, true);
  }

  addSums(second: number, offered: number, suppressed: number): void {
    const row = this.#opens.at(second);
    this.#opens.add(row + 2, offered);
    this.#opens.add(row + 3, suppressed);
  }

  open(second: number): void {
    this.#opens.add(this.#opens.at(second) + 1, 1);
    this.left += 1;
  }

  /** Closes one host, or takes a closing back where `hosts` is -1. */
  close(second: number, hosts: 1 | -1): void {
    this.#closes.add(this.#closes.at(second) + 1, hosts);
    this.left -= hosts;
  }

  /** One more host covers all of the block. */
  carry(): void {
    this.left += 1;
  }

  /**
   * Where to split before `second` gets a row; 0 where there is room. What only grows at its end
   * leaves full blocks behind.
   */
  splitFor(second: number): number {
    const { length } = this.#opens;
    if (length < OPENS_MAX && this.#closes.length < CLOSES_MAX) return 0;
    const full = length < OPENS_MAX ? this.#closes : this.#opens;
    if (second === full.lastSecond) return 0;
    return second > full.lastSecond ? second : full.middleSecond;
  }

  /** Parts with everything at or after `second`. */
  split(second: number): SeriesBlock {
    const left = this.countUpTo(second - 1);
    // A scope that filled a block is busy: room for the next one saves growing to it.
    const opens = this.#opens.takeFrom(second, OPENS_MAX);
    const closes = this.#closes.takeFrom(second, OPENS_MAX);
    const block = new SeriesBlock(second, this.to, this.left, opens, closes);
    this.left = left;
    this.to = second;
    return block;
  }

  dropBefore(second: number): void {
    this.#opens.dropBefore(second);
    this.#closes.dropBefore(second);
  }

  /** Hosts that cover `second`: counted back from the end, where most questions are. */
  countUpTo(second: number): number {
    const { data: opens, end: opensEnd } = this.#opens;
    const { data: closes, end: closesEnd } = this.#closes;
    let count = this.left;
    for (let row = opensEnd - OPEN_WIDTH; row >= 0 && opens[row]! > second; row -= OPEN_WIDTH) {
      count -= opens[row + 1]!;
    }
    for (let row = closesEnd - CLOSE_WIDTH; row >= 0 && closes[row]! > second; row -= CLOSE_WIDTH) {
      count += closes[row + 1]!;
    }
    return count;
  }

  /** All who cover any second from `second` to the block's end, and those who outlast it. */
  mostFrom(second: number): number {
    const { data: closes, end } = this.#closes;
    let most = this.left;
    for (let row = end - CLOSE_WIDTH; row >= 0 && closes[row]! >= second; row -= CLOSE_WIDTH) {
      most += closes[row + 1]!;
    }
    return most;
  }

  /** Calls `visit` for each row in [fromSecond, toSecond], with its four values. */
  visitRows(
    fromSecond: number,
    toSecond: number,
    visit: (second: number, change: number, offered: number, suppressed: number) => void,
  ): void {
    const { data: opens, end: opensEnd } = this.#opens;
    const { data: closes, end: closesEnd } = this.#closes;
    let open = this.#opens.from(fromSecond);
    let close = this.#closes.from(fromSecond);
    for (;;) {
      const opening = open < opensEnd ? opens[open]! : Number.POSITIVE_INFINITY;
      const closing = close < closesEnd ? closes[close]! : Number.POSITIVE_INFINITY;
      const second = opening < closing ? opening : closing;
      if (second === Number.POSITIVE_INFINITY || second > toSecond) return;
      let change = 0;
      let offered = 0;
      let suppressed = 0;
      if (opening === second) {
        change = opens[open + 1]!;
        offered = opens[open + 2]!;
        suppressed = opens[open + 3]!;
        open += OPEN_WIDTH;
      }
      if (closing === second) {
        change -= closes[close + 1]!;
        close += CLOSE_WIDTH;
      }
      visit(second, change, offered, suppressed);
    }
  }
}
