import { describe, expect, it } from "vitest";
import { expectedVerdicts } from "../../sim/live/verdict.ts";
import { planWorld } from "../../sim/world.ts";

const worlds = Array.from({ length: 200 }, (_, seed) => planWorld(seed));

describe("planWorld", () => {
  it("makes the same world of the same seed, and others of others", () => {
    expect(planWorld(7)).toEqual(planWorld(7));
    expect(planWorld(8).shipments).not.toEqual(planWorld(7).shipments);
  });

  it("sends every line at least once, in order of time, some twice, and none after the end", () => {
    for (const { shipments, kinds, healMs, startMs } of worlds) {
      const sent = shipments.flatMap(({ lines }) => lines);
      expect(new Set(sent)).toEqual(new Set(kinds.keys()));
      const times = shipments.map(({ atMs }) => atMs);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      expect(times[0]).toBeGreaterThan(startMs);
      expect(times.at(-1)).toBeLessThan(healMs);
    }
    const doubled = worlds.filter(
      ({ shipments, kinds }) => shipments.flatMap(({ lines }) => lines).length > kinds.size,
    );
    expect(doubled.length).toBeGreaterThan(worlds.length / 2);
  });

  it("has attacks and quiet days, faults and none, one partition and several", () => {
    const counts = worlds.map(
      ({ facts, rules }) => expectedVerdicts([...facts.values()], rules).length,
    );
    expect(counts.filter((count) => count > 5).length).toBeGreaterThan(20);
    expect(Math.min(...counts)).toBeLessThan(3);
    for (const topic of ["lines", "observations", "tallies"] as const) {
      expect(new Set(worlds.map(({ partitions }) => partitions[topic])).size).toBeGreaterThan(1);
    }
    expect(worlds.some(({ severity }) => severity === 0)).toBe(true);
    expect(worlds.some(({ severity }) => severity > 0.9)).toBe(true);
    expect(worlds.some(({ kinds }) => [...kinds.values()].includes("malformed"))).toBe(true);
  });
});
