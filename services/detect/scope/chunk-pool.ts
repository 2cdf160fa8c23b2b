/** Words of a chunk; series-chunk.ts says what they hold. */
const CHUNK_WORDS = 128;
const CHUNK_SHIFT = 7;
const SEGMENT_SHIFT = 11;
const SEGMENT_MASK = (1 << SEGMENT_SHIFT) - 1;
const SEGMENT_WORDS = CHUNK_WORDS << SEGMENT_SHIFT;

/**
 * Chunks of 512 bytes for the series of every scope of one partition, in segments of 1 MiB: arrays
 * of their own would cost each scope some hundred bytes more, and the garbage collector's time.
 */
export class ChunkPool {
  readonly #segments: Uint32Array[] = [];
  readonly #free: number[] = [];
  #used = 0;

  segment(chunk: number): Uint32Array {
    return this.#segments[chunk >>> SEGMENT_SHIFT]!;
  }

  /** Where a chunk begins in its segment. */
  base(chunk: number): number {
    return (chunk & SEGMENT_MASK) << CHUNK_SHIFT;
  }

  /** What it holds is anything. */
  allocate(): number {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    const chunk = this.#used++;
    if (chunk >>> SEGMENT_SHIFT === this.#segments.length) {
      this.#segments.push(new Uint32Array(SEGMENT_WORDS));
    }
    return chunk;
  }

  release(chunk: number): void {
    this.#free.push(chunk);
  }
}
