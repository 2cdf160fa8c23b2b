import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../lib/process/random.ts";
import {
  drawCount,
  drawHeavyTailed,
  drawLogNormal,
  drawWait,
  Flicker,
} from "../../../sim/counters/chance.ts";

const DRAWS = 40_000;

function drawn(draw: () => number): number[] {
  return Array.from({ length: DRAWS }, draw).sort((a, b) => a - b);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

describe("what is drawn", () => {
  const random = seededRandom(7);

  it.each([0.05, 2, 25, 400])("counts of mean %d have that mean, and vary as much", (expected) => {
    const counts = drawn(() => drawCount(random, expected));
    const spread = mean(counts.map((count) => (count - expected) ** 2));
    expect(Math.abs(mean(counts) - expected)).toBeLessThan(4 * Math.sqrt(expected / DRAWS));
    expect(spread / expected).toBeCloseTo(1, 1);
    expect(counts.every((count) => Number.isInteger(count) && count >= 0)).toBe(true);
  });

  it("has the median and the tails that it says", () => {
    const lasted = drawn(() => drawLogNormal(random, 45, 1));
    expect(lasted[DRAWS / 2]! / 45).toBeCloseTo(1, 1);
    expect(lasted[Math.floor(DRAWS * 0.8413)]! / (45 * Math.E)).toBeCloseTo(1, 1);
    const heavy = drawn(() => drawHeavyTailed(random, 15, 50_000));
    expect(heavy[0]!).toBeGreaterThanOrEqual(15);
    expect(heavy.at(-1)!).toBeLessThanOrEqual(50_000);
    expect(heavy.filter((pps) => pps >= 150).length / DRAWS).toBeCloseTo(0.1, 2);
    expect(mean(drawn(() => drawWait(random, 8))) / 8).toBeCloseTo(1, 1);
    const flicker = new Flicker(random, 0.3);
    expect(drawn(() => flicker.draw(random))[DRAWS / 2]!).toBeCloseTo(1, 1);
  });
});
