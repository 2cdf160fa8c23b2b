import type { Canary } from "../../lib/domain/canary.ts";
import type { Incident } from "../../lib/domain/incident.ts";
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
import { ByPartition } from "./by-partition.ts";
import { controlOffsetOf } from "./control-relay.ts";
import type { DetectOptions } from "./detect-options.ts";
import { publishedIncidents } from "./published-incidents.ts";
import { revisionChanges } from "./rules/changes.ts";
import { configHash, coverHash } from "./rules/rule-hash.ts";
import { incidentOf } from "./rules/incident-of.ts";
import { hostsExpectedOf } from "./rules/hosts-expected.ts";
import type { IncidentRecord } from "./scope/incident-record.ts";
import { type HashedRule, TallyFold } from "./scope/tally-fold.ts";
import type { Watch } from "./scope/watch.ts";
import { encodeScopeState, restoreScopeState, SCOPE_STATE_LAYOUT } from "./state/scope-state.ts";
import { Checkpoint } from "./state/checkpoint.ts";

const MESSAGES = ["tally", "participant", "heartbeat", "control"] as const;

interface Held {
  readonly fold: TallyFold;
  readonly checkpoint: Checkpoint;
  /** Revisions since the last answer. */
  readonly revisions: Incident[];
}

/** Tallies in, incidents out: the scope stage as a step of the consume loop. */
export class ScopeStep implements Step {
  readonly #options: DetectOptions;
  readonly #rules: readonly HashedRule[];
  readonly #hostsExpected: (watch: Watch) => number | null;
  readonly #held = new Map<number, Held>();
  /** In what is being published, by partition of observations. */
  #canaries: (Canary & { readonly partition: number })[] = [];
  /** The last revision of each incident that the log holds: an old truth is not told again. */
  readonly #published = new Map<string, number>();

  constructor(options: DetectOptions) {
    this.#options = options;
    this.#rules = options.rules.map((rule) => ({
      rule,
      coverHash: coverHash(rule, this.#definitionOf(rule.scope)),
    }));
    this.#hostsExpected = hostsExpectedOf(options.inventory, options.scoping);
  }

  async assigned(partitions: readonly TopicPartition[]): Promise<readonly Position[]> {
    await this.#readPublished();
    const positions: Position[] = [];
    for (const { topic, partition } of partitions) {
      const held = this.#newPartition(partition);
      this.#held.set(partition, held);
      const restore = (bytes: Uint8Array) => restoreScopeState(bytes, held.fold);
      positions.push(await held.checkpoint.restore(topic, restore));
    }
    return positions;
  }

  revoked(partitions: readonly TopicPartition[]): void {
    for (const { partition } of partitions) this.#held.delete(partition);
  }

  async handle(batch: RecordsEvent): Promise<Work> {
    this.#confirm();
    const { topic, partition, records } = batch;
    const held = this.#held.get(partition);
    if (held === undefined) return { publish: [], commit: [] };
    const { events } = this.#options;
    const { fold } = held;
    // A snapshot stands for whole flushes: right behind a heartbeat nothing waits to be evaluated.
    let settledOffset = -1;
    for (const record of records) {
      const folded = this.#fold(fold, record);
      if (folded === "heartbeat") settledOffset = record.offset + 1;
      else if (folded !== null) {
        events.undecodable("scope", topic, partition, record.offset, folded);
      }
    }
    const { logTimeMs } = fold.clock;
    if (Number.isFinite(logTimeMs)) events.logTime("scope", logTimeMs);
    const { publish, commit } = held.checkpoint.due();
    if (settledOffset === batch.nextOffset) {
      const position = { topic, partition, offset: settledOffset };
      const isBehind = batch.nextOffset < batch.endOffset;
      const encode = () => encodeScopeState(fold);
      await held.checkpoint.take({ logTimeMs, position, isBehind, encode });
    }
    return { publish: [...this.#outgoing(held), ...publish], commit };
  }

  /** The loop tells the loss; what is gone is folded by nobody. */
  gap(_gap: GapEvent): Work {
    return { publish: [], commit: [] };
  }

  /** `heartbeat` where it was one, null for another message, else why it is none of ours. */
  #fold(fold: TallyFold, { key, value, headers, arrivalMs }: LogRecord): string | null {
    const controlOffset = controlOffsetOf(headers);
    const isControl = key !== null && !Number.isNaN(controlOffset);
    if (isControl && value === null) {
      fold.control(controlOffset, key, null);
      return null;
    }
    const message = decodeMessage(this.#options.codec, value ?? new Uint8Array(), MESSAGES);
    if (!message.ok) return message.reason;
    switch (message.name) {
      case "tally":
        fold.tally(message.value);
        return null;
      case "participant":
        fold.participant(message.value);
        return null;
      case "control":
        if (isControl) fold.control(controlOffset, key, message.value);
        return null;
      case "heartbeat":
        fold.heartbeat(message.value, arrivalMs);
        for (const canary of message.value.canaries) {
          this.#canaries.push({ ...canary, partition: message.value.partition });
        }
        return message.name;
    }
  }

  /** The work handed out last has been published: a canary has come the whole way. */
  #confirm(): void {
    const { trail } = this.#options;
    for (const { partition, ...canary } of this.#canaries)
      trail?.passed("scope", canary, partition);
    this.#canaries = [];
  }

  #outgoing(held: Held): Outgoing[] {
    const { codec, path, partitionsOf, events } = this.#options;
    const count = partitionsOf("incidents");
    const outgoing = new ByPartition(path("incidents"));
    for (const incident of held.revisions) {
      if ((this.#published.get(incident.id) ?? 0) >= incident.revision) continue;
      this.#published.set(incident.id, incident.revision);
      events.revisionPublished(incident);
      const value = encodeMessage(codec, "incident", incident);
      outgoing.add(partitionOf(incident.id, count), { key: incident.id, value });
    }
    held.revisions.length = 0;
    return outgoing.outgoing();
  }

  #newPartition(partition: number): Held {
    const { scoping, graceSeconds, retainSeconds } = this.#options;
    const revisions: Incident[] = [];
    const publish = (watch: Watch, record: IncidentRecord): void => {
      revisions.push(this.#wordsOf(fold, watch, record));
    };
    const fold: TallyFold = new TallyFold({
      rules: this.#rules,
      scoping,
      graceSeconds,
      retainSeconds,
      sink: { publish, finalise: () => undefined },
    });
    const name = { stage: "scope" as const, partition };
    const checkpoint = new Checkpoint(this.#options, name, SCOPE_STATE_LAYOUT);
    return { fold, checkpoint, revisions };
  }

  #wordsOf(fold: TallyFold, watch: Watch, record: IncidentRecord): Incident {
    return incidentOf(watch, record, {
      configHash: configHash(watch.rule, this.#definitionOf(watch.rule.scope)),
      changes: revisionChanges(record),
      hostsExpected: this.#hostsExpected(watch),
      announced: fold.announced(watch, record),
    });
  }

  #definitionOf(scope: string) {
    return this.#options.scoping.definitions.find(({ name }) => name === scope);
  }

  async #readPublished(): Promise<void> {
    for await (const { id, revision } of publishedIncidents(this.#options)) {
      this.#published.set(id, Math.max(revision, this.#published.get(id) ?? 0));
    }
  }
}
