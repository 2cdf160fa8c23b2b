/** 256 KiB: few enough to be cheap, small enough that a detector of one scope wastes little. */
const SLAB_WORDS = 64 * 1024;
/** Up to here V8 keeps an array's numbers beside the array, which costs less than a place here. */
const OWN_WORDS_MAX = 16;

/**
 * Room for very many short arrays inside few large ones: an array of its own costs 650 bytes beside
 * its numbers, and those that are outgrown leave holes. Sizes come from `roomFor`, so that what one
 * series gives back fits the next.
 */
export class RowRoom {
  #slab = new Uint32Array(0);
  #used = 0;
  readonly #free = new Map<number, Uint32Array[]>();

  /** So many words as `roomFor` said; some may hold what they held before. */
  take(words: number): Uint32Array {
    if (words <= OWN_WORDS_MAX || words > SLAB_WORDS) return new Uint32Array(words);
    const given = this.#free.get(words)?.pop();
    if (given !== undefined) return given;
    if (this.#used + words > this.#slab.length) {
      this.#slab = new Uint32Array(SLAB_WORDS);
      this.#used = 0;
    }
    this.#used += words;
    return this.#slab.subarray(this.#used - words, this.#used);
  }

  giveBack(array: Uint32Array): void {
    const words = array.length;
    if (words <= OWN_WORDS_MAX || words > SLAB_WORDS) return;
    const free = this.#free.get(words);
    if (free === undefined) this.#free.set(words, [array]);
    else free.push(array);
  }
}

/** The least size for `words`: 16, 24, 32, 48, 64, 96 and so on, a third of slack at most. */
export function roomFor(words: number): number {
  let size = OWN_WORDS_MAX;
  while (size < words) size = (size & (size - 1)) === 0 ? size + (size >> 1) : (size / 3) * 4;
  return size;
}
