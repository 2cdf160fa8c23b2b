import { COUNTED } from "../../../lib/domain/counted.ts";

/** A series reads one counter a slot. */
export const SLOTS = COUNTED.length;
export const ALL_SLOTS = (1 << SLOTS) - 1;
/** Samples that a series remembers: as much disorder is put right (detector.md section 1). */
export const SAMPLES_KEPT = 8;

/** Words of an open series, in this order. Where the oldest sample stands. */
export const HEAD = 0;
/** How many samples there are. */
export const COUNT = 1;
/** The block of the sums; what of it was measured, and what of that was hot, in seconds. */
export const BLOCK = 2;
export const MEASURED = 3;
export const HOT = 4;
/** Blocks learnt, and blocks in a row that taught nothing because the host was hot. */
export const LEARNT = 5;
export const FROZEN = 6;
/** 1 where the block before was hot. */
export const WAS_HOT = 7;
/** By slot: growth in the block, what was learnt, and what is in use, one block older. */
export const SUMS = 8;
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

export const SERIES_WORDS = SAMPLES + SAMPLES_KEPT * SAMPLE_WORDS;

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

/** A sample as it was read; a slot that it does not hold is 0. */
export function writeSample(
  words: Uint32Array,
  at: number,
  second: number,
  flags: number,
  values: ArrayLike<number>,
): void {
  words[at + SECOND] = second;
  words[at + FLAGS] = flags;
  for (let slot = 0; slot < SLOTS; slot++) {
    words[at + VALUES + slot] = ((flags >>> (PRESENT_SHIFT + slot)) & 1) === 1 ? values[slot]! : 0;
  }
}

/** Takes the slots over into a sample of the same second. */
export function mergeSample(
  words: Uint32Array,
  at: number,
  flags: number,
  slots: number,
  values: ArrayLike<number>,
): void {
  const before = words[at + FLAGS]!;
  const ms = Math.max(before & MS_MASK, flags & MS_MASK);
  const bits = (slots << PRESENT_SHIFT) | (slots << WIDE_SHIFT);
  words[at + FLAGS] = (before & ~(bits | MS_MASK)) | (flags & bits) | ms;
  for (let slot = 0; slot < SLOTS; slot++) {
    if (((slots >>> slot) & 1) === 1) words[at + VALUES + slot] = values[slot]!;
  }
}
