const UINT32_MAX = 0xffffffff;

/**
 * Rows of numbers in ascending order of their first one, a second. Rows are nearly always added at
 * the end or found where the last one was, so both cost a look; anything else is a binary search.
 */
export class SortedRows {
  length = 0;
  data: Float64Array | Uint32Array;
  readonly #width: number;
  /** Offset of the row that was touched last. */
  #touched = 0;

  /** Narrow rows hold whole numbers from 0 in half the memory, until `add` outgrows 32 bits. */
  constructor(width: number, rows: number, isNarrow = false) {
    this.#width = width;
    this.data = isNarrow ? new Uint32Array(rows * width) : new Float64Array(rows * width);
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

  /** The second of the last row; minus infinity without rows. */
  get lastSecond(): number {
    return this.length === 0 ? Number.NEGATIVE_INFINITY : this.data[this.end - this.#width]!;
  }

  /** The second in the middle of the rows, of which there are two at least. */
  get middleSecond(): number {
    return this.data[(this.length >> 1) * this.#width]!;
  }

  add(offset: number, amount: number): void {
    const sum = this.data[offset]! + amount;
    if (sum > UINT32_MAX && this.data instanceof Uint32Array) {
      this.data = Float64Array.from(this.data);
    }
    this.data[offset] = sum;
  }

  /** Takes the rows at or after `second` off, into rows of their own with room for `roomRows`. */
  takeFrom(second: number, roomRows: number): SortedRows {
    const start = this.from(second);
    const taken = new SortedRows(this.#width, 0, true);
    taken.length = (this.end - start) / this.#width;
    taken.data = roomy(this.data, start, this.end, Math.max(roomRows, taken.length) * this.#width);
    this.length = start / this.#width;
    return taken;
  }

  /** Drops the rows before `second` and the room that they took. */
  dropBefore(second: number): void {
    const start = this.from(second);
    if (start === 0) return;
    this.data = roomy(this.data, start, this.end, Math.max(this.#width, this.end - start));
    this.length -= start / this.#width;
    this.#touched = 0;
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
    if (end === this.data.length) this.data = roomy(this.data, 0, end, Math.max(width, end) * 2);
    const { data } = this;
    if (offset < end) data.copyWithin(offset + width, offset, end);
    data[offset] = second;
    for (let i = 1; i < width; i++) data[offset + i] = 0;
    this.length += 1;
    this.#touched = offset;
    return offset;
  }
}

/** A copy of data[start, end) of the same kind, with room for `length` numbers. */
function roomy(data: Float64Array | Uint32Array, start: number, end: number, length: number) {
  const copy = data instanceof Uint32Array ? new Uint32Array(length) : new Float64Array(length);
  copy.set(data.subarray(start, end));
  return copy;
}
