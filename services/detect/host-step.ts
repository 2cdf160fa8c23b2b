import type { Canary } from "../../lib/domain/canary.ts";
import { GAUGES } from "../../lib/domain/gauge.ts";
import { HostDirectory } from "../../lib/domain/host-directory.ts";
import { observationsToFacts } from "../../lib/domain/observation-facts.ts";
import { partitionOf } from "../../lib/stream/partition.ts";
import type { Outgoing, Step, Work } from "../../lib/stream/run.ts";
import type {
  GapEvent,
  LogRecord,
  Position,
  RecordsEvent,
  TopicPartition,
} from "../../lib/stream/stream.ts";
import { decodeMessage, encodeMessage } from "../../lib/wire/message.ts";
import { scopeRecordKey } from "../../lib/wire/record-key.ts";
import { ByPartition } from "./by-partition.ts";
import type { DetectOptions } from "./detect-options.ts";
import { coversOf, type HostCover } from "./host/cover.ts";
import { HostStage } from "./host/host-stage.ts";
import { SourceClock } from "./host/source-clock.ts";
import { type Spoken, TallyWriter } from "./host/tally-writer.ts";
import { LIMITS } from "./limits.ts";
import { coverHash } from "./rules/rule-hash.ts";
import { encodeHostState, HOST_STATE_LAYOUT, restoreHostState } from "./state/host-state.ts";
import { Checkpoint } from "./state/checkpoint.ts";

const ALL_GAUGES = (1 << GAUGES.length) - 1;

/** Everything that one observations partition is folded with. */
interface Held {
  readonly stage: HostStage;
  readonly directory: HostDirectory;
  readonly clock: SourceClock;
  readonly writer: TallyWriter;
  readonly checkpoint: Checkpoint;
  /** Every fact folded so far is in a tally. */
  isTold: boolean;
}

/**
 * Observations in, tallies out: the host stage as a step of the consume loop. State is a fold of
 * the partition from its snapshot on; what is published again after a crash are old truths.
 */
export class HostStep implements Step {
  readonly #options: DetectOptions;
  readonly #held = new Map<number, Held>();
  readonly #coverHashes: readonly string[];
  readonly #hostCovers: readonly HostCover[];
  /** In what is being published. */
  #canaries: Canary[] = [];

