import type { Random } from "../../lib/process/random.ts";

/** Of a normal distribution; the other number of the pair is not used. */
export function drawNormal(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random.next()));
  return radius * Math.cos(2 * Math.PI * random.next());
}

/** Half of them lie below `median`, and 84 % below `median * exp(sigma)`. */
export function drawLogNormal(random: Random, median: number, sigma: number): number {
  return median * Math.exp(sigma * drawNormal(random));
}

/** At least `least`; one in x of them is x times that or more. */
export function drawHeavyTailed(random: Random, least: number, most: number): number {
  return Math.min(most, least / (1 - random.next()));
}

/** How long to wait for what happens every `mean` on average. */
export function drawWait(random: Random, mean: number): number {
  return -mean * Math.log(1 - random.next());
}

/** From here on a normal distribution is close enough, and costs one draw. */
const FEW = 30;

/** How often something happened that happens `mean` times on average. */
export function drawCount(random: Random, mean: number): number {
  if (mean >= FEW) return Math.max(0, Math.round(mean + Math.sqrt(mean) * drawNormal(random)));
  let left = Math.exp(-mean);
  let chance = random.next();
  let count = 0;
  // The rest of the distribution is below what a number holds.
  while (chance > left && count < 10 * FEW) {
    chance -= left;
    count += 1;
    left *= mean / count;
  }
  return count;
}

const FACTORS = 4_096;

/** Factors around 1, by which what is steady differs from second to second; drawn from a table. */
export class Flicker {
  readonly #factors: Float64Array;

  constructor(random: Random, sigma: number) {
    this.#factors = new Float64Array(FACTORS).map(() => drawLogNormal(random, 1, sigma));
  }

  draw(random: Random): number {
    return this.#factors[random.below(FACTORS)]!;
  }
}
