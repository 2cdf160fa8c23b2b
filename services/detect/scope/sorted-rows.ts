/**
 * Rows of numbers in ascending order of their first one, a second. Rows are nearly always added at
 * the end or found where the last one was, so both cost a look; anything else is a binary search.
 */
export class SortedRows {
  length = 0;
  data: Float64Array;
  readonly #width: number;
  /** Offset of the row that was touched last. */
  #touched = 0;

  constructor(width: number, rows: number) {
    this.#width = width;
    this.data = new Float64Array(rows * width);
  }

  /** Offset in `data` of the row of `second`; a new row has zeros behind its second. */
  at(second: number): number {
    const { data } = this;
    const end = this.length * this.#width;
    let offset = this.#touched;
    if (offset < end && data[offset] === second) return offset;
    offset = end - this.#width;
    if (end === 0 || data[offset]! < second) return this.#insert(end, second);
    offset = this.#lowerBound(second);
    this.#touched = offset;
    return data[offset] === second ? offset : this.#insert(offset, second);
  }

  /** Offset of the first row at or after `second`; the end of the rows when there is none. */
  from(second: number): number {
    const end = this.length * this.#width;
    return end === 0 || this.data[end - this.#width]! < second ? end : this.#lowerBound(second);
  }

  get end(): number {
    return this.length * this.#width;
  }

  #lowerBound(second: number): number {
    const width = this.#width;
    let low = 0;
    let high = this.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.data[middle * width]! < second) low = middle + 1;
      else high = middle;
    }
    return low * width;
  }

  #insert(offset: number, second: number): number {
    const width = this.#width;
    const end = this.length * width;
    if (end === this.data.length) this.#grow();
    const { data } = this;
    if (offset < end) data.copyWithin(offset + width, offset, end);
    data[offset] = second;
    for (let i = 1; i < width; i++) data[offset + i] = 0;
    this.length += 1;
    this.#touched = offset;
    return offset;
  }

  #grow(): void {
    const data = new Float64Array(Math.max(this.#width, this.data.length) * 2);
    data.set(this.data);
    this.data = data;
  }
}
