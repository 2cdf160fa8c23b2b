import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LIMITS } from "../../../services/detect/limits.ts";
import { type GivenSample, SampledHost } from "../../support/detect/sampled-host.ts";

const START = 1_795_233_600;
const RESETS = "Tcp.OutRsts";
const UINT32 = 2 ** 32;

/** Samples a second apart, each with so many more resets than the one before. */
function series(growths: readonly number[], from = 1_000): GivenSample[] {
  let value = from;
  return [0, ...growths].map((growth, index) => {
    value += growth;
    return { timeMs: (START + index) * 1_000, counters: { [RESETS]: value } };
  });
}

function fed(samples: readonly GivenSample[]): SampledHost {
  const host = new SampledHost();
  for (const sample of samples) host.sample(sample);
  return host;
}

describe("counter samples", () => {
  it("make the seconds between two samples hot with the rate between them", () => {
    const host = fed([
      { timeMs: START * 1_000 + 250, counters: { [RESETS]: 100 } },
      { timeMs: (START + 10) * 1_000 + 250, counters: { [RESETS]: 20_100 } },
    ]);
    expect(host.hotSeconds("resets_sent")).toEqual(
      Array.from({ length: 10 }, (_, index) => START + 1 + index),
    );
    expect(host.offered("resets_sent", START + 4)).toBe(2_000);
    expect(host.hotSeconds("surge")).toHaveLength(10);
  });

  it("say how strong they are: ten times normal, a surge at 200 a second, a torrent at 800", () => {
    // A whole block and a half at rest first, so that normal is known.
    const rest = Array.from({ length: 150 }, () => 0);
    const growths = [...rest, 500, 510, 1_990, 2_000, 7_990, 8_000];
    let value = 1_000;
    const samples = [0, ...growths].map((growth, index) => {
      value += growth;
      return { timeMs: (START + index * 10) * 1_000, counters: { [RESETS]: value } };
    });
    const host = fed(samples);
    expect(host.hotSeconds("resets_sent")).toHaveLength(60);
    expect(host.hotSeconds("tenfold")).toHaveLength(50);
    expect(host.hotSeconds("surge")).toHaveLength(30);
    const newest = START + growths.length * 10;
    const last = Array.from({ length: 10 }, (_, index) => newest - 9 + index);
    expect(host.hotSeconds("torrent")).toEqual(last);
    // A late sample says that all of it came at once: one second of it is a torrent, no other.
    host.sample({ timeMs: (newest - 1) * 1_000, counters: { [RESETS]: value - 7_000 } });
    expect(host.hotSeconds("torrent")).toEqual([newest]);
    expect(host.offered("torrent", newest)).toBe(7_000);
    expect(host.hotSeconds("surge")).toHaveLength(21);
  });

  it("give the same in any order, doubled too, within the last eight", () => {
    const given = fc.array(
      fc.record({
        growth: fc.oneof(fc.nat(400), fc.integer({ min: 700, max: 5_000 })),
        gapSeconds: fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 40, max: 80 })),
        ms: fc.nat(999),
        hasFails: fc.boolean(),
        isSetBack: fc.constantFrom(false, false, false, true),
      }),
      { minLength: 2, maxLength: 8 },
    );
    fc.assert(
      fc.property(given, fc.infiniteStream(fc.nat(1_000)), (steps, random) => {
        let second = START;
        let resets = 10_000;
        let fails = 500;
        const samples = steps.map((step) => {
          second += step.gapSeconds;
          resets = step.isSetBack ? 0 : resets + step.growth * step.gapSeconds;
          fails += step.growth;
          const counters = step.hasFails
            ? { [RESETS]: resets, "Tcp.AttemptFails": fails }
            : { [RESETS]: resets };
          return { timeMs: second * 1_000 + step.ms, counters };
        });
        const doubled = [...samples, ...samples.filter((_, index) => index % 2 === 0)];
        const shuffled = doubled
          .map((sample) => ({ sample, at: random.next().value as number }))
          .toSorted((a, b) => a.at - b.at)
          .map(({ sample }) => sample);
        const [late, ordered] = [fed(shuffled), fed(samples)];
        expect(late.state()).toBe(ordered.state());
        expect(late.learnt()).toEqual(ordered.learnt());
      }),
      { numRuns: 300 },
    );
  });

  it("never make a rate that no link carries, nor one below zero", () => {
    const value = fc.oneof(
      fc.nat(10_000),
      fc.integer({ min: UINT32 - 5_000, max: UINT32 + 5_000 }),
      fc.integer({ min: 2 ** 50, max: 2 ** 52 - 1 }),
    );
    fc.assert(
      fc.property(fc.array(value, { minLength: 2, maxLength: 20 }), (values) => {
        const host = fed(
          values.map((each, index) => ({
            timeMs: (START + index) * 1_000,
            counters: { [RESETS]: each },
          })),
        );
        for (const { offered, excess } of host.hot.values()) {
          expect(excess).toBeGreaterThan(0);
          expect(offered).toBeLessThanOrEqual(25_000_000);
        }
      }),
    );
  });

  it("are cooled by a late one that shows where the growth really was", () => {
    const [first, middle, last] = [
      { timeMs: START * 1_000, counters: { [RESETS]: 0 } },
      { timeMs: (START + 5) * 1_000, counters: { [RESETS]: 10 } },
      { timeMs: (START + 10) * 1_000, counters: { [RESETS]: 9_010 } },
    ] as const;
    const host = fed([first, last]);
    expect(host.hotSeconds("resets_sent")).toHaveLength(10);
    host.sample(middle);
    expect(host.hotSeconds("resets_sent")[0]).toBe(START + 6);
    expect(host.offered("resets_sent", START + 10)).toBe(1_800);
    expect(host.state()).toBe(fed([first, middle, last]).state());
  });

  it("before the last eight change nothing and are counted", () => {
    const samples = series(Array.from({ length: 12 }, () => 1_000));
    const host = fed(samples.slice(1));
    const before = host.state();
    host.sample(samples[0]!);
    expect(host.state()).toBe(before);
    expect(host.stage.late).toBe(1);
  });
});

