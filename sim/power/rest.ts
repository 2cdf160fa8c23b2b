import type { Random } from "../../lib/process/random.ts";
import { drawWait } from "../counters/chance.ts";
import { type MeasuredHost, WAVE_LEVEL, waveAt } from "../counters/measured-fleet.ts";
import { FLICKER_SIGMA } from "../counters/sampled-log.ts";
import { type HotHost, maskOf } from "./hot-host.ts";

const HOUR_SECONDS = 3_600;
const DAY_HOURS = 24;
const QUANTILES = 25;
/** Beyond this far from the mean nothing happens in any simulation. */
const DEVIATIONS = 12;
const NEVER = 1e-9;

/** A count a sample may show at rest, by what it makes hot, and how likely it is. */
interface Outcome {
  readonly mask: number;
  readonly chance: number;
}

/**
 * What a host at rest says by chance alone, from a whole hour on: seconds in which ordinary work
 * happens to come close together. Packets come one by one, at a pace that itself differs.
 */
export function restOf(
  random: Random,
  host: MeasuredHost,
  { from, seconds }: { readonly from: number; readonly seconds: number },
): HotHost {
  const hot: HotHost = { seconds: [], masks: [] };
  const { sampleSeconds, phase } = host;
  if (host.os !== "linux" || sampleSeconds === 0) return hot;
  const outcomesByHour = Array.from({ length: DAY_HOURS }, (_, hour) =>
    outcomesOf(host, (hour + 0.5) * HOUR_SECONDS),
  );
  for (let hour = from; hour < from + seconds; hour += HOUR_SECONDS) {
    const outcomes = outcomesByHour[(hour / HOUR_SECONDS) % DAY_HOURS]!;
    const any = outcomes.reduce((sum, { chance }) => sum + chance, 0);
    if (any < NEVER) continue;
    const end = Math.min(hour + HOUR_SECONDS, from + seconds);
    let at = hour + phase + gap(random, any) * sampleSeconds;
    for (; at < end; at += (1 + gap(random, any)) * sampleSeconds) {
      const mask = pick(random, outcomes, any);
      for (let second = at - sampleSeconds + 1; second <= at; second += 1) {
        hot.seconds.push(second);
        hot.masks.push(mask);
      }
    }
  }
  return hot;
}

/** Samples that are not hot between two that are. */
function gap(random: Random, chance: number): number {
  return Math.floor(drawWait(random, -1 / Math.log1p(-Math.min(chance, 0.999_999))));
}

function pick(random: Random, outcomes: readonly Outcome[], any: number): number {
  let left = random.next() * any;
  for (const { mask, chance } of outcomes) {
    left -= chance;
    if (left < 0) return mask;
  }
  return outcomes.at(-1)!.mask;
}

/** What one sample of a host at rest may say, except nothing. */
export function outcomesOf(host: MeasuredHost, second: number): Outcome[] {
  const { sampleSeconds, level } = host;
  const normal = level * WAVE_LEVEL;
  const chances = new Map<number, number>();
  for (let quantile = 0; quantile < QUANTILES; quantile += 1) {
    // A sample of many seconds evens out what each of them differs by.
    const sigma = FLICKER_SIGMA / Math.sqrt(sampleSeconds);
    const factor = Math.exp(sigma * NORMAL_QUANTILES[quantile]!);
    const mean = level * waveAt(second) * sampleSeconds * factor;
    const most = mean + DEVIATIONS * Math.sqrt(mean + 1);
    let chance = Math.exp(-mean);
    for (let count = 1; count <= most; count += 1) {
      chance *= mean / count;
      const mask = maskOf(count / sampleSeconds, normal);
      if (mask !== 0) chances.set(mask, (chances.get(mask) ?? 0) + chance / QUANTILES);
    }
  }
  return [...chances].map(([mask, chance]) => ({ mask, chance }));
}

/** Middles of equally likely parts of a normal distribution. */
const NORMAL_QUANTILES = Array.from({ length: QUANTILES }, (_, index) =>
  quantileOf((index + 0.5) / QUANTILES),
);

/** Where a normal distribution has passed `share` of itself; bisection of its integral. */
function quantileOf(share: number): number {
  let [low, high] = [-8, 8];
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    if (passed(middle) < share) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

function passed(at: number): number {
  const steps = 2_000;
  let sum = 0;
  for (let step = 0; step < steps; step += 1) {
    const x = -8 + ((at + 8) * (step + 0.5)) / steps;
    sum += Math.exp((-x * x) / 2);
  }
  return (sum * (at + 8)) / steps / Math.sqrt(2 * Math.PI);
}
