/** Seconds per page: one flood and its tail fit one page, and a late fact shifts at most one page. */
const PAGE_SECONDS = 1_024;
const PAGE_SHIFT = 10;
/** A row: second, change of the number of covering hosts, offered, suppressed. */
const ROW_WIDTH = 4;
const ROWS_INITIAL = 8;

interface Page {
  readonly number: number;
  /** Hosts that cover the second before the page: the changes of all earlier rows, added up. */
  carry: number;
  rows: number;
  data: Float64Array;
}

/**
 * What one partition knows of one scope, second by second, stored where something changes: how many
 * more hosts cover this second than the one before (detector.md section 2), and the sums of the
 * cells in it. Adding is commutative, so any order of facts gives the same series.
 */
export class SecondSeries {
  /** Ascending by number; nearly always touched at its end. */
  readonly #pages: Page[] = [];

  /** One more host covers [fromSecond, toSecond). */
  addInterval(fromSecond: number, toSecond: number): void {
    const first = this.#page(fromSecond >>> PAGE_SHIFT);
    const last = this.#page(toSecond >>> PAGE_SHIFT);
    const opening = rowOf(first, fromSecond);
    first.data[opening + 1]! += 1;
    const closing = rowOf(last, toSecond);
    last.data[closing + 1]! -= 1;
    if (first === last) return;
    for (let i = this.#pages.length - 1; i >= 0; i--) {
      const page = this.#pages[i]!;
      if (page.number <= first.number) break;
      if (page.number <= last.number) page.carry += 1;
    }
  }

  /** More responses wanted and withheld in one second. */
  addSums(second: number, offered: number, suppressed: number): void {
    const page = this.#page(second >>> PAGE_SHIFT);
    const row = rowOf(page, second);
    page.data[row + 2]! += offered;
    page.data[row + 3]! += suppressed;
  }

  /** Hosts that cover `second`. */
  countAt(second: number): number {
    const number = second >>> PAGE_SHIFT;
    const index = this.#lastIndexUpTo(number);
    if (index < 0) return 0;
    const page = this.#pages[index]!;
    let count = page.carry;
    for (let row = 0; row < page.rows; row++) {
      const at = row * ROW_WIDTH;
      if (page.data[at]! > second) break;
      count += page.data[at + 1]!;
    }
    return count;
  }

  /** Calls `visit` for each stored second in [fromSecond, toSecond], ascending. */
  visit(
    fromSecond: number,
    toSecond: number,
    visit: (second: number, change: number, offered: number, suppressed: number) => void,
  ): void {
    const last = toSecond >>> PAGE_SHIFT;
    let index = this.#lastIndexUpTo(fromSecond >>> PAGE_SHIFT);
    if (index < 0) index = 0;
    for (; index < this.#pages.length; index++) {
      const page = this.#pages[index]!;
      if (page.number > last) return;
      for (let row = 0; row < page.rows; row++) {
        const at = row * ROW_WIDTH;
        const second = page.data[at]!;
        if (second < fromSecond) continue;
        if (second > toSecond) return;
        visit(second, page.data[at + 1]!, page.data[at + 2]!, page.data[at + 3]!);
      }
    }
  }

  /** Forgets whole pages before `second`; later counts stand, each page carries its own start. */
  forgetBefore(second: number): void {
    const number = second >>> PAGE_SHIFT;
    let drop = 0;
    while (drop < this.#pages.length && this.#pages[drop]!.number < number) drop++;
    if (drop > 0) this.#pages.splice(0, drop);
  }

  get isEmpty(): boolean {
    return this.#pages.length === 0;
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
    const index = this.#lastIndexUpTo(number);
    const before = this.#pages[index];
    if (before !== undefined && before.number === number) return before;
    // Between two pages nothing changes, so either neighbour says how many hosts cover the gap.
    const after = this.#pages[index + 1];
    const carry = before === undefined ? (after?.carry ?? 0) : countAtEnd(before);
    const data = new Float64Array(ROWS_INITIAL * ROW_WIDTH);
    const page: Page = { number, carry, rows: 0, data };
    this.#pages.splice(index + 1, 0, page);
    return page;
  }
}

function countAtEnd(page: Page): number {
  let count = page.carry;
  for (let row = 0; row < page.rows; row++) count += page.data[row * ROW_WIDTH + 1]!;
  return count;
}

/** Offset in page.data of the row of `second`, made where it is missing. */
function rowOf(page: Page, second: number): number {
  let low = 0;
  let high = page.rows - 1;
  // Live and ordered input touches the last rows: look there before searching.
  if (high >= 0 && page.data[high * ROW_WIDTH]! <= second) low = high;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const at = page.data[middle * ROW_WIDTH]!;
    if (at === second) return middle * ROW_WIDTH;
    if (at < second) low = middle + 1;
    else high = middle - 1;
  }
  return insertRow(page, low, second);
}

function insertRow(page: Page, row: number, second: number): number {
  if ((page.rows + 1) * ROW_WIDTH > page.data.length) {
    const rows = Math.min(page.rows * 2, PAGE_SECONDS);
    const data = new Float64Array(rows * ROW_WIDTH);
    data.set(page.data);
    page.data = data;
  }
  const at = row * ROW_WIDTH;
  page.data.copyWithin(at + ROW_WIDTH, at, page.rows * ROW_WIDTH);
  page.data[at] = second;
  page.data[at + 1] = 0;
  page.data[at + 2] = 0;
  page.data[at + 3] = 0;
  page.rows += 1;
  return at;
}
