import type { Canary } from "../../lib/domain/canary.ts";
import { COUNTED_FIRST_GAUGE } from "../../lib/domain/counted.ts";
import { gaugeMask, GAUGES, LINE_MISSING } from "../../lib/domain/gauge.ts";
import { HostDirectory } from "../../lib/domain/host-directory.ts";
import { reachSecondsOf, watchedMask } from "../../lib/domain/rule.ts";
import type { Participant } from "../../lib/domain/tally.ts";
import type { HostIdentity } from "../../lib/domain/observation.ts";
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
import { hostRecordKey, scopeRecordKey } from "../../lib/wire/record-key.ts";
import { ByPartition } from "./by-partition.ts";
import type { DetectOptions } from "./detect-options.ts";
import type { Loss } from "./events.ts";
import { HeldPartitions } from "./held-partitions.ts";
import { misplaced, mustBelong } from "./misplaced.ts";
import { coversOf, type HostCover } from "./host/cover.ts";
import { HostStage } from "./host/host-stage.ts";
import { SourceClock } from "./host/source-clock.ts";
import { type Spoken, TallyWriter } from "./host/tally-writer.ts";
import { LIMITS } from "./limits.ts";
import { coverHash, hashedUses } from "./rules/rule-hash.ts";
import { hashText } from "./scope/incident-id.ts";
import { scopeRoute } from "./scope-route.ts";
import { encodeHostState, HOST_STATE_LAYOUT, restoreHostState } from "./state/host-state.ts";
import { Checkpoint } from "./state/checkpoint.ts";

/** Of a snapshot, to see that it was made with as many partitions as there are now. */
const HOSTS_PROBED = 64;

/**
 * Lines are few, and rules may change: their cells are all kept. Counters can be hot for hours on a
 * host that is new and busy, so of them only what some rule looks at is.
 */
const ALWAYS_KEPT = gaugeMask([...GAUGES.slice(0, COUNTED_FIRST_GAUGE), LINE_MISSING]);

/** Everything that one observations partition is folded with. */
interface Held {
  readonly stage: HostStage;
  readonly directory: HostDirectory;
  readonly clock: SourceClock;
  readonly writer: TallyWriter;
  readonly checkpoint: Checkpoint;
  /** What was told of facts that were lost. */
  readonly lost: Record<Loss, number>;
  /** Every fact folded so far is in a tally. */
  isTold: boolean;
  nextOffset: number;
}

/**
 * Observations in, tallies out: the host stage as a step of the consume loop. State is a fold of
 * the partition from its snapshot on; what is published again after a crash are old truths.
 */
export class HostStep implements Step {
  readonly #options: DetectOptions;
  readonly #held = new HeldPartitions<Held>();
  readonly #coverHashes: readonly string[];
  readonly #hostCovers: readonly HostCover[];
  /** In what is being published. */
  #canaries: Canary[] = [];

