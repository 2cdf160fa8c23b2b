/** Where what was counted once may really lie. */
export interface Bounds {
  readonly low: number;
  readonly high: number;
}

/** Beyond this a sum of probabilities runs out of digits, and a normal distribution is as good. */
const EXACT_MAX = 200;
const TAIL = 0.025;
const DEVIATIONS = 1.96;

/** The bounds of a Poisson mean of which so many were counted: 95 %, exact up to 200. */
export function poissonBounds(count: number): Bounds {
  if (count > EXACT_MAX) {
    const half = DEVIATIONS * Math.sqrt(count);
    return { low: count - half, high: count + half };
  }
  return {
    low: count === 0 ? 0 : meanWhere((mean) => 1 - passed(count - 1, mean) < TAIL),
    high: meanWhere((mean) => passed(count, mean) > TAIL),
  };
}

/** The largest mean at which it still holds. */
function meanWhere(holds: (mean: number) => boolean): number {
  let [low, high] = [0, 1];
  while (holds(high)) high *= 2;
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return low;
}

/** How likely at most `count` are, of so many on average. */
function passed(count: number, mean: number): number {
  let chance = Math.exp(-mean);
  let sum = chance;
  for (let at = 1; at <= count; at += 1) {
    chance *= mean / at;
    sum += chance;
  }
  return sum;
}
