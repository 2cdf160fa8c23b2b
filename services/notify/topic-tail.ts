import { readRange } from "../../lib/stream/read-range.ts";
import type { Log, LogRecord } from "../../lib/stream/stream.ts";
import { LIMITS } from "./limits.ts";

/** Reads a whole topic, all partitions and outside any group, as far as it goes at each call. */
export class TopicTail {
  readonly #log: Log;
  readonly #topic: string;
  readonly #nextOffsets = new Map<number, number>();
  #reading: Promise<void> = Promise.resolve();

  constructor(log: Log, topic: string) {
    this.#log = log;
    this.#topic = topic;
  }

  /** One call after the other; `take` gets the records of a partition in their order. */
  catchUp(take: (record: LogRecord, partition: number) => void): Promise<void> {
    const reading = this.#reading.then(() => this.#read(take));
    this.#reading = reading.catch(() => {});
    return reading;
  }

  async #read(take: (record: LogRecord, partition: number) => void): Promise<void> {
    for (const range of await this.#log.offsets(this.#topic)) {
      const { partition } = range;
      const startOffset = this.#nextOffsets.get(partition) ?? range.startOffset;
      const left = { ...range, startOffset };
      for await (const slice of readRange(this.#log, left, LIMITS.readBytes)) {
        for (const record of slice.records) take(record, partition);
        this.#nextOffsets.set(partition, slice.nextOffset);
      }
    }
  }
}