  constructor(options: DetectOptions) {
    this.#options = options;
    const { rules, scoping } = options;
    const { covers, coverOf } = coversOf(rules, scoping.definitions);
    const hashOf = (index: number) =>
      coverHash(
        rules[index]!,
        scoping.definitions.find(({ name }) => name === rules[index]!.scope),
      );
    this.#coverHashes = covers.map((_, cover) => hashOf(coverOf.indexOf(cover)));
    this.#hostCovers = rules.flatMap((rule, index) =>
      rule.type === "single_host"
        ? [{ gaugeMask: rule.gaugeMask, withinSeconds: rule.withinSeconds, hash: hashOf(index) }]
        : [],
    );
  }

  async assigned(partitions: readonly TopicPartition[]): Promise<readonly Position[]> {
    const positions: Position[] = [];
    for (const { topic, partition } of partitions) {
      const held = this.#newPartition(partition);
      this.#held.set(partition, held);
      const restore = (bytes: Uint8Array) => restoreHostState(bytes, held);
      positions.push(await held.checkpoint.restore(topic, restore));
    }
    return positions;
  }

  revoked(partitions: readonly TopicPartition[]): void {
    for (const { partition } of partitions) this.#held.delete(partition);
  }

  async handle(batch: RecordsEvent): Promise<Work> {
    this.#confirm();
    const { topic, partition, records, nextOffset, endOffset } = batch;
    const held = this.#held.get(partition);
    if (held === undefined) return { publish: [], commit: [] };
    const spoken: Spoken[] = [];
    for (const record of records) this.#fold(held, topic, partition, record, spoken);
    const { events } = this.#options;
    const { logTimeMs } = held.clock;
    const tallies = spoken.filter(({ name }) => name === "tally").length;
    const participants = spoken.filter(({ name }) => name === "participant").length;
    events.talliesPublished(tallies, participants);
    if (Number.isFinite(logTimeMs)) events.logTime("host", logTimeMs);
    const { publish, commit } = held.checkpoint.due();
    const position = { topic, partition, offset: nextOffset };
    // What a snapshot holds must have been told: then nothing needs telling again after it.
    if (held.isTold) {
      const isBehind = nextOffset < endOffset;
      const encode = () => encodeHostState(held);
      await held.checkpoint.take({ logTimeMs, position, isBehind, encode });
    }
    return { publish: [...this.#outgoing(spoken), ...publish], commit };
  }

  /** The loop tells the loss; what is gone is folded by nobody. */
  gap(_gap: GapEvent): Work {
    return { publish: [], commit: [] };
  }

  #fold(held: Held, topic: string, partition: number, record: LogRecord, spoken: Spoken[]): void {
    const { codec, events, retainSeconds } = this.#options;
    const message = decodeMessage(codec, record.value ?? new Uint8Array(), ["observation-batch"]);
    if (!message.ok)
      return events.undecodable("host", topic, partition, record.offset, message.reason);
    const { stage, clock, writer, directory } = held;
    const batch = message.value;
    const facts = observationsToFacts(batch, directory);
    stage.fold(facts, 0, facts.length);
    events.observationsFolded(facts.length);
    if (stage.isFull) stage.makeRoom(LIMITS.sweepEverySeconds);
    held.isTold = false;
    if (batch.ticks.length === 0) return;
    for (const { source, arrivalMs } of batch.ticks) {
      // A tick cannot be ahead of the record that carries it: then a clock runs fast.
      clock.tick(source, Math.min(arrivalMs, record.arrivalMs), record.arrivalMs);
    }
    const { logTimeMs } = clock;
    if (!Number.isFinite(logTimeMs)) return;
    spoken.push(...writer.flush(record.offset, logTimeMs, clock.missing(), batch.canaries));
    this.#canaries.push(...batch.canaries);
    stage.pass(Math.floor(logTimeMs / 1_000), retainSeconds);
    held.isTold = true;
  }

  /** The work handed out last has been published. */
  #confirm(): void {
    for (const canary of this.#canaries) this.#options.trail?.passed("host", canary);
    this.#canaries = [];
  }

  #outgoing(spoken: readonly Spoken[]): Outgoing[] {
    const { codec, path, partitionsOf } = this.#options;
    const count = partitionsOf("tallies");
    const outgoing = new ByPartition(path("tallies"));
    for (const { name, scope, value } of spoken) {
      const encoded = encodeMessage(codec, name, value as never);
      if (scope === null) {
        for (let partition = 0; partition < count; partition++) {
          outgoing.add(partition, { key: null, value: encoded });
        }
      } else {
        const route = this.#routeOf(scope.name, scope.value);
        outgoing.add(partitionOf(route, count), { key: scopeRecordKey(scope), value: encoded });
      }
    }
    return outgoing.outgoing();
  }

  /**
   * A host's own scope lives where its first scope does: there it can be folded into a larger one.
   */
  #routeOf(name: string, value: string): string {
    if (name !== "host") return scopeRecordKey({ name, value });
    const slash = value.indexOf("/");
    const realm = slash < 0 ? "" : value.slice(0, slash);
    const { scoping } = this.#options;
    const values = scoping.scopesOf(realm, value.slice(slash + 1));
    const first = values.findIndex((candidate) => candidate !== null);
    const scope =
      first < 0
        ? { name, value }
        : { name: scoping.definitions[first]!.name, value: values[first]! };
    return scopeRecordKey(scope);
  }

  #newPartition(partition: number): Held {
    const { rules, scoping, graceSeconds } = this.#options;
    // Hosts on the log are identities already.
    const directory = new HostDirectory();
    const { covers } = coversOf(rules, scoping.definitions);
    const stage = new HostStage({
      covers,
      scoping,
      directory,
      owns: null,
      hostRuleMask: ALL_GAUGES,
      keptMask: ALL_GAUGES,
      withinSecondsMax: Math.max(0, ...rules.map((rule) => rule.withinSeconds)),
      cellsMax: LIMITS.cellsMax,
      evidenceSlots: LIMITS.evidenceSlots,
    });
    const writer = new TallyWriter({
      stage,
      directory,
      definitions: scoping.definitions,
      partition,
      coverHashes: this.#coverHashes,
      hostCovers: this.#hostCovers,
    });
    const clock = new SourceClock(graceSeconds);
    const name = { stage: "host" as const, partition };
    const checkpoint = new Checkpoint(this.#options, name, HOST_STATE_LAYOUT);
    return { stage, directory, clock, writer, checkpoint, isTold: false };
  }
}
