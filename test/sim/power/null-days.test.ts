import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../lib/process/random.ts";
import { Flicker } from "../../../sim/counters/chance.ts";
import { LIVELY } from "../../../sim/counters/ordinary-days.ts";
import { type Cell, trial } from "../../../sim/power/cells.ts";
import type { Chance } from "../../../sim/power/hot-host.ts";
import { METHODS } from "../../../sim/power/methods.ts";
import { nullDays } from "../../../sim/power/null-days.ts";

function chanceOf(seed: number): Chance {
  const random = seededRandom(seed);
  return { random, flicker: new Flicker(random, 0.3) };
}

const nameOf = (name: string): number => METHODS.findIndex((method) => method.name === name);
const OURS = 0;

describe("days without an attack", () => {
  it("are the same for the same seed", () => {
    const said = () => nullDays(chanceOf(5), 5, LIVELY, METHODS);
    expect(said()).toEqual(said());
  });

  it("have no incident where nothing happens, and scans where scanners go about", () => {
    const still = { burstsPerHostDay: 0, sweepsPerDay: 0, scansPerDay: 0 };
    const own = METHODS.slice(OURS, 1);
    expect(nullDays(chanceOf(5), 5, still, own)).toEqual([{ causeless: 0, scans: 0 }]);
    const [scanned] = nullDays(chanceOf(5), 5, { ...still, sweepsPerDay: 60 }, own);
    expect(scanned!.scans).toBeGreaterThan(5);
    expect(scanned!.causeless).toBe(0);
  });

  it("show why no class of twice normal is kept: it is hot at rest", () => {
    const twice = nullDays(chanceOf(5), 5, LIVELY, METHODS)[nameOf("and 2x")]!;
    expect(twice.causeless).toBeGreaterThan(20);
  });

  it("have more incidents without a cause where hosts are noisier", () => {
    const noisy = { ...LIVELY, burstsPerHostDay: 40 };
    const [ours] = nullDays(chanceOf(5), 5, noisy, METHODS.slice(OURS, 1));
    expect(ours!.causeless).toBeGreaterThan(5);
  });
});

describe("a flood of five minutes", () => {
  const cell = (given: Partial<Cell>): Cell => {
    return { pps: 300, hosts: 10, among: "any", onsetsWithinSeconds: 0, ...given };
  };

  it("is known sooner the more hosts it hits, and the harder", () => {
    const known = (given: Partial<Cell>) => trial(chanceOf(9), cell(given), METHODS)[OURS]!;
    expect(known({ hosts: 100 })).toBeLessThanOrEqual(4);
    expect(known({ hosts: 10 })).toBeGreaterThanOrEqual(10);
    expect(known({ hosts: 10 })).toBeLessThanOrEqual(30);
    const hard = known({ hosts: 3, pps: 3_000, among: "freebsd" });
    const soft = known({ hosts: 3, pps: 400, among: "freebsd" });
    expect([hard, soft]).toEqual([30, 60]);
  });

  it("is not seen by lines below the limit, and never on one host", () => {
    const [ours] = trial(chanceOf(9), cell({ pps: 50, among: "freebsd" }), METHODS);
    expect(ours).toBe(Number.POSITIVE_INFINITY);
    const [alone] = trial(chanceOf(9), cell({ pps: 5_000, hosts: 1 }), METHODS);
    expect(alone).toBe(Number.POSITIVE_INFINITY);
  });
});
