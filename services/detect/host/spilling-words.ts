/** The low bits of what is kept say how many words it has; 0 is nothing. */
export const SIZE_BITS = 8;
const SIZE_MASK = (1 << SIZE_BITS) - 1;
/** Words of a home: of series of ten counters nearly nine in ten never need more. */
export const HOME_WORDS = 29;

/** Small, because most of what spills is a few words. */
const CELL_WORDS = 4;
/** Cells come out of segments, so that growth never copies. */
const SEGMENT_SHIFT = 12;
const SEGMENT_CELLS = 1 << SEGMENT_SHIFT;

/**
 * Words of many small things whose size changes now and then. Each has a home of a fixed size in
 * its owner's memory. What does not fit spills into cells: the last word of the home, and of each
 * cell but the last, then says where it goes on. All cells are of one size, so whatever is given
 * back serves whoever grows next; blocks of many sizes leave holes when all grow at once.
 */
export class SpillingWords {
  /** As many as were ever in use at once. */
  cells = 0;
  readonly #segments: Uint32Array[] = [];
  /** The first free cell plus one, as all links; the next one is in its first word. */
  #free = 0;

  /**
   * Keeps words[0, length) in place of what the home at `at` had; the low SIZE_BITS bits of the
   * first word, which are 0, become its size.
   */
  put(home: Uint32Array, at: number, words: Uint32Array, length: number): void {
    if (sizeAt(home, at) > HOME_WORDS) this.release(home, at);
    const spills = length > HOME_WORDS;
    const end = spills ? HOME_WORDS - 1 : length;
    for (let word = 1; word < end; word++) home[at + word] = words[word]!;
    home[at] = words[0]! | length;
    if (spills) home[at + end] = this.#spill(words, end, length);
  }

  /** Whether all of it is in its home, and can be read there. */
  isHome(home: Uint32Array, at: number): boolean {
    return sizeAt(home, at) <= HOME_WORDS;
  }

  /** All words of what spilled. */
  copy(home: Uint32Array, at: number, words: Uint32Array): void {
    const size = sizeAt(home, at);
    let end = HOME_WORDS - 1;
    for (let word = 0; word < end; word++) words[word] = home[at + word]!;
    for (let cell = home[at + end]! - 1; end < size;) {
      const segment = this.#segments[cell >>> SEGMENT_SHIFT]!;
      const first = offsetOf(cell);
      const taken = wordsOfNext(size - end);
      for (let word = 0; word < taken; word++) words[end + word] = segment[first + word]!;
      cell = segment[first + CELL_WORDS - 1]! - 1;
      end += taken;
    }
  }

  /** The home has nothing then. */
  release(home: Uint32Array, at: number): void {
    let left = sizeAt(home, at) - (HOME_WORDS - 1);
    home[at] = 0;
    if (left <= 1) return;
    for (let cell = home[at + HOME_WORDS - 1]! - 1; left > 0;) {
      const segment = this.#segments[cell >>> SEGMENT_SHIFT]!;
      const first = offsetOf(cell);
      const next = segment[first + CELL_WORDS - 1]! - 1;
      segment[first] = this.#free;
      this.#free = cell + 1;
      left -= wordsOfNext(left);
      cell = next;
    }
  }

  /** Answers where words[from, to) begin. */
  #spill(words: Uint32Array, from: number, to: number): number {
    const begin = this.#take();
    for (let at = from, cell = begin; at < to;) {
      const segment = this.#segments[(cell - 1) >>> SEGMENT_SHIFT]!;
      const first = offsetOf(cell - 1);
      const taken = wordsOfNext(to - at);
      for (let word = 0; word < taken; word++) segment[first + word] = words[at + word]!;
      at += taken;
      if (at < to) segment[first + CELL_WORDS - 1] = cell = this.#take();
    }
    return begin;
  }

  #take(): number {
    const free = this.#free;
    if (free !== 0) {
      this.#free = this.#segments[(free - 1) >>> SEGMENT_SHIFT]![offsetOf(free - 1)]!;
      return free;
    }
    const cell = this.cells++;
    if (cell >>> SEGMENT_SHIFT === this.#segments.length) {
      this.#segments.push(new Uint32Array(SEGMENT_CELLS * CELL_WORDS));
    }
    return cell + 1;
  }
}

function sizeAt(home: Uint32Array, at: number): number {
  return home[at]! & SIZE_MASK;
}

function offsetOf(cell: number): number {
  return (cell & (SEGMENT_CELLS - 1)) * CELL_WORDS;
}

/** How many of the words that are left the next cell has. */
function wordsOfNext(left: number): number {
  return left <= CELL_WORDS ? left : CELL_WORDS - 1;
}
