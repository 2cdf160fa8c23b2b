import { roomFor, type RowRoom } from "./row-room.ts";

const UINT32_MAX = 0xffffffff;

/**
 * Rows of numbers in ascending order of their first one, a second. Rows are nearly always added at
 * the end or found where the last one was, so both cost a look; anything else is a binary search.
 */
export class SortedRows {
  length = 0;
  data: Float64Array | Uint32Array;
  readonly #width: number;
  readonly #room: RowRoom | null;
  /** Offset of the row that was touched last. */
  #touched = 0;

  /**
   * Rows in a RowRoom hold whole numbers from 0 in half the memory, until `add` outgrows 32 bits.
   */
  constructor(width: number, rows: number, room: RowRoom | null = null) {
    this.#width = width;
    this.#room = room;
    this.data = room === null ? new Float64Array(rows * width) : room.take(roomFor(rows * width));
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
      this.#replace(Float64Array.from(this.data));
    }
    this.data[offset] = sum;
  }

  /** Takes the rows at or after `second` off, into rows of their own. */
  takeFrom(second: number): SortedRows {
    const start = this.from(second);
    const taken = new SortedRows(this.#width, 0, this.#room);
    taken.#replace(this.#copy(start, this.end - start));
    taken.length = (this.end - start) / this.#width;
    this.length = start / this.#width;
    return taken;
  }

  /** Drops the rows before `second` and the room that they took. */
  dropBefore(second: number): void {
    const start = this.from(second);
    if (start === 0) return;
    const rest = this.end - start;
    this.#replace(this.#copy(start, rest));
    this.length = rest / this.#width;
    this.#touched = 0;
  }

  /** Gives the room back; nobody may look at the rows again. */
  release(): void {
    this.#replace(new Uint32Array(0));
    this.length = 0;
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
    if (end + width > this.data.length) this.#replace(this.#copy(0, end + (end >> 1) + width));
    const { data } = this;
    if (offset < end) data.copyWithin(offset + width, offset, end);
    data[offset] = second;
    for (let i = 1; i < width; i++) data[offset + i] = 0;
    this.length += 1;
    this.#touched = offset;
    return offset;
  }

  /** The numbers from `start` on, of the same kind, with room for `words`. */
  #copy(start: number, words: number): Float64Array | Uint32Array {
    const { data } = this;
    const isNarrow = this.#room !== null && data instanceof Uint32Array;
    const copy = isNarrow ? this.#room.take(roomFor(words)) : new Float64Array(words);
    copy.set(data.subarray(start, Math.min(this.end, start + copy.length)));
    return copy;
  }

  #replace(data: Float64Array | Uint32Array): void {
    if (this.data instanceof Uint32Array) this.#room?.giveBack(this.data);
    this.data = data;
  }
}
