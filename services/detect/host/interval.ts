import { COUNTED } from "../../../lib/domain/counted.ts";
import { LIMITS } from "../limits.ts";
import { blockOf, taught } from "./baseline.ts";
import type { CounterSeries } from "./counter-series.ts";
import { growthOf, UNMEASURED } from "./counter-growth.ts";
import * as seriesWords from "./series-words.ts";
import { COOL, type Heat, heatOf } from "./heat.ts";

/** Local constants are part of the code; imported ones are looked up at every use. */
const { BLOCK, COUNT, FLAGS, holdsSlot, HOT, IN_USE, IS_BOOTING, IS_LIMITING, IS_RATE } =
  seriesWords;
const { MS_MASK, sampleAt, SECOND, SUMS, VALUES, WIDE_SHIFT } = seriesWords;

/** No sample on that side holds the slot. */
export const NOWHERE = -1;

/** One stretch between two neighbouring samples of a slot, as indexes of a series. */
export interface Interval {
  readonly series: number;
  readonly slot: number;
  readonly from: number;
  readonly to: number;
}

/** The nearest sample before `index` that holds the slot. */
export function holderBefore(
  all: CounterSeries,
  series: number,
  slot: number,
  index: number,
): number {
  const words = all.words;
  const base = all.base(series);
  let at = index - 1;
  while (at >= 0 && !holdsSlot(words, sampleAt(words, base, at), slot)) at--;
  return at;
}

/** The nearest sample after `index` that holds the slot. */
export function holderAfter(
  all: CounterSeries,
  series: number,
  slot: number,
  index: number,
): number {
  const words = all.words;
  const base = all.base(series);
  const count = words[base + COUNT]!;
  for (let at = index + 1; at < count; at++) {
    if (holdsSlot(words, sampleAt(words, base, at), slot)) return at;
  }
  return NOWHERE;
}

export function secondOf(all: CounterSeries, series: number, index: number): number {
  const words = all.words;
  return words[sampleAt(words, all.base(series), index) + SECOND]!;
}

/** What an interval says: per second, and how far above normal. A rate below 0 is unmeasured. */
export class Measured {
  rate = UNMEASURED;
  growth = 0;
  seconds = 0;
  heat: Heat = COOL;
  fromSecond = 0;
  toSecond = 0;
  /** What is normal for the host, as it is in use. */
  level = Number.NaN;
  /** Its kernel writes lines where it limits. */
  isLimiting = false;

  nothing(): this {
    this.growth = UNMEASURED;
    this.rate = UNMEASURED;
    this.heat = COOL;
    this.isLimiting = false;
    return this;
  }

  read(all: CounterSeries, { series, slot, from, to }: Interval): this {
    const words = all.words;
    const base = all.base(series);
    const first = sampleAt(words, base, from);
    const last = sampleAt(words, base, to);
    const flags = words[last + FLAGS]!;
    const firstFlags = words[first + FLAGS]!;
    const ms = (flags & MS_MASK) - (firstFlags & MS_MASK);
    this.fromSecond = words[first + SECOND]!;
    this.toSecond = words[last + SECOND]!;
    this.seconds = this.toSecond - this.fromSecond + ms / 1_000;
    const value = words[last + VALUES + slot]!;
    if ((flags & IS_BOOTING) !== 0) this.growth = UNMEASURED;
    else if ((flags & IS_RATE) !== 0) {
      this.growth = this.seconds > LIMITS.pauseSecondsMax ? UNMEASURED : value * this.seconds;
    } else if ((firstFlags & IS_RATE) !== 0) this.growth = UNMEASURED;
    else {
      const stand = { low: words[first + VALUES + slot]!, isWide: isWide(firstFlags, slot) };
      const now = { low: value, isWide: isWide(flags, slot) };
      this.growth = growthOf(stand, now, all.isBootKnown(series), this.seconds);
    }
    this.isLimiting = (flags & IS_LIMITING) !== 0;
    const isMeasured = this.growth !== UNMEASURED;
    this.rate = isMeasured ? this.growth / this.seconds : UNMEASURED;
    this.level = all.floats[base + IN_USE + slot]!;
    this.heat = isMeasured ? heatOf(this.rate, this.level) : COOL;
    return this;
  }

  /** Lets an interval of the block at hand that was just read teach, or takes that back. */
  account(all: CounterSeries, { series, slot }: Interval, sign: 1 | -1): void {
    if (this.growth === UNMEASURED) return;
    const words = all.words;
    const base = all.base(series);
    if (blockOf(this.toSecond) !== words[base + BLOCK]) return;
    // A busy host must learn what is normal for it, and what it teaches at once is bounded.
    if (this.heat.excess === 0 || COUNTED[slot]!.isTraffic)
      words[base + SUMS + slot]! += sign * taught(this.growth, this.seconds, this.level);
    else words[base + HOT]! += sign * (this.toSecond - this.fromSecond);
  }
}

function isWide(flags: number, slot: number): boolean {
  return ((flags >>> (WIDE_SHIFT + slot)) & 1) === 1;
}
