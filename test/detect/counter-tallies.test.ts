import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FactBatch } from "../../lib/domain/fact-batch.ts";
import { FLOOD_MASK } from "../../lib/domain/flood-steps.ts";
import { gaugeMask, SURGE, TENFOLD, TORRENT } from "../../lib/domain/gauge.ts";
import { HostDirectory } from "../../lib/domain/host-directory.ts";
import { ReadingColumns } from "../../lib/domain/host-readings.ts";
import { EMPTY_INVENTORY } from "../../lib/domain/inventory.ts";
import type { Rule } from "../../lib/domain/rule.ts";
import { DEFAULT_SCOPES } from "../../lib/domain/scope.ts";
import { createScoping } from "../../lib/domain/scoping.ts";
import { coversOf } from "../../services/detect/host/cover.ts";
import { type Spoken, TallyWriter } from "../../services/detect/host/tally-writer.ts";
import { Detector } from "../../services/detect/pipeline.ts";
import { configHash, coverHash, hashedUses } from "../../services/detect/rules/rule-hash.ts";
import type { IncidentRecord } from "../../services/detect/scope/incident-record.ts";
import { TallyFold } from "../../services/detect/scope/tally-fold.ts";
import type { Watch } from "../../services/detect/scope/watch.ts";
import { newStage } from "../support/detect/new-stage.ts";
import { tellFold } from "../support/detect/tell-fold.ts";

const BASE = 1_795_233_600;
const RETAIN_SECONDS = 86_400;

const common = { reopenWithinSeconds: 0, severity: "high", scope: "site" } as const;
const RULES: readonly Rule[] = [
  {
    ...common,
    name: "flood",
    type: "flood",
    gaugeMask: FLOOD_MASK,
    signal: "flood",
    hosts: 2,
    withinSeconds: 20,
    gapSeconds: 3,
    steps: [
      { gaugeMask: gaugeMask([SURGE]), hosts: 2, dwellSeconds: 12 },
      { gaugeMask: gaugeMask([TORRENT, TENFOLD]), hosts: 2, dwellSeconds: 7 },
      { gaugeMask: FLOOD_MASK, hosts: 3, dwellSeconds: 4 },
    ],
  },
  {
    ...common,
    name: "resets",
    type: "host_count",
    gaugeMask: gaugeMask(["resets_sent"]),
    signal: "resets_sent",
    hosts: 2,
    withinSeconds: 15,
  },
];
const scoping = createScoping(DEFAULT_SCOPES, EMPTY_INVENTORY);
const { covers, usesOf } = coversOf(RULES, scoping.definitions);
const uses = [...usesOf.values()].flat();

interface Sample {
  readonly host: number;
  readonly second: number;
  readonly resets: number;
}

/** Four hosts; every sample may come up to three places later than its turn. */
const story = fc
  .array(
    fc.record({
      host: fc.nat(3),
      gapSeconds: fc.integer({ min: 1, max: 8 }),
      rate: fc.constantFrom(0, 5, 500, 900, 1_500, 4_000),
      delay: fc.nat(3),
    }),
    { minLength: 4, maxLength: 60 },
  )
  .map((steps) => {
    const hosts = Array.from({ length: 4 }, () => ({ second: BASE, resets: 1_000 }));
    const samples = steps.map(({ host, gapSeconds, rate, delay }, at) => {
      const own = hosts[host]!;
      own.second += gapSeconds;
      own.resets += rate * gapSeconds;
      return { host, second: own.second, resets: own.resets, turn: at + delay };
    });
    return samples.toSorted((a, b) => a.turn - b.turn);
  });

function batchOf(directory: HostDirectory, samples: readonly Sample[]): FactBatch {
  const batch = new FactBatch(Math.max(1, samples.length));
  const readings = new ReadingColumns();
  samples.forEach(({ host, second, resets }, row) => {
    batch.host[row] = directory.idOf("", `fra1-web-${host}`);
    batch.timeMs[row] = second * 1_000;
    batch.gauge[row] = -1;
    readings.add(row, {
      boot: "boot",
      os: "linux",
      sampler: "ship",
      uptimeSeconds: null,
      counters: [{ name: "Tcp.OutRsts", value: resets }],
      gauges: [],
      posture: [],
    });
  });
  batch.length = samples.length;
  batch.readings = readings;
  return batch;
}

