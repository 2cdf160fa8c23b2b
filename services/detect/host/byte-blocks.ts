/** Blocks are whole numbers of these. */
const UNIT_BYTES = 16;
const UNITS_MAX = 64;
/** Small blocks grow soon, and would leave behind what nobody needs: this is what most end with. */
const UNITS_MIN = 12;
/** Sizes are multiples of this, so that not every few bytes more need another block. */
const STEP_UNITS = 2;
export const NO_BLOCK = -1;

/** Blocks come out of segments, so that growth never copies. */
const SEGMENT_SHIFT = 16;
const SEGMENT_UNITS = 1 << SEGMENT_SHIFT;
/** A block is given back for a smaller one only where that saves more: sizes swing. */
const SLACK_UNITS = 4;

/** The same memory as bytes and as words. */
export interface WordBytes {
  readonly bytes: Uint8Array;
  readonly words: Uint32Array;
}

export function wordBytes(length: number): WordBytes {
  const bytes = new Uint8Array(length);
  return { bytes, words: new Uint32Array(bytes.buffer) };
}

/**
 * Bytes of many small things whose size changes now and then: blocks of a few units, those that
 * were given back by size. A block is named by its first unit; its first byte is its size.
 */
export class ByteBlocks {
  readonly #segments: WordBytes[] = [];
  /** By size in units: the first free block plus one, whose second word is the next. */
  readonly #free = new Uint32Array(UNITS_MAX + 1);
  #endUnit = 0;

  /**
   * Keeps a copy of bytes[1, length) in place of what `block` held; bytes[0] becomes the size.
   * Copied as words: `words` is the same memory, with room up to a whole unit.
   */
  put(block: number, { bytes, words }: WordBytes, length: number): number {
    const steps = Math.ceil(length / (UNIT_BYTES * STEP_UNITS));
    const units = Math.max(UNITS_MIN, steps * STEP_UNITS);
    const at = this.#fits(block, units) ? block : this.#replace(block, units);
    const segment = this.#segments[at >>> SEGMENT_SHIFT]!;
    const start = firstByte(at);
    bytes[0] = segment.bytes[start]!;
    const firstWord = start >>> 2;
    const count = (length + 3) >>> 2;
    for (let word = 0; word < count; word++) segment.words[firstWord + word] = words[word]!;
    return at;
  }

  release(block: number): void {
    const { bytes, words } = this.#segments[block >>> SEGMENT_SHIFT]!;
    const at = firstByte(block);
    const units = bytes[at]!;
    words[(at >>> 2) + 1] = this.#free[units]!;
    this.#free[units] = block + 1;
  }

  segment(block: number): Uint8Array {
    return this.#segments[block >>> SEGMENT_SHIFT]!.bytes;
  }

  /** Where the bytes that were put begin in its segment. */
  offset(block: number): number {
    return firstByte(block) + 1;
  }

  #fits(block: number, units: number): boolean {
    if (block === NO_BLOCK) return false;
    const size = this.segment(block)[firstByte(block)]!;
    return size >= units && size <= units + SLACK_UNITS;
  }

  #replace(block: number, units: number): number {
    if (block !== NO_BLOCK) this.release(block);
    return this.#allocate(units);
  }

  #allocate(units: number): number {
    const free = this.#free[units]! - 1;
    if (free < 0) return this.#append(units);
    const { words } = this.#segments[free >>> SEGMENT_SHIFT]!;
    this.#free[units] = words[(firstByte(free) >>> 2) + 1]!;
    return free;
  }

  /** What is left of a full segment is too small to be missed. */
  #append(units: number): number {
    const left = SEGMENT_UNITS - (this.#endUnit & (SEGMENT_UNITS - 1));
    if (left < units) this.#endUnit += left;
    if (this.#endUnit >>> SEGMENT_SHIFT === this.#segments.length) {
      this.#segments.push(wordBytes(SEGMENT_UNITS * UNIT_BYTES));
    }
    const block = this.#endUnit;
    this.#endUnit += units;
    this.segment(block)[firstByte(block)] = units;
    return block;
  }
}

function firstByte(block: number): number {
  return (block & (SEGMENT_UNITS - 1)) * UNIT_BYTES;
}
