import type { Random } from "../../lib/process/random.ts";
import { drawLogNormal } from "./chance.ts";

/** What one host is measured by, and what is normal for it. */
export interface MeasuredHost {
  readonly os: "linux" | "freebsd";
  /** Between two samples of its counters; 0 where nobody samples it. */
  readonly sampleSeconds: number;
  /** Its samples are of the seconds that leave this rest. */
  readonly phase: number;
  /** Packets a second that it refuses on an ordinary day, over the whole day. */
  readonly level: number;
  /** What its kernel limits to, and writes a line above; infinity where it does neither. */
  readonly limit: number;
}

/** A share of the hosts is quiet, one in six refuses more than 5 a second all day. */
const LEVEL_MEDIAN = 2;
const LEVEL_SIGMA = 1;
const LEVEL_MAX = 60;
export const LIMIT = 200;

export function drawHost(
  random: Random,
  os: MeasuredHost["os"],
  sampleSeconds: number,
): MeasuredHost {
  return {
    os,
    sampleSeconds,
    phase: sampleSeconds === 0 ? 0 : random.below(sampleSeconds),
    level: Math.min(LEVEL_MAX, drawLogNormal(random, LEVEL_MEDIAN, LEVEL_SIGMA)),
    limit: os === "linux" ? Number.POSITIVE_INFINITY : LIMIT,
  };
}

/** How far a day's wave goes from its mean. */
const WAVE = 0.6;
const DAY_SECONDS = 86_400;

/** How busy a second is, 1 being the mean of the day. The busiest hour is in the evening. */
export function waveAt(second: number): number {
  return 1 + WAVE * Math.sin((2 * Math.PI * ((second % DAY_SECONDS) - 43_200)) / DAY_SECONDS);
}

/** What a mean of logarithms makes of a day's wave. */
export const WAVE_LEVEL = (1 + Math.sqrt(1 - WAVE ** 2)) / 2;
