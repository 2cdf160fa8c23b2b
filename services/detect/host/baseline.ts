import { LIMITS } from "../limits.ts";
import type { CounterSeries } from "./counter-series.ts";
import * as seriesWords from "./series-words.ts";

/** Local constants are part of the code; imported ones are looked up at every use. */
const { BLOCK, COUNT, FROZEN, holdsSlot, HOT, IN_USE, LATEST, LEARNT, MEASURED } = seriesWords;
const { newestSample, SAMPLES, SLOTS, SUMS, WAS_HOT } = seriesWords;

/** Levels have 16 significant bits, which is far finer than anything they are compared with. */
export const LEVEL_UNUSED_BITS = 8;

/** The block of a second. */
export function blockOf(second: number): number {
  return Math.floor(second / LIMITS.blockSeconds);
}

/** What two neighbouring samples measured of a block: none of a pause, all where it ends. */
export function measuredSeconds(from: number, to: number, block: number): number {
  return to - from <= LIMITS.pauseSecondsMax && blockOf(to) === block ? to - from : 0;
}

/**
 * The first sample of a new block closes the ones before it. The level in use is always one block
 * behind: a flood is compared with what was normal before it began.
 */
export function advanceBlock(all: CounterSeries, series: number, block: number): void {
  const words = all.words;
  const base = all.base(series);
  const current = words[base + BLOCK]!;
  if (block <= current) return;
  if (current !== 0) {
    close(all, series);
    // Nothing was measured in between, so what was learnt last is old enough already.
    if (block > current + 1) useLatest(all, series);
  }
  words[base + BLOCK] = block;
}

/** A new series of a known host goes on with what is normal for the host. */
export function inheritLevels(all: CounterSeries, series: number, from: number): void {
  const { words } = all;
  const other = all.base(from);
  const own = all.base(series);
  words.copyWithin(own + LATEST, other + LATEST, other + SAMPLES);
  words[own + LEARNT] = words[other + LEARNT]!;
}

/** How much of the growth of one interval may teach, where `level` is in use; NaN while new. */
export function taught(growth: number, seconds: number, level: number): number {
  const normal = Math.max(LIMITS.normalMin, level);
  const rateMax = Number.isNaN(level) ? LIMITS.taughtRateMax : LIMITS.winsorFactor * normal;
  return Math.round(Math.min(growth, Math.min(rateMax, LIMITS.taughtRateMax) * seconds));
}

function close(all: CounterSeries, series: number): void {
  const words = all.words;
  const base = all.base(series);
  useLatest(all, series);
  const isHot = words[base + HOT]! > 0;
  const isFrozen = isHot || words[base + WAS_HOT] === 1;
  const mayLearn = !isFrozen || words[base + FROZEN]! >= LIMITS.frozenBlocksMax;
  if (mayLearn && words[base + MEASURED]! >= LIMITS.blockMeasuredSecondsMin) learn(all, series);
  words[base + FROZEN] = isFrozen ? words[base + FROZEN]! + 1 : 0;
  words[base + WAS_HOT] = isHot ? 1 : 0;
  words[base + HOT] = 0;
  words[base + MEASURED] = 0;
  words.fill(0, base + SUMS, base + SUMS + SLOTS);
}

/** The mean of the logarithms, the weight of a block halving in a week; the first weigh alike. */
function learn(all: CounterSeries, series: number): void {
  const words = all.words;
  const floats = all.floats;
  const base = all.base(series);
  const learnt = words[base + LEARNT]! + 1;
  words[base + LEARNT] = learnt;
  const weight = Math.max(1 / learnt, 1 - 2 ** (-1 / LIMITS.levelHalfLifeBlocks));
  const newest = words[base + COUNT] === 0 ? -1 : newestSample(words, base);
  for (let slot = 0; slot < SLOTS; slot++) {
    if (newest < 0 || !holdsSlot(words, newest, slot)) continue;
    const rate = words[base + SUMS + slot]! / words[base + MEASURED]!;
    const level = floats[base + LATEST + slot]!;
    if (Number.isNaN(level)) floats[base + LATEST + slot] = rate;
    else {
      const from = Math.log1p(level);
      const to = from + weight * (Math.log1p(rate) - from);
      floats[base + LATEST + slot] = Math.expm1(to);
    }
    words[base + LATEST + slot] = roundedLevel(words[base + LATEST + slot]!);
  }
}

/** A level, as its bits, with those at its end that are not kept all 0. */
export function roundedLevel(bits: number): number {
  const half = 1 << (LEVEL_UNUSED_BITS - 1);
  return ((bits + half) >>> LEVEL_UNUSED_BITS) << LEVEL_UNUSED_BITS;
}

function useLatest(all: CounterSeries, series: number): void {
  const base = all.base(series);
  all.floats.copyWithin(base + IN_USE, base + LATEST, base + LATEST + SLOTS);
}
