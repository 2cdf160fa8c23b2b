import { FactBatch } from "../../../lib/domain/fact-batch.ts";
import { ReadingColumns } from "../../../lib/domain/host-readings.ts";
import type { Incident } from "../../../lib/domain/incident.ts";
import { EMPTY_INVENTORY } from "../../../lib/domain/inventory.ts";
import { type Rule, watchedMask } from "../../../lib/domain/rule.ts";
import { DEFAULT_SCOPES } from "../../../lib/domain/scope.ts";
import { createScoping } from "../../../lib/domain/scoping.ts";
import type { Tally } from "../../../lib/domain/tally.ts";
import { coversOf } from "../../../services/detect/host/cover.ts";
import { SourceClock } from "../../../services/detect/host/source-clock.ts";
import { TallyWriter } from "../../../services/detect/host/tally-writer.ts";
import { revisionChanges } from "../../../services/detect/rules/changes.ts";
import { incidentOf } from "../../../services/detect/rules/incident-of.ts";
import { coverHash, type HashedUse, hashedUses } from "../../../services/detect/rules/rule-hash.ts";
import { TallyFold } from "../../../services/detect/scope/tally-fold.ts";
import { encodeHostState, restoreHostState } from "../../../services/detect/state/host-state.ts";
import { encodeScopeState, restoreScopeState } from "../../../services/detect/state/scope-state.ts";
import { newStage } from "./new-stage.ts";

const WITHIN_SECONDS_MAX = 300;
const RETAIN_SECONDS = 86_400;
const PARTITIONS = 2;

/** Hosts that send counters, in two partitions, and the incidents that come of it. */
export class SampledFleet {
  readonly revisions: Incident[] = [];
  readonly tallies: Tally[] = [];
  readonly #rules: readonly Rule[];
  readonly #scoping = createScoping(DEFAULT_SCOPES, EMPTY_INVENTORY);
  #partitions: ReturnType<SampledFleet["newPartition"]>[];
  #fold: TallyFold;
  #revision = 0;

  constructor(rules: readonly Rule[]) {
    this.#rules = rules;
    this.#partitions = Array.from({ length: PARTITIONS }, (_, at) => this.newPartition(at));
    this.#fold = this.#newFold();
  }

  /** `resets` as the host's counter of resets sent stands at that second. */
  sample(number: number, host: string, second: number, resets: number): void {
    const { stage, directory } = this.#partitions[number % PARTITIONS]!;
    const batch = new FactBatch(1);
    batch.host[0] = directory.idOf("", host);
    batch.timeMs[0] = second * 1_000;
    batch.gauge[0] = -1;
    batch.length = 1;
    const readings = new ReadingColumns();
    const named = { boot: "boot", os: "linux", sampler: "ship", uptimeSeconds: null } as const;
    const counters = [{ name: "Tcp.OutRsts", value: resets }];
    readings.add(0, { ...named, counters, gauges: [], posture: [] });
    batch.readings = readings;
    stage.fold(batch, 0, 1);
  }

  /** Log time stands here: the host stages say what they know, and the scope stage judges. */
  pass(second: number): void {
    this.#revision += 1;
    for (const { stage, writer, clock } of this.#partitions) {
      clock.tick("samples/0", second * 1_000, second * 1_000);
      stage.silent.look(second);
      for (const message of writer.flush(this.#revision, second * 1_000, [], [])) {
        if (message.name === "participant") this.#fold.participant(message.value);
        else if (message.name === "heartbeat") this.#fold.heartbeat(message.value, second * 1_000);
        else {
          this.tallies.push(message.value);
          this.#fold.tally(message.value);
        }
      }
      stage.pass(second, RETAIN_SECONDS);
    }
  }

  /** Both stages stop and go on from their snapshots. */
  async restart(): Promise<void> {
    const before = this.#partitions;
    this.#partitions = before.map((_, partition) => this.newPartition(partition));
    for (const [partition, parts] of before.entries()) {
      await restoreHostState(await encodeHostState(parts), this.#partitions[partition]!);
    }
    const stored = encodeScopeState(this.#fold);
    this.#fold = this.#newFold();
    restoreScopeState(stored, this.#fold);
  }

  newPartition(partition: number) {
    const { definitions } = this.#scoping;
    const { covers, usesOf } = coversOf(this.#rules, definitions);
    const { stage, directory } = newStage(covers, WITHIN_SECONDS_MAX);
    const uses = [...usesOf.values()].flat();
    const coverHashes = covers.map((cover, number) => {
      const { rule } = uses.find((use) => use.cover === number)!;
      return coverHash(cover, rule, definitions[cover.definition]);
    });
    const hostCovers = this.#rules.flatMap((rule) => {
      if (rule.type !== "single_host") return [];
      const [{ coverHash: hash }] = hashedUses(rule, undefined) as [HashedUse];
      return [{ gaugeMask: watchedMask(rule), withinSeconds: rule.withinSeconds, hash }];
    });
    const writing = { stage, directory, definitions, partition, coverHashes, hostCovers };
    const writer = new TallyWriter(writing);
    return { stage, directory, writer, clock: new SourceClock(10) };
  }

  #newFold(): TallyFold {
    const { definitions } = this.#scoping;
    return new TallyFold({
      rules: this.#rules.map((rule) => {
        const definition = definitions.find(({ name }) => name === rule.scope);
        return { rule, uses: hashedUses(rule, definition), configHash: rule.name };
      }),
      scoping: this.#scoping,
      graceSeconds: 10,
      retainSeconds: RETAIN_SECONDS,
      sink: {
        publish: (watch, record) => {
          const changes = revisionChanges(record);
          const context = { configHash: record.rule.name, changes, hostsExpected: null };
          this.revisions.push(incidentOf(watch, record, context));
        },
        finalise: () => undefined,
      },
    });
  }
}
