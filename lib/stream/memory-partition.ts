import { TOMBSTONE_KEPT_MS } from "./limits.ts";
import { recordBytes } from "./record-frame.ts";
import type { Appended, LogRecord, NewRecord, Slice, TopicSpec } from "./stream.ts";
import { isCompacted, retentionMs } from "./topic-rules.ts";

/** One partition of the memory log. */
export class MemoryPartition {
  readonly #partition: number;
  #records: LogRecord[] = [];
  #startOffset = 0;
  #endOffset = 0;

  constructor(partition: number) {
    this.#partition = partition;
  }

  append(records: readonly NewRecord[], arrivalMs: number): Appended {
    const firstOffset = this.#endOffset;
    for (const { key, value, headers } of records) {
      const copy = value === null ? null : new Uint8Array(value);
      const offset = this.#endOffset++;
      this.#records.push({ offset, arrivalMs, key, value: copy, headers: { ...headers } });
    }
    return { firstOffset, arrivalMs };
  }

  slice(topic: string, fromOffset: number, maxBytes: number): Slice {
    const records: LogRecord[] = [];
    let bytes = 0;
    let index = this.#indexOf(fromOffset);
    for (; index < this.#records.length && bytes < maxBytes; index++) {
      const record = this.#records[index] as LogRecord;
      records.push(record);
      bytes += recordBytes(record);
    }
    const next = this.#records[index];
    return {
      topic,
      partition: this.#partition,
      startOffset: this.#startOffset,
      endOffset: this.#endOffset,
      records,
      nextOffset:
        next === undefined ? this.#endOffset : (records.at(-1)?.offset ?? fromOffset - 1) + 1,
    };
  }

  clean(spec: TopicSpec, nowMs: number): void {
    const retainMs = retentionMs(spec);
    if (retainMs !== null) {
      this.#dropWhile((record) => record.arrivalMs < nowMs - retainMs);
    }
    const { retentionBytes } = spec;
    if (retentionBytes !== undefined) {
      let bytes = this.#records.reduce((sum, record) => sum + recordBytes(record), 0);
      this.#dropWhile((record) => {
        const over = bytes > retentionBytes;
        bytes -= recordBytes(record);
        return over;
      });
    }
    if (isCompacted(spec)) this.#compact(nowMs, spec.cleanup.compactAfterMs);
  }

  #dropWhile(leaves: (record: LogRecord) => boolean): void {
    let count = 0;
    while (count < this.#records.length && leaves(this.#records[count] as LogRecord)) count++;
    if (count === 0) return;
    this.#startOffset = (this.#records[count - 1] as LogRecord).offset + 1;
    this.#records = this.#records.slice(count);
  }

  #compact(nowMs: number, compactAfterMs: number): void {
    const latest = new Map<string | null, number>();
    for (const { key, offset } of this.#records) latest.set(key, offset);
    const tombstoneMs = Math.max(compactAfterMs, TOMBSTONE_KEPT_MS);
    this.#records = this.#records.filter(({ key, value, offset, arrivalMs }) => {
      if (latest.get(key) !== offset) return arrivalMs > nowMs - compactAfterMs;
      return value !== null || arrivalMs >= nowMs - tombstoneMs;
    });
  }

  /** Of the first record at or after `offset`. */
  #indexOf(offset: number): number {
    let low = 0;
    let high = this.#records.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#records[middle] as LogRecord).offset < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
