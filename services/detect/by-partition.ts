import type { Outgoing } from "../../lib/stream/run.ts";
import type { NewRecord } from "../../lib/stream/stream.ts";

/** Records on their way into one topic, kept apart by partition and in order within each. */
export class ByPartition {
  readonly #topic: string;
  readonly #records = new Map<number, NewRecord[]>();

  constructor(topic: string) {
    this.#topic = topic;
  }

  add(partition: number, record: NewRecord): void {
    const records = this.#records.get(partition);
    if (records === undefined) this.#records.set(partition, [record]);
    else records.push(record);
  }

  outgoing(): Outgoing[] {
    return [...this.#records].map(([partition, records]) => {
      return { topic: this.#topic, partition, records };
    });
  }
}
