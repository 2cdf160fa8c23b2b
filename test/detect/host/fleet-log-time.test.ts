import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FleetLogTime } from "../../../services/detect/host/fleet-log-time.ts";

const observations = fc.array(fc.tuple(fc.nat(5), fc.integer({ min: 1, max: 50 })), {
  maxLength: 60,
});

function latestTimes(given: readonly (readonly [number, number])[]): number[] {
  const latest = new Map<number, number>();
  for (const [host, timeMs] of given) latest.set(host, Math.max(latest.get(host) ?? 0, timeMs));
  return [...latest.values()].toSorted((a, b) => b - a);
}

describe("FleetLogTime", () => {
  it("is the third largest of the hosts' latest times, and never goes back", () => {
    fc.assert(
      fc.property(observations, (given) => {
        const logTime = new FleetLogTime();
        let before = Number.NEGATIVE_INFINITY;
        given.forEach(([host, timeMs], i) => {
          logTime.observe(host, timeMs);
          const third = latestTimes(given.slice(0, i + 1))[2] ?? Number.NEGATIVE_INFINITY;
          expect(logTime.ms).toBe(third);
          expect(logTime.ms).toBeGreaterThanOrEqual(before);
          before = logTime.ms;
        });
      }),
    );
  });

  it("is the smallest of fewer hosts at the end of input", () => {
    fc.assert(
      fc.property(observations, (given) => {
        const logTime = new FleetLogTime();
        for (const [host, timeMs] of given) logTime.observe(host, timeMs);
        expect(logTime.atEnd()).toBe(latestTimes(given).slice(0, 3).at(-1) ?? 0);
      }),
    );
  });
});
