import { type BitStream, bitsOf } from "./bit-stream.ts";
import * as seriesWords from "./series-words.ts";

/** Local constants are part of the code; imported ones are looked up at every use. */
const { FLAGS, MS_MASK, SAMPLES_KEPT, SECOND } = seriesWords;

/** Longer between two samples is rare, and is written out. */
const GAP_MS_MAX = 2 ** 31;
export const UNUSUAL = -1;

/**
 * When the samples of one series were taken, by their age, the newest being 0. Nearly always they
 * come at even times and say the same beside: how long each was before the newer one tells it all.
 */
export class SampleTimes {
  /** Where each sample stands in the words of its series. */
  readonly samples = new Int32Array(SAMPLES_KEPT);
  readonly shares = new Float64Array(SAMPLES_KEPT);
  readonly #gapsMs = new Float64Array(SAMPLES_KEPT);
  readonly #longer = new Int32Array(SAMPLES_KEPT);

  /** Answers the shortest time between two; UNUSUAL where times do not tell all that differs. */
  read(words: Uint32Array, count: number): number {
    const { samples } = this;
    const gapsMs = this.#gapsMs;
    let leastMs = GAP_MS_MAX;
    let isUsual = true;
    for (let age = 1; age < count; age++) {
      const newer = samples[age - 1]!;
      const sample = samples[age]!;
      const flags = words[sample + FLAGS]!;
      const newerFlags = words[newer + FLAGS]!;
      const seconds = words[newer + SECOND]! - words[sample + SECOND]!;
      const gapMs = seconds * 1_000 + (newerFlags & MS_MASK) - (flags & MS_MASK);
      gapsMs[age] = gapMs;
      if (gapMs < leastMs) leastMs = gapMs;
      if (((flags ^ newerFlags) & ~MS_MASK) !== 0 || gapMs >= GAP_MS_MAX) isUsual = false;
    }
    return isUsual ? leastMs : UNUSUAL;
  }

  /** By how much they are longer than the shortest. */
  put(bits: BitStream, leastMs: number, count: number): void {
    const longer = this.#longer;
    let all = 0;
    for (let age = 1; age < count; age++) {
      longer[age] = this.#gapsMs[age]! - leastMs;
      all |= longer[age]!;
    }
    bits.putAlike(longer, count, bitsOf(all));
  }

  take(bits: BitStream, leastMs: number, words: Uint32Array, count: number): void {
    const { samples } = this;
    const longer = this.#longer;
    const newest = samples[0]!;
    const flags = words[newest + FLAGS]! & ~MS_MASK;
    let second = words[newest + SECOND]!;
    let ms = words[newest + FLAGS]! & MS_MASK;
    bits.takeAlike(longer, count);
    for (let age = 1; age < count; age++) {
      const gapMs = leastMs + longer[age]!;
      const seconds = (gapMs / 1_000) | 0;
      ms -= gapMs - seconds * 1_000;
      second -= seconds;
      if (ms < 0) {
        ms += 1_000;
        second -= 1;
      }
      this.#gapsMs[age] = gapMs;
      words[samples[age]! + SECOND] = second;
      words[samples[age]! + FLAGS] = flags | ms;
    }
  }

  /** Which part of all their time lies between each sample and the newer one. */
  share(count: number): void {
    const gapsMs = this.#gapsMs;
    const { shares } = this;
    let allMs = 0;
    for (let age = 1; age < count; age++) allMs += gapsMs[age]!;
    const perMs = 1 / allMs;
    for (let age = 1; age < count; age++) shares[age] = gapsMs[age]! * perMs;
  }
}
