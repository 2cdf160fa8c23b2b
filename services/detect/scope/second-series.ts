import type { SeriesView } from "./series-view.ts";
import { SortedRows } from "./sorted-rows.ts";

/** 1,024 seconds a page: a flood and its tail fit one, and a late fact shifts at most one. */
const PAGE_SHIFT = 10;
/** Second, hosts that begin to cover it, offered, suppressed. */
const OPEN_WIDTH = 4;
/** Second, hosts that no longer cover it. */
const CLOSE_WIDTH = 2;
const ROWS_INITIAL = 4;

interface Page {
  readonly number: number;
  /** Hosts that cover the second before the page. */
  carry: number;
  /** Openings and closings apart: in ordered input both only ever grow at their ends. */
  readonly opens: SortedRows;
  readonly closes: SortedRows;
}

/**
 * What one partition knows of one scope, second by second, stored where something changes: how many
 * more hosts cover this second than the one before (detector.md section 2), and the sums of the
 * cells in it. Adding is commutative, so any order of facts gives the same series.
 */
export class SecondSeries implements SeriesView {
  /** Ascending by number; nearly always touched at its end. */
  readonly #pages: Page[] = [];
  #recent: Page | null = null;

  /** More responses wanted and withheld in one second. */
  addSums(second: number, offered: number, suppressed: number): void {
    const { opens } = this.#page(second >>> PAGE_SHIFT);
    const row = opens.at(second);
    opens.data[row + 2]! += offered;
    opens.data[row + 3]! += suppressed;
  }

  /** One more host covers [fromSecond, toSecond). */
  addInterval(fromSecond: number, toSecond: number): void {
    const first = this.#page(fromSecond >>> PAGE_SHIFT);
    const last = this.#page(toSecond >>> PAGE_SHIFT);
    const open = first.opens.at(fromSecond);
    first.opens.data[open + 1]! += 1;
    this.#close(first, last, toSecond);
  }

  /**
   * A host that was covered up to `fromSecond` stays so up to `toSecond`: its closing moves, and no
   * opening in the future makes those of now shift rows.
   */
  extendInterval(fromSecond: number, toSecond: number): void {
    const first = this.#page(fromSecond >>> PAGE_SHIFT);
    const last = this.#page(toSecond >>> PAGE_SHIFT);
    const close = first.closes.at(fromSecond);
    first.closes.data[close + 1]! -= 1;
    this.#close(first, last, toSecond);
  }

  /** Hosts that cover `second`. */
  countAt(second: number): number {
    const page = this.#pages[this.#lastIndexUpTo(second >>> PAGE_SHIFT)];
    return page === undefined ? 0 : countUpTo(page, second);
  }

