import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DwellStep } from "../../../lib/domain/rule.ts";
import { floodTimes, incidentsOf, runsOf } from "../../../sim/power/flood-times.ts";

const END = 90;
const WITHIN = 4;

const hosts = fc.array(
  fc.uniqueArray(fc.record({ second: fc.nat(60), mask: fc.integer({ min: 1, max: 3 }) }), {
    selector: ({ second }) => second,
    maxLength: 40,
  }),
  { minLength: 1, maxLength: 5 },
);
const steps = fc.array(
  fc.record({
    gaugeMask: fc.constantFrom(1, 2, 3),
    hosts: fc.integer({ min: 1, max: 3 }),
    dwellSeconds: fc.nat(12),
  }),
  { minLength: 1, maxLength: 3 },
);

/** Second by second, from what a dwell means. */
function holdsAt(hot: readonly ReadonlyMap<number, number>[], step: DwellStep, second: number) {
  const isHot = (host: ReadonlyMap<number, number>, at: number) =>
    ((host.get(at) ?? 0) & step.gaugeMask) !== 0;
  const counts = (host: ReadonlyMap<number, number>): boolean => {
    // The newest hot second that it still counts by, and back from there without a long pause.
    let newest = second;
    while (newest > second - WITHIN && !isHot(host, newest)) newest -= 1;
    if (newest === second - WITHIN) return false;
    let [first, last] = [newest, newest];
    for (let at = newest; at >= first - WITHIN && at >= 0; at -= 1) if (isHot(host, at)) first = at;
    for (let at = newest; at <= last + WITHIN; at += 1) if (isHot(host, at)) last = at;
    return last >= first + step.dwellSeconds && second >= first + step.dwellSeconds;
  };
  return hot.filter(counts).length >= step.hosts;
}

describe("the sweep over runs", () => {
  it("says for every second what counting hosts one by one says", () => {
    fc.assert(
      fc.property(hosts, steps, (given, wanted) => {
        const sorted = given.map((own) => own.toSorted((a, b) => a.second - b.second));
        const spans = floodTimes(
          sorted.map((own) => ({
            seconds: own.map(({ second }) => second),
            masks: own.map(({ mask }) => mask),
          })),
          wanted,
          WITHIN,
          null,
        );
        const maps = sorted.map((own) => new Map(own.map(({ second, mask }) => [second, mask])));
        for (let second = 0; second < END; second += 1) {
          const isIn = spans.some(({ from, to }) => second >= from && second < to);
          expect(isIn, `second ${second}`).toBe(wanted.some((step) => holdsAt(maps, step, second)));
        }
      }),
      { numRuns: 400 },
    );
  });

  it("counts a host that is sampled every ten seconds from its next sample on", () => {
    const seconds = Array.from({ length: 40 }, (_, at) => 101 + at);
    const hot = { seconds, masks: seconds.map(() => 1) };
    const step = { gaugeMask: 1, hosts: 1, dwellSeconds: 15 };
    const known = (phase: number) =>
      floodTimes([hot], [step], WITHIN, [{ sampleSeconds: 10, phase }])[0]!.from;
    expect(known(0)).toBe(120);
    expect(known(6)).toBe(116);
    expect(known(5)).toBe(125);
    expect(floodTimes([hot], [step], WITHIN, null)[0]!.from).toBe(116);
  });

  it("lets pauses end a run, and quiet an incident", () => {
    const hot = { seconds: [10, 14, 19], masks: [1, 1, 1] };
    expect(runsOf(7, hot, 1, 4)).toEqual([
      { host: 7, from: 10, to: 14 },
      { host: 7, from: 19, to: 19 },
    ]);
    const step = { gaugeMask: 1, hosts: 1, dwellSeconds: 0 };
    const span = (from: number, to: number) => ({ from, to, step, runs: [] });
    const joined = incidentsOf([span(0, 10), span(129, 140), span(260, 270)], 120);
    expect(joined.map(({ from, to }) => [from, to])).toEqual([
      [0, 140],
      [260, 270],
    ]);
  });
});
