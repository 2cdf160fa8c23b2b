/** A row: from which second to which, and by how many late facts. One cache line or two. */
const FROM = 0;
const TO = 1;
const LATE = 2;
const WIDTH = 3;
const ROWS_FIRST = 256;

/**
 * Which numbered things changed since the last flush, between which seconds, by how many late
 * facts.
 */
export class DirtyRanges {
  readonly #list: number[] = [];
  #rows = quietRows(ROWS_FIRST);

  mark(number: number, fromSecond: number, toSecond: number, late: number): void {
    const row = number * WIDTH;
    if (row >= this.#rows.length) this.#grow(number);
    const rows = this.#rows;
    const from = rows[row + FROM]!;
    if (late !== 0) rows[row + LATE]! += late;
    if (from === Number.POSITIVE_INFINITY) {
      this.#list.push(number);
      rows[row + FROM] = fromSecond;
      rows[row + TO] = toSecond;
      return;
    }
    if (fromSecond < from) rows[row + FROM] = fromSecond;
    if (toSecond > rows[row + TO]!) rows[row + TO] = toSecond;
  }

  /** Hands every range over once and forgets it. */
  drain(take: (number: number, fromSecond: number, toSecond: number, late: number) => void): void {
    for (const number of this.#list) {
      const rows = this.#rows;
      const row = number * WIDTH;
      take(number, rows[row + FROM]!, rows[row + TO]!, rows[row + LATE]!);
      rows[row + FROM] = Number.POSITIVE_INFINITY;
      rows[row + LATE] = 0;
    }
    this.#list.length = 0;
  }

  #grow(number: number): void {
    const rows = quietRows(Math.max((this.#rows.length / WIDTH) * 2, number + 1));
    rows.set(this.#rows);
    this.#rows = rows;
  }
}

function quietRows(count: number): Float64Array<ArrayBuffer> {
  const rows = new Float64Array(count * WIDTH);
  for (let row = FROM; row < rows.length; row += WIDTH) rows[row] = Number.POSITIVE_INFINITY;
  return rows;
}
