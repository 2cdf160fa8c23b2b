import type { Delivery } from "../../lib/domain/delivery.ts";
import type {
  GapEvent,
  LogRecord,
  Position,
  RecordsEvent,
  TopicPartition,
} from "../../lib/stream/stream.ts";
import type { Step, Work } from "../../lib/stream/run.ts";
import type { Pending } from "./core/pending.ts";
import type { Lane } from "./lane.ts";
import { LIMITS } from "./limits.ts";
import type { Published } from "./revision-source.ts";
import { readPublished } from "./revision-source.ts";

/** Puts what a sink must hear into its queue, and commits what is settled. */
export class LaneReader implements Step {
  readonly #lane: Lane;
  readonly #stop: AbortSignal;
  /** Partitions that are ours, and where each ended when it became so. */
  readonly #held = new Map<number, number>();
  /** How far each partition was read, and up to where it was committed. */
  readonly #readTo = new Map<number, number>();
  readonly #committed = new Map<number, number>();

  constructor(lane: Lane, stop: AbortSignal) {
    this.#lane = lane;
    this.#stop = stop;
  }

  /** Another process may have sent in the meantime. */
  async assigned(partitions: readonly TopicPartition[]): Promise<readonly Position[]> {
    const { log, ledger, revisions } = this.#lane.options;
    const ends = await log.offsets(revisions.topic);
    for (const { partition } of partitions) {
      this.#held.set(partition, ends[partition]?.endOffset ?? 0);
    }
    await ledger.catchUp();
    return [];
  }

  revoked(partitions: readonly TopicPartition[]): void {
    const numbers = new Set(partitions.map(({ partition }) => partition));
    this.#lane.queue.dropPartitions(numbers);
    for (const number of numbers) {
      this.#held.delete(number);
      this.#readTo.delete(number);
      this.#committed.delete(number);
    }
    this.#lane.room.ring();
  }

  async handle({ partition, records, nextOffset }: RecordsEvent): Promise<Work> {
    this.#lane.turns += 1;
    await this.#lane.options.controls.catchUp();
    for (const record of records) {
      await this.#waitForRoom();
      if (this.#stop.aborted) return this.#work();
      await this.#take(record, partition);
      this.#readTo.set(partition, record.offset + 1);
    }
    this.#readTo.set(partition, nextOffset);
    return this.#work();
  }

  async idle(): Promise<Work> {
    this.#lane.turns += 1;
    const { ledger, controls, sink } = this.#lane.options;
    // Looking often tells a clock that was set back from time that passed.
    this.#lane.time.nowMs();
    await controls.catchUp();
    await ledger.catchUp();
    for (const delivery of ledger.wanted(sink.name).values()) await this.#takeAgain(delivery);
    return this.#work();
  }

  gap(gap: GapEvent): Work {
    this.#lane.options.events.stream.recordsLost("notify", gap);
    this.#readTo.set(gap.partition, gap.toOffset);
    return this.#work();
  }

  async #take(record: LogRecord, partition: number): Promise<void> {
    const { codec, events, sink } = this.#lane.options;
    const published = readPublished(codec, record, partition);
    if (published === null) return;
    if (published === "undecodable") return events.notify.suppressed(sink.name, published);
    const { queue } = this.#lane;
    const skip = this.#lane.decide(published);
    // What is on its way decides: whoever hears of the beginning must hear of the end.
    const isFollowing = queue.has(published.incident.id) && skip?.reason !== "already_sent";
    if (skip === null || isFollowing) return this.#queue(published);
    await this.#lane.skip({ revision: published.incident, attempts: 0 }, skip, this.#stop);
  }

  /** Somebody wants it sent by hand. */
  async #takeAgain({ incidentId, revision, escalation }: Delivery): Promise<void> {
    const { revisions, ledger } = this.#lane.options;
    const { queue } = this.#lane;
    if (!this.#held.has(revisions.partitionOf(incidentId)) || queue.has(incidentId)) return;
    const published = await revisions.newestOf(incidentId);
    if (published !== null) return this.#queue(published);
    const gone = { revision: { id: incidentId, revision, escalation }, attempts: 0 };
    const record = this.#lane.record(gone, "dead", "expired: its revisions left the log");
    await ledger.record([record], this.#stop);
  }

  #queue(published: Published): void {
    const { queue, options, work } = this.#lane;
    const replaced = queue.add(this.#pendingOf(published));
    if (replaced !== null) options.events.notify.suppressed(options.sink.name, "superseded");
    options.events.notify.pending(options.sink.name, queue.size);
    work.ring();
  }

  #pendingOf({ incident, partition, offset, publishedAtMs }: Published): Pending {
    const { id, revision, escalation, state, severity, title, scope } = incident;
    const { failed } = this.#lane.standing(id);
    const again = failed?.revision === revision ? failed : null;
    const wallMs = this.#lane.options.clock.nowMs();
    const leftMs = again === null ? 0 : again.nextAttemptAtMs - wallMs;
    return {
      revision: { id, revision, escalation, state, severity, title, scope },
      partition,
      offset,
      publishedAtMs,
      mayBeTold: offset < (this.#held.get(partition) ?? 0),
      attempts: again?.attempts ?? 0,
      dueMs: this.#lane.time.nowMs() + Math.min(Math.max(leftMs, 0), LIMITS.retryAfterMaxMs),
      firstAttemptAtMs: null,
      heldSinceMs: null,
    };
  }

  async #waitForRoom(): Promise<void> {
    const { queue, room, options } = this.#lane;
    while (queue.size >= LIMITS.pendingMax && !this.#stop.aborted) {
      await room.wait(options.clock, Number.POSITIVE_INFINITY);
    }
  }

  #work(): Work {
    const { queue, options } = this.#lane;
    const commit: Position[] = [];
    for (const [partition, readTo] of this.#readTo) {
      const offset = queue.settledBefore(partition, readTo);
      if (offset === this.#committed.get(partition)) continue;
      this.#committed.set(partition, offset);
      commit.push({ topic: options.revisions.topic, partition, offset });
    }
    return { publish: [], commit };
  }
}