type Final = { readonly watch: Watch; readonly record: IncidentRecord };

function verdictsOf(finals: readonly Final[]) {
  return finals
    .filter(({ record }) => record.state !== "withdrawn")
    .map(({ watch: { reader }, record: { rule, startedAt, metAt, lastSeenAt } }) => ({
      rule: rule.name,
      startedAt,
      metAt,
      lastSeenAt,
      hosts: reader
        .participants(startedAt, lastSeenAt)
        .map(({ host }) => host)
        .toSorted(),
      ...reader.sums(startedAt, lastSeenAt),
    }))
    .toSorted((a, b) => a.metAt - b.metAt || (a.rule < b.rule ? -1 : 1));
}

/** What `replay` makes of the samples in the order of their times. */
function replayed(samples: readonly Sample[]) {
  const directory = new HostDirectory();
  const finals: Final[] = [];
  const detector = new Detector({
    rules: RULES,
    scoping,
    directory,
    partitions: 1,
    partitionOf: () => 0,
    retainSeconds: RETAIN_SECONDS,
    cellsMax: 1 << 16,
    evidenceSlots: 256,
    sink: {
      publish: () => undefined,
      finalise: (watch, record) => finals.push({ watch, record }),
    },
  });
  const ordered = samples.toSorted((a, b) => a.second - b.second);
  const batch = batchOf(directory, ordered);
  detector.fold(batch, 0, batch.length);
  detector.settle((BASE + 5_000) * 1_000);
  detector.finish();
  return verdictsOf(finals);
}

/** What two partitions say of them that flush after every few samples, told to a scope stage. */
function told(samples: readonly Sample[]) {
  const spoken: Spoken[] = [];
  const partitions = [0, 1].map((partition) => {
    const { stage, directory } = newStage(covers, 32);
    const coverHashes = covers.map((cover, number) => {
      const { rule } = uses.find((use) => use.cover === number)!;
      return coverHash(cover, rule, scoping.definitions[cover.definition]);
    });
    const { definitions } = scoping;
    const writing = { stage, directory, definitions, partition, coverHashes, hostCovers: [] };
    return { stage, directory, writer: new TallyWriter(writing) };
  });
  let revision = 0;
  const speak = (given: readonly Sample[], logSecond: number): void => {
    for (const [number, { stage, directory, writer }] of partitions.entries()) {
      const own = batchOf(
        directory,
        given.filter(({ host }) => host % 2 === number),
      );
      stage.fold(own, 0, own.length);
      spoken.push(...writer.flush(revision, logSecond * 1_000, [], []));
    }
    revision += 1;
  };
  for (let at = 0; at < samples.length; at += 3) speak(samples.slice(at, at + 3), BASE + at);
  speak([], BASE + 5_000);
  const finals: Final[] = [];
  const fold = new TallyFold({
    rules: RULES.map((rule) => {
      const definition = scoping.definitions.find(({ name }) => name === rule.scope);
      return {
        rule,
        uses: hashedUses(rule, definition),
        configHash: configHash(rule, definition),
      };
    }),
    scoping,
    graceSeconds: 10,
    retainSeconds: RETAIN_SECONDS,
    sink: {
      publish: () => undefined,
      finalise: (watch, record) => finals.push({ watch, record }),
    },
  });
  tellFold(fold, spoken);
  return verdictsOf(finals);
}

describe("counters through tallies", () => {
  it("give what replay gives, also where late samples cool what was told", () => {
    fc.assert(
      fc.property(story, (samples) => {
        expect(told(samples)).toEqual(replayed(samples));
      }),
      { numRuns: 1000 },
    );
  });
});
