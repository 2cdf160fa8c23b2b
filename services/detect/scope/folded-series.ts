import type { SeriesView } from "./series-view.ts";
import { SortedRows } from "./sorted-rows.ts";

const PAGE_SHIFT = 10;
/** Second, change of the number of hosts, offered, suppressed, revision. */
const WIDTH = 5;
const ROWS_INITIAL = 8;

interface Page {
  readonly number: number;
  /** All changes before the page, added up. */
  carry: number;
  readonly rows: SortedRows;
}

/**
 * A partition's series as its tallies tell it: every second holds the values of the largest
 * revision that spoke of it, so what is written again or by a zombie changes nothing.
 */
export class FoldedSeries implements SeriesView {
  readonly #pages: Page[] = [];

  set(second: number, revision: number, change: number, offered: number, suppressed: number): void {
    const index = this.#pageIndex(second >>> PAGE_SHIFT);
    const { rows } = this.#pages[index]!;
    const at = rows.at(second);
    const { data } = rows;
    // Revisions are stored plus one: zero is "nobody has spoken yet".
    if (data[at + 4]! > revision + 1) return;
    const growth = change - data[at + 1]!;
    data[at + 1] = change;
    data[at + 2] = offered;
    data[at + 3] = suppressed;
    data[at + 4] = revision + 1;
    if (growth === 0) return;
    for (let i = index + 1; i < this.#pages.length; i++) this.#pages[i]!.carry += growth;
  }

  countAt(second: number): number {
    const page = this.#pages[this.#lastIndexUpTo(second >>> PAGE_SHIFT)];
    return page === undefined ? 0 : countUpTo(page, second);
  }

  visitChanges(
    fromSecond: number,
    toSecond: number,
    visit: (second: number, change: number) => void,
  ): void {
    this.visitRows(fromSecond, toSecond, (second, _revision, change) => {
      if (change !== 0) visit(second, change);
    });
  }

  visitSums(
    fromSecond: number,
    toSecond: number,
    visit: (second: number, offered: number, suppressed: number) => void,
  ): void {
    this.visitRows(fromSecond, toSecond, (second, _revision, _change, offered, suppressed) => {
      if (offered !== 0 || suppressed !== 0) visit(second, offered, suppressed);
    });
  }

  visitRows(
    fromSecond: number,
    toSecond: number,
    visit: (
      second: number,
      revision: number,
      change: number,
      offered: number,
      suppressed: number,
    ) => void,
  ): void {
    const last = toSecond >= 2 ** 32 ? Number.POSITIVE_INFINITY : toSecond >>> PAGE_SHIFT;
    let index = Math.max(0, this.#lastIndexUpTo(Math.max(0, fromSecond) >>> PAGE_SHIFT));
    for (; index < this.#pages.length; index++) {
      const page = this.#pages[index]!;
      if (page.number > last) return;
      const { data, end } = page.rows;
      for (let row = page.rows.from(fromSecond); row < end; row += WIDTH) {
        const second = data[row]!;
        if (second > toSecond) return;
        visit(second, data[row + 4]! - 1, data[row + 1]!, data[row + 2]!, data[row + 3]!);
      }
    }
  }

  forgetBefore(second: number): void {
    const number = Math.max(0, second) >>> PAGE_SHIFT;
    let drop = 0;
    while (drop < this.#pages.length && this.#pages[drop]!.number < number) drop++;
    if (drop > 0) this.#pages.splice(0, drop);
  }

  #lastIndexUpTo(number: number): number {
    let index = this.#pages.length - 1;
    while (index >= 0 && this.#pages[index]!.number > number) index--;
    return index;
  }

  #pageIndex(number: number): number {
    const index = this.#lastIndexUpTo(number);
    const before = this.#pages[index];
    if (before !== undefined && before.number === number) return index;
    const after = this.#pages[index + 1];
    const carry =
      before === undefined ? (after?.carry ?? 0) : countUpTo(before, Number.POSITIVE_INFINITY);
    this.#pages.splice(index + 1, 0, { number, carry, rows: new SortedRows(WIDTH, ROWS_INITIAL) });
    return index + 1;
  }
}

function countUpTo({ carry, rows }: Page, second: number): number {
  let count = carry;
  for (let row = 0; row < rows.end && rows.data[row]! <= second; row += WIDTH) {
    count += rows.data[row + 1]!;
  }
  return count;
}
