import type { Canary } from "../../lib/domain/canary.ts";
import type { Incident } from "../../lib/domain/incident.ts";
import type { ScopeKey } from "../../lib/domain/scope.ts";
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
import { controlOffsetOf } from "./control-relay.ts";
import type { DetectOptions } from "./detect-options.ts";
import { HeldPartitions } from "./held-partitions.ts";
import { misplaced, mustBelong } from "./misplaced.ts";
import { OutdatedIncidents } from "./outdated-incidents.ts";
import { PublishedRevisions } from "./published-revisions.ts";
import { revisionChanges } from "./rules/changes.ts";
import { configHash, hashedUses } from "./rules/rule-hash.ts";
import { incidentOf } from "./rules/incident-of.ts";
import { hostsExpectedOf } from "./rules/hosts-expected.ts";
import { hashText } from "./scope/incident-id.ts";
import type { IncidentRecord } from "./scope/incident-record.ts";
import type { HashedRule } from "./scope/folded-watches.ts";
import { TallyFold } from "./scope/tally-fold.ts";
import type { Watch } from "./scope/watch.ts";
import { encodeScopeState, restoreScopeState, SCOPE_STATE_LAYOUT } from "./state/scope-state.ts";
import { Checkpoint } from "./state/checkpoint.ts";

const MESSAGES = ["tally", "participant", "heartbeat", "outline", "control"] as const;

interface Held {
  readonly fold: TallyFold;
  readonly checkpoint: Checkpoint;
  /** Revisions since the last answer. */
  readonly revisions: Incident[];
  nextOffset: number;
}

/** Tallies in, incidents out: the scope stage as a step of the consume loop. */
export class ScopeStep implements Step {
  readonly #options: DetectOptions;
  readonly #rules: readonly HashedRule[];
  readonly #hostsExpected: (watch: Watch) => number | null;
  readonly #held = new HeldPartitions<Held>();
  /** In what is being published, by partition of observations. */
  #canaries: (Canary & { readonly partition: number })[] = [];
  readonly #published: PublishedRevisions;
  /** To be published with what comes next. */
  #mends: readonly Outgoing[] = [];
  readonly #outdated: OutdatedIncidents;
  readonly #configHash: string;
  /** By the name of its rule. */
  readonly #configHashes: ReadonlyMap<string, string>;

  constructor(options: DetectOptions) {
    this.#options = options;
    this.#rules = options.rules.map((rule) => ({
      rule,
      uses: hashedUses(rule, this.#definitionOf(rule.scope)),
      configHash: configHash(rule, this.#definitionOf(rule.scope)),
    }));
    this.#published = new PublishedRevisions(options);
    this.#configHash = hashText(JSON.stringify(this.#rules.map((each) => each.configHash)));
    const hashes = new Map(this.#rules.map((each) => [each.rule.name, each.configHash]));
    this.#configHashes = hashes;
    this.#outdated = new OutdatedIncidents(options, (name) => hashes.get(name) ?? null);
    this.#hostsExpected = hostsExpectedOf(options.inventory, options.scoping);
  }

  async assigned(partitions: readonly TopicPartition[]): Promise<readonly Position[]> {
    await this.#published.catchUp((incident) => this.#outdated.take(incident));
    this.#mends = await this.#published.mends();
    return this.#held.assign(partitions, (at) => this.#load(at));
  }

  revoked(partitions: readonly TopicPartition[]): void {
    this.#held.revoke(partitions);
  }

  async handle(batch: RecordsEvent): Promise<Work> {
    this.#confirm();
    const { topic, partition, records, nextOffset } = batch;
    const held = this.#held.get(partition);
    if (held === undefined) return { publish: [], commit: [] };
    held.nextOffset = nextOffset;
    const { events } = this.#options;
    const { fold } = held;
    // A snapshot stands for whole flushes: right behind a heartbeat nothing waits to be evaluated.
    let settledOffset = -1;
    for (const record of records) {
      const folded = this.#fold(fold, topic, partition, record);
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
    for (const incident of this.#outdated.endIn(partition, logTimeMs)) {
      held.revisions.unshift(incident);
    }
    const outlines = this.#outlines(fold, partition, settledOffset);
    const mends = this.#mends;
    this.#mends = [];
    return { publish: [...mends, ...this.#outgoing(held), ...outlines, ...publish], commit };
  }

  /** The loop tells the loss; what is gone is folded by nobody. */
  gap({ partition, toOffset }: GapEvent): Work {
    const held = this.#held.get(partition);
    if (held !== undefined) held.nextOffset = toOffset;
    return { publish: [], commit: [] };
  }

  /** `heartbeat` where it was one, null for another message, else why it is none of ours. */
  #fold(fold: TallyFold, topic: string, partition: number, record: LogRecord): string | null {
    const { key, value, headers, arrivalMs } = record;
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
        this.#mustLiveIn(topic, partition, message.value.scope);
        fold.tally(message.value);
        return null;
      case "participant":
        fold.participant(message.value);
        return null;
      case "outline":
        fold.outline(message.value);
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
      if (!this.#published.isNew(incident)) continue;
      events.revisionPublished(incident);
      const value = encodeMessage(codec, "incident", incident);
      outgoing.add(partitionOf(incident.id, count), { key: incident.id, value });
    }
    held.revisions.length = 0;
    return outgoing.outgoing();
  }

  #mustLiveIn(topic: string, partition: number, scope: ScopeKey): void {
    const count = this.#options.partitionsOf("tallies");
    const key = scopeRecordKey(scope);
    const own = partitionOf(key, count);
    if (own !== partition) throw misplaced(topic, partition, `scope ${key}`, own, count);
  }

  /** For every other partition: single hosts of the incident may live in any (decision 12). */
  #outlines(fold: TallyFold, partition: number, settledOffset: number): Outgoing[] {
    const { codec, path, partitionsOf } = this.#options;
    const records = fold.takeOutlines().map((moved) => {
      const outline = { ...moved, partition, revision: settledOffset };
      return {
        key: scopeRecordKey(outline.scope),
        value: encodeMessage(codec, "outline", outline),
      };
    });
    if (records.length === 0) return [];
    const topic = path("tallies");
    return Array.from({ length: partitionsOf("tallies") }, (_, other) => other)
      .filter((other) => other !== partition)
      .map((other) => ({ topic, partition: other, records }));
  }

  async #load({ topic, partition }: TopicPartition): Promise<Held> {
    mustBelong(topic, partition, this.#options.partitionsOf("tallies"));
    const held = this.#newPartition(partition);
    const restore = (bytes: Uint8Array) => restoreScopeState(bytes, held.fold);
    const { offset } = await held.checkpoint.restore(topic, restore);
    held.nextOffset = offset;
    return held;
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
      isTaken: (id) => this.#outdated.isTaken(id),
    });
    const name = { stage: "scope" as const, partition };
    const checkpoint = new Checkpoint(this.#options, name, SCOPE_STATE_LAYOUT, this.#configHash);
    return { fold, checkpoint, revisions, nextOffset: 0 };
  }

  #wordsOf(fold: TallyFold, watch: Watch, record: IncidentRecord): Incident {
    return incidentOf(watch, record, {
      configHash: this.#configHashes.get(watch.rule.name)!,
      changes: revisionChanges(record),
      hostsExpected: this.#hostsExpected(watch),
      behind: fold.behind.sentences(),
      announced: fold.announced(watch, record),
    });
  }

  #definitionOf(scope: string) {
    return this.#options.scoping.definitions.find(({ name }) => name === scope);
  }
}
