/**
 * Cells of all tracks of one partition. A cell is one second of one gauge of one host and keeps
 * max(offered) and max(suppressed) separately (detector.md section 1). A chunk holds five cells and
 * the link to the chunk before it in 64 bytes, one cache line; chunks live in segments of 1 MiB, so
 * that growth never copies.
 */
export const CELLS_PER_CHUNK = 5;
export const CELL_WORDS = 3;
const CHUNK_SHIFT = 4;
const SEGMENT_SHIFT = 14;
const SEGMENT_MASK = (1 << SEGMENT_SHIFT) - 1;
const SEGMENT_WORDS = 1 << (SEGMENT_SHIFT + CHUNK_SHIFT);
/** The header word: previous chunk above, number of cells in the low three bits. */
const COUNT_BITS = 3;
const COUNT_MASK = (1 << COUNT_BITS) - 1;
export const NO_CHUNK = -1;

/** What a chunk's header word says. */
export function previousIn(header: number): number {
  return (header >>> COUNT_BITS) - 1;
}

export function countIn(header: number): number {
  return header & COUNT_MASK;
}

export class CellPool {
  readonly #segments: Uint32Array[] = [];
  readonly #chunksMax: number;
  #used = 0;
  #free = NO_CHUNK;
  #live = 0;

  /** `cellsMax` bounds the pool; the owner makes room when isFull. */
  constructor(cellsMax: number) {
    this.#chunksMax = Math.ceil(cellsMax / CELLS_PER_CHUNK);
  }

  get isFull(): boolean {
    return this.#live >= this.#chunksMax;
  }

  get bytes(): number {
    return this.#segments.length * SEGMENT_WORDS * 4;
  }

  segment(chunk: number): Uint32Array {
    return this.#segments[chunk >>> SEGMENT_SHIFT]!;
  }

  /** Word offset of the chunk in its segment; its first cell is one word further. */
  base(chunk: number): number {
    return (chunk & SEGMENT_MASK) << CHUNK_SHIFT;
  }

  previous(chunk: number): number {
    return previousIn(this.segment(chunk)[this.base(chunk)]!);
  }

  count(chunk: number): number {
    return countIn(this.segment(chunk)[this.base(chunk)]!);
  }

  link(chunk: number, previous: number, count: number): void {
    this.segment(chunk)[this.base(chunk)] = (((previous + 1) << COUNT_BITS) | count) >>> 0;
  }

  /** Word offset of a new last cell of the chunk, which must have room. */
  append(chunk: number): number {
    const words = this.segment(chunk);
    const base = this.base(chunk);
    const header = words[base]!;
    words[base] = header + 1;
    return base + 1 + (header & COUNT_MASK) * CELL_WORDS;
  }

  allocate(previous: number): number {
    let chunk = this.#free;
    if (chunk === NO_CHUNK) {
      chunk = this.#used++;
      if (chunk >>> SEGMENT_SHIFT === this.#segments.length) {
        this.#segments.push(new Uint32Array(SEGMENT_WORDS));
      }
    } else {
      this.#free = this.previous(chunk);
    }
    this.#live += 1;
    this.link(chunk, previous, 0);
    return chunk;
  }

  release(chunk: number): void {
    this.link(chunk, this.#free, 0);
    this.#free = chunk;
    this.#live -= 1;
  }
}