describe("a counter that goes down", () => {
  const fall = (from: number, to: number, more: Partial<GivenSample> = {}) =>
    fed([
      { timeMs: START * 1_000, counters: { [RESETS]: from }, ...more },
      { timeMs: (START + 1) * 1_000, counters: { [RESETS]: to }, ...more },
    ]);

  it("was set back: nothing is known of that stretch", () => {
    expect(fall(50_000, 10).hot.size).toBe(0);
    expect(fall(UINT32 + 50_000, 10).hot.size).toBe(0);
  });

  it("within a known boot wrapped, where it stood close to 2^32", () => {
    const host = fall(UINT32 - 500, 1_500);
    expect(host.offered("resets_sent", START + 1)).toBe(2_000);
  });

  it("is no wrap where nobody knows the boot", () => {
    expect(fall(UINT32 - 500, 1_500, { boot: null }).hot.size).toBe(0);
  });

  it("passes 2^32 unharmed where it has 64 bits", () => {
    const host = fall(UINT32 - 500, UINT32 + 1_500);
    expect(host.offered("resets_sent", START + 1)).toBe(2_000);
  });
});

describe("a host", () => {
  it("that boots begins anew, and what is normal for it stays known", () => {
    const host = fed([
      { timeMs: START * 1_000, counters: { [RESETS]: 10 }, boot: "one" },
      { timeMs: (START + 60) * 1_000, counters: { [RESETS]: 90_000 }, boot: "two" },
    ]);
    expect(host.hot.size).toBe(0);
  });

  it("without a name for its boot is told apart by its uptime", () => {
    const at = (second: number, uptimeSeconds: number, resets: number): GivenSample => ({
      timeMs: (START + second) * 1_000,
      counters: { [RESETS]: resets },
      boot: null,
      uptimeSeconds,
    });
    const host = fed([at(0, 5_000, 10), at(300, 150, 90_000), at(301, 151, 92_000)]);
    expect(host.hotSeconds("resets_sent")).toEqual([START + 301]);
  });

  it("that has just booted is not judged", () => {
    const at = (second: number, resets: number): GivenSample => ({
      timeMs: (START + second) * 1_000,
      counters: { [RESETS]: resets },
      uptimeSeconds: 20 + second,
    });
    expect(fed([at(0, 0), at(1, 5_000)]).hot.size).toBe(0);
  });

  it("with two samplers counts once, with the larger of both", () => {
    const host = new SampledHost();
    for (const [index, growth] of [0, 2_000, 4_000].entries()) {
      for (const sampler of ["ship", "telegraf"]) {
        const timeMs = (START + index) * 1_000 + (sampler === "ship" ? 0 : 400);
        host.sample({ timeMs, counters: { [RESETS]: 10 + growth }, sampler });
      }
    }
    expect(host.hotSeconds("resets_sent")).toEqual([START + 1, START + 2]);
    expect(host.offered("resets_sent", START + 1)).toBe(2_000);
  });

  it("whose sampler sends two halves of a second has them joined", () => {
    const host = new SampledHost();
    for (let second = 0; second < 3; second++) {
      const timeMs = (START + second) * 1_000;
      host.sample({ timeMs, counters: { [RESETS]: second * 1_000 } });
      host.sample({ timeMs, counters: { "TcpExt.ListenDrops": second * 2_000 } });
    }
    expect(host.hotSeconds("resets_sent")).toEqual([START + 1, START + 2]);
    expect(host.hotSeconds("listen_drops")).toEqual([START + 1, START + 2]);
    expect(host.stage.late).toBe(0);
  });

  it("whose collector keeps rates only is judged by them", () => {
    const host = new SampledHost();
    for (const [index, rate] of [10, 10, 4_000].entries()) {
      const timeMs = (START + index * 10) * 1_000;
      host.sample({ timeMs, counters: {}, gauges: { [`perSecond.${RESETS}`]: rate } });
    }
    expect(host.hotSeconds("resets_sent")[0]).toBe(START + 11);
    expect(host.offered("resets_sent", START + 20)).toBe(4_000);
  });

  it("that was not sampled for minutes is unknown in between", () => {
    const host = fed([
      { timeMs: START * 1_000, counters: { [RESETS]: 0 } },
      { timeMs: (START + 600) * 1_000, counters: { [RESETS]: 10_000_000 } },
    ]);
    expect(host.hot.size).toBe(0);
  });

  it("learns what is normal for it however busy it is", () => {
    const host = new SampledHost();
    const quietSeconds = 1_800;
    for (let second = 0; second <= quietSeconds; second += 10) {
      const counters = { [RESETS]: second * 3, "Tcp.InSegs": second * 20_000 };
      host.sample({ timeMs: (START + second) * 1_000, counters });
    }
    // Far above its own 3 a second, and below all that is said of hosts that are new.
    const counters = { [RESETS]: quietSeconds * 3 + 2_000, "Tcp.InSegs": quietSeconds * 20_000 };
    host.sample({ timeMs: (START + quietSeconds + 10) * 1_000, counters });
    expect(host.offered("resets_sent", START + quietSeconds + 10)).toBe(200);
  });

  it("whose samples lie too far apart to measure anything learns nothing from them", () => {
    const host = new SampledHost();
    let resets = 0;
    const sampled = (second: number, growth: number) => {
      resets += growth;
      host.sample({ timeMs: (START + second) * 1_000, counters: { [RESETS]: resets } });
    };
    for (let second = 0; second <= 2_800; second += 140) sampled(second, 140 * 300);
    sampled(2_810, 10 * 300);
    expect(host.hot.size).toBe(0);
  });

  it("whose sampler floods, under ever new names too, costs itself alone", () => {
    const calm = series([900, 900, 900, 900]);
    const host = new SampledHost();
    calm.forEach((sample, index) => {
      host.sample(sample);
      for (let flood = 0; flood < 1_000; flood++) {
        const timeMs = sample.timeMs - (flood % 500) * 1_000;
        const named = { boot: `boot-${index}-${flood}`, sampler: `sampler-${flood % 9}` };
        const boot = flood < 500 ? {} : named;
        host.sample({ timeMs, counters: { [RESETS]: flood * 7_919 }, isOther: true, ...boot });
      }
    });
    expect(host.state()).toBe(fed(calm).state());
    expect(host.stage.series.live).toBe(1 + LIMITS.seriesPerHostMax);
    expect(host.stage.late).toBeGreaterThan(0);
  });
});
