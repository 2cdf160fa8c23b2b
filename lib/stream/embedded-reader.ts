import type { DatabaseSync, StatementSync } from "node:sqlite";
import { crc32 } from "node:zlib";
import { assert } from "../domain/assert.ts";
import { openForReading, translated } from "./embedded-database.ts";
import { unpackRecords } from "./record-frame.ts";
import { StreamError } from "./stream-error.ts";
import type { LogRecord, Position, Slice, TopicSpec } from "./stream.ts";
import { checkPartition } from "./topic-rules.ts";

interface KnownTopic {
  readonly spec: TopicSpec;
  /** By partition number. */
  readonly partitionIds: readonly number[];
}

/** The reading side of the embedded log. Never waits for the writer: that is what WAL is for. */
export class EmbeddedReader {
  readonly #database: DatabaseSync;
  readonly #bounds: StatementSync;
  readonly #batches: StatementSync;
  readonly #committed: StatementSync;
  readonly #dataVersion: StatementSync;
  #topics = new Map<string, KnownTopic>();

  constructor(path: string) {
    this.#database = openForReading(path);
    this.#bounds = this.#database.prepare(
      "SELECT start_offset, end_offset FROM partition WHERE id = ?",
    );
    this.#batches = this.#database.prepare(
      `SELECT base_offset, next_offset, arrival_ms, crc, body FROM batch
       WHERE partition = ? AND next_offset > ? ORDER BY next_offset`,
    );
    this.#committed = this.#database.prepare(
      "SELECT next_offset FROM committed WHERE consumer_group = ? AND partition = ?",
    );
    this.#dataVersion = this.#database.prepare("PRAGMA data_version");
  }

  spec(topic: string): TopicSpec {
    return this.#topic(topic).spec;
  }

  partitionId(topic: string, partition: number): number {
    const known = this.#topic(topic);
    checkPartition(known.spec, partition);
    return known.partitionIds[partition] as number;
  }

  /** Reads the topics again. */
  refresh(): void {
    this.#topics = new Map();
    const ids = this.#database.prepare("SELECT id FROM partition WHERE topic = ? ORDER BY number");
    translated("reading the topics", () => {
      for (const row of this.#database.prepare("SELECT name, spec FROM topic").all()) {
        const name = String(row["name"]);
        this.#topics.set(name, {
          spec: JSON.parse(String(row["spec"])) as TopicSpec,
          partitionIds: ids.all(name).map(({ id }) => Number(id)),
        });
      }
    });
  }

  slice(from: Position, maxBytes: number): Slice {
    const id = this.partitionId(from.topic, from.partition);
    const what = `reading ${from.topic}/${from.partition}`;
    return translated(what, () => {
      // One transaction, so that bounds and records are of the same moment.
      this.#database.exec("BEGIN");
      try {
        return this.#slice(id, from, maxBytes);
      } finally {
        this.#database.exec("COMMIT");
      }
    });
  }

  committedOffset(group: string, topic: string, partition: number): number | null {
    const id = this.partitionId(topic, partition);
    const offset = this.#committed.get(group, id)?.["next_offset"];
    return offset === undefined ? null : Number(offset);
  }

  /** Changes when another connection has written. */
  dataVersion(): number {
    return Number(this.#dataVersion.get()?.["data_version"]);
  }

  close(): void {
    this.#database.close();
  }

  #slice(id: number, { topic, partition, offset }: Position, maxBytes: number): Slice {
    const bounds = this.#bounds.get(id);
    assert(bounds !== undefined, "a known partition has a row");
    const endOffset = Number(bounds["end_offset"]);
    const place = { topic, partition, startOffset: Number(bounds["start_offset"]), endOffset };
    if (maxBytes <= 0) return { ...place, records: [], nextOffset: offset };
    if (offset >= endOffset) return { ...place, records: [], nextOffset: endOffset };
    const records: LogRecord[] = [];
    let bytes = 0;
    for (const row of this.#batches.iterate(id, offset)) {
      const body = row["body"] as Uint8Array;
      const baseOffset = Number(row["base_offset"]);
      if (crc32(body) !== row["crc"]) {
        const where = `${topic}/${partition} at offset ${baseOffset}`;
        throw new StreamError("log_damaged", `the checksum of ${where} is wrong`);
      }
      for (const record of unpackRecords(body, baseOffset, Number(row["arrival_ms"]))) {
        if (record.offset >= offset) records.push(record);
      }
      bytes += body.length;
      if (bytes >= maxBytes) return { ...place, records, nextOffset: Number(row["next_offset"]) };
    }
    return { ...place, records, nextOffset: endOffset };
  }

  #topic(name: string): KnownTopic {
    if (!this.#topics.has(name)) this.refresh();
    const known = this.#topics.get(name);
    if (known === undefined) throw new StreamError("topic_unknown", `there is no topic ${name}`);
    return known;
  }
}
