import { expect, it } from "vitest";
import { poissonBounds } from "../../../sim/power/poisson-bounds.ts";

// Garwood's exact limits, as every table of them prints them.
it.each([
  [0, 0, 3.689],
  [1, 0.025, 5.572],
  [4, 1.09, 10.242],
  [24, 15.377, 35.711],
  [100, 81.364, 121.627],
])("bounds the mean of which %d were counted", (count, low, high) => {
  const bounds = poissonBounds(count);
  expect(bounds.low).toBeCloseTo(low, 2);
  expect(bounds.high).toBeCloseTo(high, 2);
});

it("goes on where sums of probabilities run out of digits", () => {
  const { low, high } = poissonBounds(40_000);
  expect([low, high]).toEqual([40_000 - 392, 40_000 + 392]);
});