  constructor(options: DetectOptions) {
    this.#options = options;
    const { rules, scoping } = options;
    const { covers, usesOf } = coversOf(rules, scoping.definitions);
    const uses = [...usesOf.values()].flat();
    this.#coverHashes = covers.map((cover, number) => {
      const { rule } = uses.find((use) => use.cover === number)!;
      return coverHash(cover, rule, scoping.definitions[cover.definition]);
    });
    this.#hostCovers = rules.flatMap((rule) => {
      if (rule.type !== "single_host") return [];
      const { withinSeconds } = rule;
      const [use] = hashedUses(rule, undefined);
      return [{ gaugeMask: watchedMask(rule), withinSeconds, hash: use!.coverHash }];
    });
  }

  assigned(partitions: readonly TopicPartition[]): Promise<readonly Position[]> {
    return this.#held.assign(partitions, (at) => this.#load(at));
  }

  revoked(partitions: readonly TopicPartition[]): void {
    this.#held.revoke(partitions);
  }

  async handle(batch: RecordsEvent): Promise<Work> {
    this.#confirm();
    const { topic, partition, records, nextOffset, endOffset } = batch;
    const held = this.#held.get(partition);
    if (held === undefined) return { publish: [], commit: [] };
    held.nextOffset = nextOffset;
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
  gap({ partition, toOffset }: GapEvent): Work {
    const held = this.#held.get(partition);
    if (held !== undefined) held.nextOffset = toOffset;
    return { publish: [], commit: [] };
  }

  #fold(held: Held, topic: string, partition: number, record: LogRecord, spoken: Spoken[]): void {
    const { codec, events, retainSeconds } = this.#options;
    const message = decodeMessage(codec, record.value ?? new Uint8Array(), ["observation-batch"]);
    if (!message.ok)
      return events.undecodable("host", topic, partition, record.offset, message.reason);
    const { stage, clock, writer, directory } = held;
    const batch = message.value;
    // One says enough: whoever counts partitions otherwise puts nearly all of them elsewhere.
    const [first] = batch.hosts;
    if (first !== undefined) this.#mustLiveIn(topic, partition, first);
    const facts = observationsToFacts(batch, directory);
    stage.fold(facts, 0, facts.length);
    events.observationsFolded(facts.length);
    this.#tellLosses(held);
    if (stage.isFull) stage.makeRoom(LIMITS.sweepEverySeconds);
    held.isTold = false;
    if (batch.ticks.length === 0) return;
    for (const { source, arrivalMs } of batch.ticks) {
      // A tick cannot be ahead of the record that carries it: then a clock runs fast.
      clock.tick(source, Math.min(arrivalMs, record.arrivalMs), record.arrivalMs);
    }
    const { logTimeMs } = clock;
    if (!Number.isFinite(logTimeMs)) return;
    stage.silent.look(Math.floor(logTimeMs / 1_000));
    spoken.push(...writer.flush(record.offset, logTimeMs, clock.missing(), batch.canaries));
    this.#canaries.push(...batch.canaries);
    stage.pass(Math.floor(logTimeMs / 1_000), retainSeconds);
    held.isTold = true;
  }

  #tellLosses({ stage, lost }: Held): void {
    const { counters, hot } = stage;
    const now = {
      beyond_retain: hot.beyondRetain,
      late_sample: counters.late,
      host_limit: counters.refused,
    };
    for (const reason of ["beyond_retain", "late_sample", "host_limit"] as const) {
      const more = now[reason] - lost[reason];
      if (more > 0) this.#options.events.observationsLost(reason, more);
      lost[reason] = now[reason];
    }
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
        const record = { key: scopeRecordKey(scope), value: encoded };
        const place = partitionOf(scopeRoute(scope, this.#options.scoping), count);
        outgoing.add(place, record);
        // Where the host's own scope is folded it must be known that the host takes part.
        const isWanted = name === "participant" && this.#hostCovers.length > 0 && count > 1;
        const home = isWanted ? this.#homeOf(value, count) : place;
        if (home !== place) outgoing.add(home, record);
      }
    }
    return outgoing.outgoing();
  }

  #homeOf({ realm, host }: Participant, count: number): number {
    const value = realm === "" ? host : `${realm}/${host}`;
    return partitionOf(scopeRoute({ name: "host", value }, this.#options.scoping), count);
  }

  async #load({ topic, partition }: TopicPartition): Promise<Held> {
    mustBelong(topic, partition, this.#options.partitionsOf("observations"));
    const held = this.#newPartition(partition);
    const { stage, directory, checkpoint } = held;
    const { offset } = await checkpoint.restore(topic, (bytes, isSameConfig) =>
      restoreHostState(bytes, held, isSameConfig),
    );
    held.nextOffset = offset;
    for (let host = 0; host < Math.min(stage.hosts, HOSTS_PROBED); host++) {
      const id = stage.directoryId(host);
      const identity = { realm: directory.realmOf(id), name: directory.nameOf(id) };
      this.#mustLiveIn(topic, partition, identity);
    }
    return held;
  }

  /** A host in two partitions would count as two. */
  #mustLiveIn(topic: string, partition: number, { realm, name }: HostIdentity): void {
    const count = this.#options.partitionsOf("observations");
    const key = hostRecordKey(realm, name);
    const own = partitionOf(key, count);
    if (own !== partition) throw misplaced(topic, partition, `host ${key}`, own, count);
  }

  #newPartition(partition: number): Held {
    const { rules, scoping, graceSeconds } = this.#options;
    // Hosts on the log are identities already.
    const directory = new HostDirectory();
    const { covers } = coversOf(rules, scoping.definitions);
    const keptMask = rules.reduce((mask, rule) => mask | watchedMask(rule), ALWAYS_KEPT);
    const stage = new HostStage({
      covers,
      scoping,
      directory,
      owns: null,
      hostRuleMask: keptMask,
      keptMask,
      withinSecondsMax: Math.max(0, ...rules.map(reachSecondsOf)),
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
    const hashes = [...this.#coverHashes, ...this.#hostCovers.map(({ hash }) => hash)];
    const config = hashText(JSON.stringify(hashes));
    const checkpoint = new Checkpoint(this.#options, name, HOST_STATE_LAYOUT, config);
    const lost = { beyond_retain: 0, late_sample: 0, host_limit: 0 };
    return { stage, directory, clock, writer, checkpoint, lost, isTold: false, nextOffset: 0 };
  }
}
