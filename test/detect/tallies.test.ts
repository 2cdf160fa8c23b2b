import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FactBatch } from "../../lib/domain/fact-batch.ts";
import { gaugeMask, GAUGES, SIGNALS } from "../../lib/domain/gauge.ts";
import type { HostDirectory } from "../../lib/domain/host-directory.ts";
import { EMPTY_INVENTORY } from "../../lib/domain/inventory.ts";
import type { Rule } from "../../lib/domain/rule.ts";
import { DEFAULT_SCOPES } from "../../lib/domain/scope.ts";
import { createScoping } from "../../lib/domain/scoping.ts";
import { coversOf } from "../../services/detect/host/cover.ts";
import type { HostStage } from "../../services/detect/host/host-stage.ts";
import { type Spoken, TallyWriter } from "../../services/detect/host/tally-writer.ts";
import type { IncidentRecord } from "../../services/detect/scope/incident-record.ts";
import { TallyFold } from "../../services/detect/scope/tally-fold.ts";
import type { Watch } from "../../services/detect/scope/watch.ts";
import { newStage } from "../support/detect/new-stage.ts";
import { tellFold } from "../support/detect/tell-fold.ts";
import { episodes } from "../../sim/oracle.ts";

const BASE = 1_795_164_000;
const RULE: Rule = {
  name: "counted",
  type: "host_count",
  scope: "site",
  gaugeMask: gaugeMask(SIGNALS.tcp_reset),
  signal: "tcp_reset",
  hosts: 3,
  withinSeconds: 30,
  reopenWithinSeconds: 0,
  severity: "medium",
};

interface Fact {
  readonly host: string;
  readonly second: number;
  readonly gauge: "tcp_reset" | "closed_port_rst" | "icmp_unreach";
  readonly offered: number;
}

/** One host stage that speaks after every batch. */
class Partition {
  readonly directory: HostDirectory;
  readonly stage: HostStage;
  readonly #writer: TallyWriter;
  #revision = 0;

  constructor(partition: number) {
    const scoping = createScoping(DEFAULT_SCOPES, EMPTY_INVENTORY);
    const { covers } = coversOf([RULE], scoping.definitions);
    const { stage, directory } = newStage(covers, RULE.withinSeconds);
    this.stage = stage;
    this.directory = directory;
    this.#writer = new TallyWriter({
      stage: this.stage,
      directory: this.directory,
      definitions: scoping.definitions,
      partition,
      coverHashes: ["hash"],
      hostCovers: [],
    });
  }

  speak(facts: readonly Fact[], logSecond: number): Spoken[] {
    const batch = new FactBatch(Math.max(1, facts.length));
    facts.forEach((fact, i) => {
      batch.host[i] = this.directory.idOf("", fact.host);
      batch.timeMs[i] = fact.second * 1_000;
      batch.gauge[i] = GAUGES.indexOf(fact.gauge);
      batch.offered[i] = fact.offered;
      batch.suppressed[i] = Math.max(0, fact.offered - 200);
    });
    batch.length = facts.length;
    this.stage.fold(batch, 0, facts.length);
    return this.#writer.flush(this.#revision++, logSecond * 1_000, [], []);
  }
}

function verdictsOf(spoken: readonly Spoken[]) {
  const finals: { watch: Watch; record: IncidentRecord }[] = [];
  const fold = new TallyFold({
    rules: [{ rule: RULE, uses: [{ coverHash: "hash", hosts: RULE.hosts }], configHash: "hash" }],
    scoping: createScoping(DEFAULT_SCOPES, EMPTY_INVENTORY),
    graceSeconds: 10,
    retainSeconds: 86_400,
    sink: {
      publish: () => undefined,
      finalise: (watch, record) => finals.push({ watch, record }),
    },
  });
  tellFold(fold, spoken);
  return finals
    .filter(({ record }) => record.state !== "withdrawn")
    .map(({ watch, record }) => ({ ...watchedSums(watch, record), watch, record }))
    .map(({ watch, record, ...sums }) => ({
      scope: record.scope.value,
      startedAt: record.startedAt,
      metAt: record.metAt,
      lastSeenAt: record.lastSeenAt,
      hosts: watch.reader
        .participants(record.startedAt, record.lastSeenAt)
        .map(({ host }) => host)
        .toSorted(),
      ...sums,
    }))
    .toSorted((a, b) => a.metAt - b.metAt || (a.scope < b.scope ? -1 : 1));
}

/** What the oracle measures too. */
function watchedSums({ reader }: Watch, { startedAt, lastSeenAt }: IncidentRecord) {
  const { offeredPeakPerSecond, suppressed } = reader.sums(startedAt, lastSeenAt);
  return { offeredPeakPerSecond, suppressed };
}

const fact = fc.record({
  host: fc
    .tuple(fc.constantFrom("fra1", "ams2"), fc.nat(5))
    .map(([site, number]) => `${site}-web-${number}`),
  second: fc.integer({ min: BASE, max: BASE + 300 }),
  gauge: fc.constantFrom("tcp_reset" as const, "closed_port_rst" as const, "icmp_unreach" as const),
  offered: fc.integer({ min: 150, max: 900 }),
});

describe("tallies", () => {
  it("give the oracle's verdicts, from two partitions that speak in turn, told twice", () => {
    fc.assert(
      fc.property(fc.array(fc.array(fact, { maxLength: 12 }), { maxLength: 10 }), (batches) => {
        const partitions = [new Partition(0), new Partition(1)];
        const spoken: Spoken[] = [];
        batches.forEach((facts, i) => {
          for (const [number, partition] of partitions.entries()) {
            const own = facts.filter(({ host }) => Number(host.at(-1)) % 2 === number);
            spoken.push(...partition.speak(own, BASE + i * 20));
          }
        });
        for (const partition of partitions) spoken.push(...partition.speak([], BASE + 5_000));
        const oracle = episodes(
          batches
            .flat()
            .map((each) => ({ ...each, scope: each.host.split("-")[0]!, allowed: 200 })),
          RULE,
        )
          .map(({ hosts, ...episode }) => ({ ...episode, hosts: [...hosts].toSorted() }))
          .toSorted((a, b) => a.metAt - b.metAt || (a.scope < b.scope ? -1 : 1));
        expect(verdictsOf(spoken)).toEqual(oracle);
        // A zombie or a restart says old truths again: they change nothing.
        expect(verdictsOf(spoken.flatMap((message, i) => [message, spoken[i >> 1]!]))).toEqual(
          oracle,
        );
      }),
      { numRuns: 300 },
    );
  });
});
