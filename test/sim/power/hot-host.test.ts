import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rulesOf } from "../../../lib/config/rule-pack.ts";
import { validate } from "../../../lib/config/validate.ts";
import { FactBatch } from "../../../lib/domain/fact-batch.ts";
import { GAUGES } from "../../../lib/domain/gauge.ts";
import { HostDirectory } from "../../../lib/domain/host-directory.ts";
import { ReadingColumns } from "../../../lib/domain/host-readings.ts";
import { EMPTY_INVENTORY } from "../../../lib/domain/inventory.ts";
import { DEFAULT_SCOPES } from "../../../lib/domain/scope.ts";
import { createScoping } from "../../../lib/domain/scoping.ts";
import { seededRandom } from "../../../lib/process/random.ts";
import { Detector } from "../../../services/detect/pipeline.ts";
import { Flicker } from "../../../sim/counters/chance.ts";
import type { MeasuredHost } from "../../../sim/counters/measured-fleet.ts";
import { ppsAt, steady, type Pressure } from "../../../sim/counters/pressure.ts";
import { floodTimes, incidentsOf } from "../../../sim/power/flood-times.ts";
import { hotHost } from "../../../sim/power/hot-host.ts";
import { METHODS } from "../../../sim/power/methods.ts";

const BASE = 1_795_233_600;
/** Four blocks: every baseline is in use. */
const QUIET_SECONDS = 2_400;
const END_SECONDS = 3_400;
const QUIET_BETWEEN_SECONDS = 120;

const host = (os: MeasuredHost["os"], sampleSeconds: number, phase: number): MeasuredHost => {
  const limit = os === "linux" ? Number.POSITIVE_INFINITY : 200;
  return { os, sampleSeconds, phase, level: 0, limit };
};
const FLEET: readonly MeasuredHost[] = [
  host("freebsd", 0, 0),
  host("freebsd", 0, 0),
  host("freebsd", 0, 0),
  host("linux", 1, 0),
  host("linux", 1, 0),
  host("linux", 1, 0),
  host("linux", 10, 3),
  host("linux", 10, 8),
];

/** Without any chance: the same packets are given to the detector. */
const still = { random: seededRandom(1), flicker: new Flicker(seededRandom(1), 0) };

const pressures = fc.array(
  fc
    .record({
      host: fc.nat(FLEET.length - 1),
      from: fc.integer({ min: BASE + QUIET_SECONDS, max: BASE + QUIET_SECONDS + 150 }),
      seconds: fc.constantFrom(1, 12, 45, 90, 150, 280),
      pps: fc.constantFrom(12, 40, 150, 260, 700, 900, 3_000),
      pulse: fc.constantFrom(null, null, { on: 5, every: 14 }, { on: 5, every: 18 }),
    })
    .map(steady),
  { minLength: 10, maxLength: 28 },
);

interface Verdict {
  readonly metAt: number;
  readonly lastSeenAt: number;
}

/** What the model says: it never saw a baseline, a cover or a cell. */
function modelled(given: readonly Pressure[]): Verdict[] {
  const hot = FLEET.map((one, number) =>
    hotHost(
      still,
      one,
      given.filter((pressure) => pressure.host === number),
    ),
  );
  const { steps, withinSeconds } = METHODS[0]!;
  const spans = floodTimes(hot, steps, withinSeconds, null);
  return incidentsOf(spans, QUIET_BETWEEN_SECONDS).map(({ from, to }) => {
    return { metAt: from, lastSeenAt: to - 1 };
  });
}

/** What the detector makes of the lines and samples that such packets make. */
function detected(given: readonly Pressure[]): Verdict[] {
  const directory = new HostDirectory();
  const batch = new FactBatch(20_000);
  const readings = new ReadingColumns();
  const counts = FLEET.map(() => 1_000);
  const add = (number: number, second: number, gauge: number): number => {
    const row = batch.length++;
    batch.host[row] = directory.idOf("", `fra1-web-${number}`);
    batch.timeMs[row] = second * 1_000;
    batch.gauge[row] = gauge;
    return row;
  };
  for (let second = BASE; second < BASE + END_SECONDS; second += 1) {
    FLEET.forEach(({ os, limit, sampleSeconds, phase }, number) => {
      let packets = 0;
      for (const one of given) if (one.host === number) packets += Math.round(ppsAt(one, second));
      counts[number]! += packets;
      if (os === "freebsd" && packets > limit) {
        const row = add(number, second, GAUGES.indexOf("tcp_reset"));
        batch.offered[row] = packets;
        batch.suppressed[row] = packets - limit;
      } else if (os === "linux" && second % sampleSeconds === phase) {
        readings.add(add(number, second, -1), {
          boot: "boot",
          os,
          sampler: "ship",
          uptimeSeconds: null,
          counters: [{ name: "Tcp.OutRsts", value: counts[number]! }],
          gauges: [],
          posture: [],
        });
      }
    });
  }
  batch.readings = readings;
  return verdictsOf(batch, directory);
}

function verdictsOf(batch: FactBatch, directory: HostDirectory): Verdict[] {
  const { config } = validate({ rules: [{ name: "flood", type: "flood", scope: "site" }] });
  const verdicts: Verdict[] = [];
  const detector = new Detector({
    rules: rulesOf(config!),
    scoping: createScoping(DEFAULT_SCOPES, EMPTY_INVENTORY),
    directory,
    partitions: 1,
    partitionOf: () => 0,
    retainSeconds: 86_400,
    cellsMax: 1 << 16,
    evidenceSlots: 256,
    sink: {
      publish: () => undefined,
      finalise: (_watch, { metAt, lastSeenAt, state }) => {
        if (state !== "withdrawn") verdicts.push({ metAt, lastSeenAt });
      },
    },
  });
  detector.fold(batch, 0, batch.length);
  detector.settle((BASE + END_SECONDS + 1_000) * 1_000);
  detector.finish();
  return verdicts.sort((a, b) => a.metAt - b.metAt);
}

describe("the model of heat", () => {
  it("meets the rule in the same seconds as the detector", () => {
    let met = 0;
    fc.assert(
      fc.property(pressures, (given) => {
        const verdicts = detected(given);
        met += verdicts.length;
        expect(modelled(given)).toEqual(verdicts);
      }),
      { numRuns: 60 },
    );
    expect(met).toBeGreaterThan(20);
  });
});
