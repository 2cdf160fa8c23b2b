import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rulesOf } from "../../../lib/config/rule-pack.ts";
import { validate } from "../../../lib/config/validate.ts";
import { FactBatch } from "../../../lib/domain/fact-batch.ts";
import { type Gauge, gaugeMask, GAUGES, LIMIT_TORRENT_GAUGE } from "../../../lib/domain/gauge.ts";
import { HostDirectory } from "../../../lib/domain/host-directory.ts";
import { EMPTY_INVENTORY } from "../../../lib/domain/inventory.ts";
import { DEFAULT_SCOPES } from "../../../lib/domain/scope.ts";
import { createScoping } from "../../../lib/domain/scoping.ts";
import { HostStage } from "../../../services/detect/host/host-stage.ts";
import { NO_TRACK } from "../../../services/detect/host/track-cells.ts";
import { Detector } from "../../../services/detect/pipeline.ts";

const BASE = 1_795_233_600;

interface Line {
  readonly host: number;
  readonly second: number;
  readonly gauge: Gauge;
  readonly offered: number;
  readonly suppressed: number;
}

const line = (given: Partial<Line>): Line => {
  return { host: 0, second: 0, gauge: "tcp_reset", offered: 900, suppressed: 700, ...given };
};

function batchOf(directory: HostDirectory, lines: readonly Line[]): FactBatch {
  const batch = new FactBatch(Math.max(1, lines.length));
  lines.forEach(({ host, second, gauge, offered, suppressed }, row) => {
    batch.host[row] = directory.idOf("", `fra1-web-${host}`);
    batch.timeMs[row] = (BASE + second) * 1_000;
    batch.gauge[row] = GAUGES.indexOf(gauge);
    batch.offered[row] = offered;
    batch.suppressed[row] = suppressed;
  });
  batch.length = lines.length;
  return batch;
}

const scoping = createScoping(DEFAULT_SCOPES, EMPTY_INVENTORY);
const EVERY_GAUGE = (1 << GAUGES.length) - 1;

/** The torrent's cells of one host, and how many gauges it is known by. */
function torrentOf(lines: readonly Line[], keptMask = EVERY_GAUGE) {
  const directory = new HostDirectory();
  const stage = new HostStage({
    covers: [],
    scoping,
    directory,
    owns: null,
    hostRuleMask: 0,
    keptMask,
    withinSecondsMax: 60,
    cellsMax: 1 << 12,
    evidenceSlots: 64,
  });
  const batch = batchOf(directory, lines);
  stage.fold(batch, 0, batch.length);
  const cells: (readonly number[])[] = [];
  let gauges = 0;
  for (let track = stage.firstTrack(0); track !== NO_TRACK; track = stage.tracks.next(track)) {
    gauges += 1;
    if (stage.tracks.gauge(track) !== LIMIT_TORRENT_GAUGE) continue;
    stage.tracks.visit(track, BASE, BASE + 1_000, (second, offered, suppressed) => {
      cells.push([second - BASE, offered, suppressed]);
    });
  }
  return { cells: cells.sort((a, b) => a[0]! - b[0]!), gauges };
}

describe("lines of 800 a second and more", () => {
  it("are a class of their own, whatever class of the limiter they are of", () => {
    const lines = [
      line({ second: 1, offered: 799 }),
      line({ second: 2, offered: 800, suppressed: 600 }),
      line({ second: 3, gauge: "icmp_unreach", offered: 5_000, suppressed: 4_800 }),
      line({ second: 3, offered: 900, suppressed: 700 }),
      line({ second: 4, suppressed: 0 }),
      line({ second: 5, gauge: "listen_overflow" }),
    ];
    expect(torrentOf(lines).cells).toEqual([
      [2, 800, 600],
      [3, 5_000, 4_800],
    ]);
  });

  it("take no room where no rule looks at them", () => {
    const lines = [line({ second: 1 })];
    expect(torrentOf(lines).gauges).toBe(2);
    expect(torrentOf(lines, gaugeMask(["tcp_reset"])).gauges).toBe(1);
  });

  it("are the same in any order, doubled too", () => {
    const given = fc.array(
      fc.record({
        second: fc.nat(20),
        gauge: fc.constantFrom<Gauge>("tcp_reset", "icmp_unreach", "listen_overflow"),
        offered: fc.constantFrom(300, 799, 800, 2_000),
        suppressed: fc.constantFrom(0, 100, 600),
      }),
      { minLength: 1, maxLength: 30 },
    );
    fc.assert(
      fc.property(given, fc.infiniteStream(fc.nat(1_000)), (some, random) => {
        const lines = some.map(line);
        const shuffled = [...lines, ...lines.slice(0, 5)]
          .map((one) => ({ one, at: random.next().value as number }))
          .toSorted((a, b) => a.at - b.at)
          .map(({ one }) => one);
        expect(torrentOf(shuffled).cells).toEqual(torrentOf(lines).cells);
      }),
    );
  });

  it("tell a flood of three hosts after half a minute, smaller ones after a whole one", () => {
    const metAfter = (offered: number): number[] => {
      const directory = new HostDirectory();
      const { config } = validate({ rules: [{ name: "flood", type: "flood", scope: "site" }] });
      const met: number[] = [];
      const detector = new Detector({
        rules: rulesOf(config!),
        scoping,
        directory,
        partitions: 1,
        partitionOf: () => 0,
        retainSeconds: 86_400,
        cellsMax: 1 << 12,
        evidenceSlots: 64,
        sink: {
          publish: () => undefined,
          finalise: (_watch, { metAt }) => met.push(metAt - BASE),
        },
      });
      const lines = Array.from({ length: 90 }, (_, second) =>
        [0, 1, 2].map((host) => line({ host, second, offered, suppressed: offered - 200 })),
      ).flat();
      const batch = batchOf(directory, lines);
      detector.fold(batch, 0, batch.length);
      detector.settle((BASE + 1_000) * 1_000);
      detector.finish();
      return met;
    };
    expect(metAfter(800)).toEqual([30]);
    expect(metAfter(799)).toEqual([60]);
  });
});
