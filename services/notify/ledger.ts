import type { Delivery } from "../../lib/domain/delivery.ts";
import type { Clock } from "../../lib/process/clock.ts";
import { partitionOf } from "../../lib/stream/partition.ts";
import type { Log, LogRecord, NewRecord } from "../../lib/stream/stream.ts";
import type { Codec } from "../../lib/wire/codec.ts";
import { decodeMessage, encodeMessage } from "../../lib/wire/message.ts";
import { deliveryRecordKey } from "../../lib/wire/record-key.ts";
import { appendPatiently } from "./append.ts";
import type { Standing } from "./core/standing.ts";
import { NOTHING_TOLD, standingOf } from "./core/standing.ts";
import type { Events } from "./events.ts";
import { LIMITS } from "./limits.ts";
import { TopicTail } from "./topic-tail.ts";

export interface LedgerOptions {
  readonly log: Log;
  readonly codec: Codec;
  readonly clock: Clock;
  readonly events: Events;
  /** Of `deliveries`, with its prefix. */
  readonly topic: string;
  readonly partitions: number;
}

interface Entry {
  readonly standing: Standing;
  /** Of the record that said so; all of a key are in one partition. */
  readonly offset: number;
}

const NOTHING_WANTED: ReadonlyMap<string, Delivery> = new Map();

/**
 * Who was told what, in the topic `deliveries`. Nothing is marked before it is sent, and everything
 * right after: a crash in between repeats one notice, under the same key.
 */
export class Ledger {
  readonly #options: LedgerOptions;
  readonly #tail: TopicTail;
  readonly #standings = new Map<string, Map<string, Entry>>();
  readonly #wanted = new Map<string, Map<string, Delivery>>();

  #forgetAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: LedgerOptions) {
    this.#options = options;
    this.#tail = new TopicTail(options.log, options.topic);
  }

  /** Reads on to the end; before that nothing may be sent. */
  async catchUp(): Promise<void> {
    await this.#tail.catchUp((record, partition) => this.#take(record, partition));
    const nowMs = this.#options.clock.nowMs();
    if (nowMs < this.#forgetAtMs) return;
    this.#forgetAtMs = nowMs + LIMITS.forgetEveryMs;
    this.#forgetBefore(nowMs - LIMITS.ledgerKeptMs);
  }

  standing(sink: string, incidentId: string): Standing {
    return this.#standings.get(sink)?.get(incidentId)?.standing ?? NOTHING_TOLD;
  }

  /** What somebody wants sent again to a sink, by incident; it leaves with the next record. */
  wanted(sink: string): ReadonlyMap<string, Delivery> {
    return this.#wanted.get(sink) ?? NOTHING_WANTED;
  }

  /** False when it was stopped before the log took them; then they may be repeated. */
  async record(deliveries: readonly Delivery[], stop: AbortSignal): Promise<boolean> {
    const { topic, partitions } = this.#options;
    for (const [partition, group] of byPartition(deliveries, partitions)) {
      const records = group.map((delivery) => this.#recordOf(delivery));
      const appended = await appendPatiently(this.#options, { topic, partition }, records, stop);
      if (appended === null) return false;
      group.forEach((delivery, index) => this.#apply(delivery, appended.firstOffset + index));
    }
    return true;
  }

  /** What is too old to be sent at all needs no memory. */
  #forgetBefore(beforeMs: number): void {
    for (const standings of this.#standings.values()) {
      for (const [id, { standing }] of standings) {
        if (standing.changedAtMs < beforeMs) standings.delete(id);
      }
    }
  }

  #recordOf(delivery: Delivery): NewRecord {
    const value = encodeMessage(this.#options.codec, "delivery", delivery);
    return { key: deliveryRecordKey(delivery), value };
  }

  #take({ value, offset }: LogRecord, partition: number): void {
    if (value === null) return;
    const message = decodeMessage(this.#options.codec, value, ["delivery"]);
    if (message.ok) return this.#apply(message.value, offset);
    this.#options.events.notify.unreadable(this.#options.topic, partition, offset, message.reason);
  }

  /** Reading on meets our own records again, which must not bring an older standing back. */
  #apply(delivery: Delivery, offset: number): void {
    const { sink, incidentId, state } = delivery;
    let standings = this.#standings.get(sink);
    if (standings === undefined) this.#standings.set(sink, (standings = new Map()));
    if (offset <= (standings.get(incidentId)?.offset ?? -1)) return;
    standings.set(incidentId, { standing: standingOf(delivery), offset });
    let wanted = this.#wanted.get(sink);
    if (wanted === undefined) this.#wanted.set(sink, (wanted = new Map()));
    if (state === "pending") wanted.set(incidentId, delivery);
    else wanted.delete(incidentId);
  }
}

function byPartition(
  deliveries: readonly Delivery[],
  partitions: number,
): ReadonlyMap<number, readonly Delivery[]> {
  return Map.groupBy(deliveries, (delivery) =>
    partitionOf(deliveryRecordKey(delivery), partitions),
  );
}
