/** Bits that say how long a number is. */
const LENGTH_BITS = 5;
/** Of what is longer than 30 bits all are kept. */
const LONGEST = 31;

/** How many bits a number takes: 0 to 30, or all 32. */
export function bitsOf(value: number): number {
  const bits = 32 - Math.clz32(value);
  return bits < LONGEST ? bits : 32;
}

/** Small numbers of either sign as small ones: 0, -1, 1, -2 and so on become 0, 1, 2, 3. */
export function zigzag(value: number): number {
  return (value << 1) ^ (value >> 31);
}

export function unzigzag(value: number): number {
  return (value >>> 1) ^ -(value & 1);
}

/**
 * Numbers of 32 bits one after the other in as many bits as they need, from the lowest bit of a
 * word up. They come out as signed ones. The word behind the one at hand is written and read as
 * well, which saves asking; so there must be one.
 */
export class BitStream {
  #words: Uint32Array = new Uint32Array(1);
  #at = 0;

  /** Writes or reads from a word on; what is written does not keep what was there. */
  begin(words: Uint32Array, word: number): void {
    this.#words = words;
    this.#at = word * 32;
  }

  /** The words that were begun. */
  get end(): number {
    return (this.#at + 31) >>> 5;
  }

  /** The low `bits` of a value that has no others: 1 to 32. */
  put(value: number, bits: number): void {
    const words = this.#words;
    const at = this.#at;
    const shift = at & 31;
    words[at >>> 5] = shift === 0 ? value : words[at >>> 5]! | (value << shift);
    // Twice, because a shift by 32 is none.
    words[(at >>> 5) + 1] = (value >>> 1) >>> (31 - shift);
    this.#at = at + bits;
  }

  take(bits: number): number {
    const words = this.#words;
    const at = this.#at;
    const shift = at & 31;
    const low = words[at >>> 5]! >>> shift;
    const window = low | ((words[(at >>> 5) + 1]! << 1) << (31 - shift));
    this.#at = at + bits;
    return bits === 32 ? window : window & ((1 << bits) - 1);
  }

  /** The first `count` of them, small ones in few bits. */
  putNumbers(numbers: Int32Array, count: number): void {
    const words = this.#words;
    let at = this.#at;
    // The word at hand is not read back: each number would wait for the one before.
    let low = (at & 31) === 0 ? 0 : words[at >>> 5]!;
    for (let index = 0; index < count; index++) {
      const value = numbers[index]!;
      const size = LENGTH_BITS + bitsOf(value);
      if (size > 32) {
        words[at >>> 5] = low;
        this.#at = at;
        this.#putLong(value);
        at = this.#at;
        low = words[at >>> 5]!;
        continue;
      }
      const sized = (value << LENGTH_BITS) | (size - LENGTH_BITS);
      const shift = at & 31;
      low |= sized << shift;
      words[at >>> 5] = low;
      // All bits where the word is full: to ask would be to guess wrong half of the time.
      const full = (31 - shift - size) >> 31;
      low = (low & ~full) | (((sized >>> 1) >>> (31 - shift)) & full);
      at += size;
    }
    words[at >>> 5] = low;
    this.#at = at;
  }

  /** A series has fifty, so nothing is called for those that fit one look. */
  takeNumbers(numbers: Int32Array, count: number): void {
    const words = this.#words;
    let at = this.#at;
    for (let index = 0; index < count; index++) {
      const shift = at & 31;
      const low = words[at >>> 5]! >>> shift;
      const window = low | ((words[(at >>> 5) + 1]! << 1) << (31 - shift));
      const bits = window & LONGEST;
      at += LENGTH_BITS;
      if (bits + LENGTH_BITS <= 32) {
        numbers[index] = (window >>> LENGTH_BITS) & ((1 << bits) - 1);
        at += bits;
      } else {
        this.#at = at;
        numbers[index] = this.take(bits < LONGEST ? bits : 32);
        at = this.#at;
      }
    }
    this.#at = at;
  }

  /** Numbers [1, to) of which none is longer than `bits`, as `bitsOf` answers it. */
  putAlike(numbers: Int32Array, to: number, bits: number): void {
    let group = bits < LONGEST ? bits : LONGEST;
    let filled = LENGTH_BITS;
    for (let index = 1; index < (bits === 0 ? 1 : to); index++) {
      if (filled + bits > 32) {
        this.put(group, filled);
        group = 0;
        filled = 0;
      }
      group |= numbers[index]! << filled;
      filled += bits;
    }
    this.put(group, filled);
  }

  /** As many at once as fit a word. */
  takeAlike(numbers: Int32Array, to: number): void {
    const length = this.take(LENGTH_BITS);
    const bits = length < LONGEST ? length : 32;
    const mask = bits === 32 ? -1 : (1 << bits) - 1;
    const most = bits === 0 ? to : (32 / bits) | 0;
    for (let index = 1; index < to;) {
      const count = Math.min(most, to - index);
      let group = bits === 0 ? 0 : this.take(count * bits);
      for (const end = index + count; index < end; index++) {
        numbers[index] = group & mask;
        group >>>= bits;
      }
    }
  }

  #putLong(value: number): void {
    const bits = bitsOf(value);
    this.put(bits < LONGEST ? bits : LONGEST, LENGTH_BITS);
    this.put(value, bits);
  }
}
