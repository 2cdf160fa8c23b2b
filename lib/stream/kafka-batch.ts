import type { EachBatchPayload, KafkaMessage } from "kafkajs";
import { holeOf } from "./kafka-hole.ts";
import { countWithin, recordOf } from "./kafka-record.ts";
import type { GapEvent, RecordsEvent } from "./stream.ts";

/** One batch that kafkajs holds out while it is worked off, piece by piece. */
export class KafkaBatch {
  readonly topic: string;
  readonly partition: number;
  /** Of the group's generation that it was fetched in. */
  readonly generation: number;
  /** Settles when nothing more is wanted of it. */
  readonly finished: Promise<void>;
  readonly #payload: EachBatchPayload;
  readonly #messages: readonly KafkaMessage[];
  readonly #bytesMax: number;
  #next = 0;
  #finish: () => void = () => {};

  /** `fromOffset`: what lies before it was read already. */
  constructor(
    payload: EachBatchPayload,
    at: { generation: number; fromOffset: number; bytesMax: number },
  ) {
    this.topic = payload.batch.topic;
    this.partition = payload.batch.partition;
    this.generation = at.generation;
    this.#payload = payload;
    this.#bytesMax = at.bytesMax;
    this.#messages = payload.batch.messages.filter(({ offset }) => Number(offset) >= at.fromOffset);
    this.finished = new Promise((resolve) => (this.#finish = resolve));
  }

  get isEmpty(): boolean {
    return this.#next >= this.#messages.length;
  }

  get firstOffset(): number | null {
    const first = this.#messages[0];
    return first === undefined ? null : Number(first.offset);
  }

  /** Where reading goes on behind the whole batch: behind what is only for brokers too. */
  get endOffset(): number {
    return Number(this.#payload.batch.lastOffset()) + 1;
  }

  /** Nothing stood behind it when it was fetched. */
  get isAtEnd(): boolean {
    return this.endOffset >= Number(this.#payload.batch.highWatermark);
  }

  /** `fromOffset`: where reading stands. */
  take(fromOffset: number): RecordsEvent | GapEvent {
    const { topic, partition } = this;
    const hole = holeOf(this.#messages[this.#next] as KafkaMessage);
    if (hole !== null && hole.unreadable !== null) {
      this.#next += 1;
      const { toOffset, unreadable } = hole;
      const from = Math.max(fromOffset, hole.fromOffset);
      return { type: "gap", topic, partition, fromOffset: from, toOffset, unreadable };
    }
    const count = countWithin(this.#messages, this.#next, this.#bytesMax);
    const taken = this.#messages.slice(this.#next, this.#next + count);
    this.#next += count;
    const records = taken.filter((message) => holeOf(message) === null).map(recordOf);
    const last = Number(taken.at(-1)?.offset ?? this.endOffset - 1);
    const nextOffset = this.isEmpty ? this.endOffset : last + 1;
    const endOffset = Math.max(nextOffset, Number(this.#payload.batch.highWatermark));
    return { type: "records", topic, partition, records, nextOffset, endOffset };
  }

  /** kafkajs fetches behind `offset` next. */
  resolve(offset: number): void {
    this.#payload.resolveOffset(String(offset));
  }

  /** No more of it is wanted. */
  finish(): void {
    this.#finish();
  }

  /** Somebody wants to read on elsewhere. */
  get isStale(): boolean {
    return this.#payload.isStale();
  }
}