  /** Calls `visit` for each second in [fromSecond, toSecond] in which the count changes. */
  visitChanges(
    fromSecond: number,
    toSecond: number,
    visit: (second: number, change: number) => void,
  ): void {
    const last = toSecond >>> PAGE_SHIFT;
    let index = Math.max(0, this.#lastIndexUpTo(fromSecond >>> PAGE_SHIFT));
    for (; index < this.#pages.length; index++) {
      const page = this.#pages[index]!;
      if (page.number > last) return;
      const { opens, closes } = page;
      let open = opens.from(fromSecond);
      let close = closes.from(fromSecond);
      for (;;) {
        const opening = open < opens.end ? opens.data[open]! : Number.POSITIVE_INFINITY;
        const closing = close < closes.end ? closes.data[close]! : Number.POSITIVE_INFINITY;
        const second = opening < closing ? opening : closing;
        if (second > toSecond) break;
        let change = 0;
        if (opening === second) {
          change = opens.data[open + 1]!;
          open += OPEN_WIDTH;
        }
        if (closing === second) {
          change -= closes.data[close + 1]!;
          close += CLOSE_WIDTH;
        }
        if (change !== 0) visit(second, change);
      }
    }
  }

  /**
   * Calls `visit` for every stored second in [fromSecond, toSecond], ascending, with all its
   * values;
   * also for one that came back to zero, which a reader may still remember otherwise.
   */
  visitRows(
    fromSecond: number,
    toSecond: number,
    visit: (second: number, change: number, offered: number, suppressed: number) => void,
  ): void {
    for (const { opens, closes } of this.#pages) {
      let open = opens.from(fromSecond);
      let close = closes.from(fromSecond);
      for (;;) {
        const opening = open < opens.end ? opens.data[open]! : Number.POSITIVE_INFINITY;
        const closing = close < closes.end ? closes.data[close]! : Number.POSITIVE_INFINITY;
        const second = Math.min(opening, closing);
        if (second > toSecond) break;
        const isOpening = opening === second;
        const isClosing = closing === second;
        const opened = isOpening ? opens.data[open + 1]! : 0;
        const closed = isClosing ? closes.data[close + 1]! : 0;
        const offered = isOpening ? opens.data[open + 2]! : 0;
        visit(second, opened - closed, offered, isOpening ? opens.data[open + 3]! : 0);
        if (isOpening) open += OPEN_WIDTH;
        if (isClosing) close += CLOSE_WIDTH;
      }
    }
  }

  /** Calls `visit` for each second in [fromSecond, toSecond] that has cells, ascending. */
  visitSums(
    fromSecond: number,
    toSecond: number,
    visit: (second: number, offered: number, suppressed: number) => void,
  ): void {
    const last = toSecond >>> PAGE_SHIFT;
    let index = Math.max(0, this.#lastIndexUpTo(fromSecond >>> PAGE_SHIFT));
    for (; index < this.#pages.length; index++) {
      const page = this.#pages[index]!;
      if (page.number > last) return;
      const { data, end } = page.opens;
      for (let row = page.opens.from(fromSecond); row < end; row += OPEN_WIDTH) {
        const second = data[row]!;
        if (second > toSecond) return;
        visit(second, data[row + 2]!, data[row + 3]!);
      }
    }
  }

  /** Forgets whole pages before `second`; later counts stand, each page carries its own start. */
  forgetBefore(second: number): void {
    const number = Math.max(0, second) >>> PAGE_SHIFT;
    let drop = 0;
    while (drop < this.#pages.length && this.#pages[drop]!.number < number) drop++;
    if (drop === 0) return;
    this.#pages.splice(0, drop);
    this.#recent = null;
  }

  // A new page takes its carry from its neighbour, so both pages are there before either changes.
  #close(first: Page, last: Page, second: number): void {
    const close = last.closes.at(second);
    last.closes.data[close + 1]! += 1;
    if (first !== last) this.#carryOver(first.number, last.number);
  }

  /** The pages behind `first`, up to `last`, begin with one more host. */
  #carryOver(first: number, last: number): void {
    for (let i = this.#pages.length - 1; i >= 0; i--) {
      const page = this.#pages[i]!;
      if (page.number <= first) break;
      if (page.number <= last) page.carry += 1;
    }
  }

  #lastIndexUpTo(number: number): number {
    let index = this.#pages.length - 1;
    if (index >= 0 && this.#pages[index]!.number <= number) return index;
    let low = 0;
    while (low <= index) {
      const middle = (low + index) >> 1;
      if (this.#pages[middle]!.number <= number) low = middle + 1;
      else index = middle - 1;
    }
    return index;
  }

  #page(number: number): Page {
    if (this.#recent !== null && this.#recent.number === number) return this.#recent;
    this.#recent = this.#findPage(number);
    return this.#recent;
  }

  #findPage(number: number): Page {
    const index = this.#lastIndexUpTo(number);
    const before = this.#pages[index];
    if (before !== undefined && before.number === number) return before;
    // Between two pages nothing changes, so either neighbour says how many hosts cover the gap.
    const after = this.#pages[index + 1];
    const carry =
      before === undefined ? (after?.carry ?? 0) : countUpTo(before, Number.POSITIVE_INFINITY);
    // A busy scope stays busy: room for as many rows as its last page had saves growing to it.
    const rows = Math.max(ROWS_INITIAL, before?.opens.length ?? 0);
    const opens = new SortedRows(OPEN_WIDTH, rows);
    const closes = new SortedRows(CLOSE_WIDTH, rows);
    const page: Page = { number, carry, opens, closes };
    this.#pages.splice(index + 1, 0, page);
    return page;
  }
}

function countUpTo({ carry, opens, closes }: Page, second: number): number {
  let count = carry;
  for (let row = 0; row < opens.end && opens.data[row]! <= second; row += OPEN_WIDTH) {
    count += opens.data[row + 1]!;
  }
  for (let row = 0; row < closes.end && closes.data[row]! <= second; row += CLOSE_WIDTH) {
    count -= closes.data[row + 1]!;
  }
  return count;
}
