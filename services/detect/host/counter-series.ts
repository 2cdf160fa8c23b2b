import { COUNTED } from "../../../lib/domain/counted.ts";

/** A series reads one counter a slot. */
export const SLOTS = COUNTED.length;
/** Samples that a series remembers: as much disorder is put right (detector.md section 1). */
export const SAMPLES_KEPT = 8;
export const NO_SERIES = -1;

/** Words of a series, in this order. */
export const HOST = 0;
/** The host's next series, plus one. */
export const NEXT = 1;
/** Where the oldest sample stands. */
export const HEAD = 2;
/** Hash of who samples. From here on the words are state, and what stands before them is place. */
export const SAMPLER = 3;
/** Hash of the boot's name; 0 where the system has none for it. */
export const BOOT = 4;
/** When it booted as its uptime says, in seconds since 1970 UTC; 0 where that is not known. */
export const BOOT_SECOND = 5;
/** How many samples there are. */
export const COUNT = 6;
/** The block of the sums; what of it was measured, and what of that was hot, in seconds. */
export const BLOCK = 7;
export const MEASURED = 8;
export const HOT = 9;
/** Blocks learnt, and blocks in a row that taught nothing because the host was hot. */
export const LEARNT = 10;
export const FROZEN = 11;
/** 1 where the block before was hot. */
export const WAS_HOT = 12;
/** By slot: growth in the block, what was learnt, and what is in use, one block older. */
export const SUMS = 13;
export const LATEST = SUMS + SLOTS;
export const IN_USE = LATEST + SLOTS;
export const SAMPLES = IN_USE + SLOTS;

/** Words of a sample. */
export const SECOND = 0;
/** Milliseconds, then bits: which slots it holds, which of them are beyond 2^32, and the two. */
export const FLAGS = 1;
export const VALUES = 2;
export const SAMPLE_WORDS = VALUES + SLOTS;

export const MS_MASK = 0x3ff;
export const PRESENT_SHIFT = 10;
export const WIDE_SHIFT = 18;
/** Its values are rates, of all the time since the sample before. */
export const IS_RATE = 1 << 26;
/** The machine had just booted. */
export const IS_BOOTING = 1 << 27;
/** Its kernel writes a line where it limits: FreeBSD. */
export const IS_LIMITING = 1 << 28;

const SERIES_WORDS = SAMPLES + SAMPLES_KEPT * SAMPLE_WORDS;

/** Series come by the thousand, so that growth never copies. */
const SEGMENT_SHIFT = 10;
const SEGMENT_SERIES = 1 << SEGMENT_SHIFT;

/**
 * The newest samples and the baseline of each counter series, in a few words each. A series is what
 * one sampler reads of one boot of one host.
 */
export class CounterSeries {
  /** Every series' number is below; some may be free. */
  size = 0;
  live = 0;
  readonly #segments: Uint32Array[] = [];
  readonly #floats: Float32Array[] = [];
  #free = NO_SERIES;

  /** The number of a series whose words are all zero and whose levels are unknown. */
  create(): number {
    let series = this.#free;
    if (series === NO_SERIES) {
      series = this.size++;
      if (series >>> SEGMENT_SHIFT === this.#segments.length) {
        const words = new Uint32Array(SEGMENT_SERIES * SERIES_WORDS);
        this.#segments.push(words);
        this.#floats.push(new Float32Array(words.buffer));
      }
    } else this.#free = this.words(series)[this.base(series) + NEXT]! - 1;
    this.live += 1;
    const base = this.base(series);
    this.words(series).fill(0, base, base + SERIES_WORDS);
    this.floats(series).fill(Number.NaN, base + LATEST, base + SAMPLES);
    return series;
  }

  release(series: number): void {
    this.words(series)[this.base(series) + NEXT] = this.#free + 1;
    this.#free = series;
    this.live -= 1;
  }

  words(series: number): Uint32Array {
    return this.#segments[series >>> SEGMENT_SHIFT]!;
  }

  /** The same memory, for levels. */
  floats(series: number): Float32Array {
    return this.#floats[series >>> SEGMENT_SHIFT]!;
  }

  /** Offset of the first word of a series. */
  base(series: number): number {
    return (series & (SEGMENT_SERIES - 1)) * SERIES_WORDS;
  }
}

/** Offset of the sample at `index`, 0 being the oldest, in the words of a series at `base`. */
export function sampleAt(words: Uint32Array, base: number, index: number): number {
  const place = (words[base + HEAD]! + index) & (SAMPLES_KEPT - 1);
  return base + SAMPLES + place * SAMPLE_WORDS;
}

/** Room for a newest sample; the oldest goes where there is none. */
export function pushSample(words: Uint32Array, base: number): number {
  const count = words[base + COUNT]!;
  if (count === SAMPLES_KEPT) words[base + HEAD] = (words[base + HEAD]! + 1) & (SAMPLES_KEPT - 1);
  else words[base + COUNT] = count + 1;
  return sampleAt(words, base, Math.min(count, SAMPLES_KEPT - 1));
}

/**
 * Room for a sample before the one at `index`: what is newer moves one place. In a full series the
 * oldest goes, so nothing can come before it.
 */
export function insertSample(words: Uint32Array, base: number, index: number): number {
  const isFull = words[base + COUNT] === SAMPLES_KEPT;
  pushSample(words, base);
  const target = isFull ? index - 1 : index;
  for (let at = words[base + COUNT]! - 1; at > target; at--) {
    const from = sampleAt(words, base, at - 1);
    words.copyWithin(sampleAt(words, base, at), from, from + SAMPLE_WORDS);
  }
  return sampleAt(words, base, target);
}

/** The newest sample. */
export function newestSample(words: Uint32Array, base: number): number {
  return sampleAt(words, base, words[base + COUNT]! - 1);
}

export function holdsSlot(words: Uint32Array, sample: number, slot: number): boolean {
  return ((words[sample + FLAGS]! >>> (PRESENT_SHIFT + slot)) & 1) === 1;
}
