/** Blocks are whole numbers of these. */
const UNIT_WORDS = 2;
/** Small blocks grow soon, and would leave behind what nobody needs: hardly any needs more. */
const UNITS_MIN = 18;
/** Sizes are multiples of this, so that not every few bytes more need another block. */
const STEP_UNITS = 2;
/** A block is given back for a smaller one only where that saves more: sizes swing. */
const SLACK_UNITS = 4;
/** The low bits of a block's first word say how many units it has. */
export const SIZE_BITS = 8;
const UNITS_MAX = (1 << SIZE_BITS) - 1;
export const NO_BLOCK = -1;

/** Blocks come out of segments, so that growth never copies. */
const SEGMENT_SHIFT = 16;
const SEGMENT_UNITS = 1 << SEGMENT_SHIFT;

/**
 * Words of many small things whose size changes now and then: blocks of a few units, those that
 * were given back by size. A block is named by its first unit.
 */
export class WordBlocks {
  readonly #segments: Uint32Array[] = [];
  /** By size in units: the first free block plus one, whose second word is the next. */
  readonly #free = new Uint32Array(UNITS_MAX + 1);
  #endUnit = 0;

  /**
   * Keeps a copy of words[0, length) in place of what `block` held; the low SIZE_BITS bits of the
   * first word belong to the block.
   */
  put(block: number, words: Uint32Array, length: number): number {
    const steps = Math.ceil(length / (UNIT_WORDS * STEP_UNITS));
    const units = Math.max(UNITS_MIN, steps * STEP_UNITS);
    const at = this.#fits(block, units) ? block : this.#replace(block, units);
    const segment = this.segment(at);
    const first = this.offset(at);
    segment[first] = ((words[0]! >>> SIZE_BITS) << SIZE_BITS) | this.#unitsOf(at);
    for (let word = 1; word < length; word++) segment[first + word] = words[word]!;
    return at;
  }

  release(block: number): void {
    const units = this.#unitsOf(block);
    this.segment(block)[this.offset(block) + 1] = this.#free[units]!;
    this.#free[units] = block + 1;
  }

  segment(block: number): Uint32Array {
    return this.#segments[block >>> SEGMENT_SHIFT]!;
  }

  /** Where the words that were put begin in its segment. */
  offset(block: number): number {
    return (block & (SEGMENT_UNITS - 1)) * UNIT_WORDS;
  }

  #unitsOf(block: number): number {
    return this.segment(block)[this.offset(block)]! & UNITS_MAX;
  }

  #fits(block: number, units: number): boolean {
    if (block === NO_BLOCK) return false;
    const size = this.#unitsOf(block);
    return size >= units && size <= units + SLACK_UNITS;
  }

  #replace(block: number, units: number): number {
    if (block !== NO_BLOCK) this.release(block);
    return this.#allocate(units);
  }

  /** A free block of that size, or a little more; else a new one. */
  #allocate(wanted: number): number {
    const most = Math.min(wanted + SLACK_UNITS, UNITS_MAX);
    for (let units = wanted; units <= most; units += STEP_UNITS) {
      const free = this.#free[units]! - 1;
      if (free < 0) continue;
      this.#free[units] = this.segment(free)[this.offset(free) + 1]!;
      return free;
    }
    return this.#append(wanted);
  }

  /** What is left of a full segment is too small to be missed. */
  #append(units: number): number {
    const left = SEGMENT_UNITS - (this.#endUnit & (SEGMENT_UNITS - 1));
    if (left < units) this.#endUnit += left;
    if (this.#endUnit >>> SEGMENT_SHIFT === this.#segments.length) {
      // Who reads bits looks at the word behind the last one too.
      this.#segments.push(new Uint32Array(SEGMENT_UNITS * UNIT_WORDS + 1));
    }
    const block = this.#endUnit;
    this.#endUnit += units;
    this.segment(block)[this.offset(block)] = units;
    return block;
  }
}
