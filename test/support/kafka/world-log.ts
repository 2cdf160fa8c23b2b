import { closeSync, openSync, readSync } from "node:fs";
import { wallClock } from "../../../lib/process/clock.ts";
import { KafkaLog } from "../../../lib/stream/kafka.ts";
import { readRange } from "../../../lib/stream/read-range.ts";
import type { LogRecord } from "../../../lib/stream/stream.ts";
import { encodeMessage } from "../../../lib/wire/message.ts";
import { type TopicName, topicPath } from "../../../lib/wire/topics.ts";
import { type KeptRevision, revisionOf } from "../../../sim/live/kept.ts";
import { codec } from "../../../sim/live/wiring.ts";
import { topicSpecs } from "../../../cli/open-log.ts";
import { connectionTo } from "../kafka-client.ts";

const NEWLINE = 0x0a;
const READ_BYTES = 8 * 1024 * 1024;
const APPENDS_AT_ONCE = 8;

/** Topics in which order within a key is all that counts: as many partitions as one likes. */
const WIDE: readonly TopicName[] = [
  "lines",
  "observations",
  "tallies",
  "incidents",
  "deliveries",
  "history",
];

/** The topics of one installation on a cluster, written and read from outside of it. */
export class WorldLog {
  readonly log: KafkaLog;
  readonly prefix: string;

  private constructor(log: KafkaLog, prefix: string) {
    this.log = log;
    this.prefix = prefix;
  }

  /** Makes the topics, those that a fleet needs wide with so many partitions. */
  static async make(
    brokers: readonly string[],
    prefix: string,
    partitions: number,
  ): Promise<WorldLog> {
    const world = await WorldLog.open(brokers, prefix);
    const partitionsOf = (topic: TopicName) => (WIDE.includes(topic) ? partitions : 1);
    await world.log.ensureTopics(topicSpecs(prefix, partitionsOf));
    return world;
  }

  /** What somebody else has made. */
  static async open(brokers: readonly string[], prefix: string): Promise<WorldLog> {
    const connection = connectionTo(brokers);
    const log = await KafkaLog.open({ connection, clock: wallClock, replication: null });
    return new WorldLog(log, prefix);
  }

  path(topic: TopicName): string {
    return topicPath(topic, this.prefix);
  }

  /** One record of `lines` without a key, as a shipper packs them. */
  async appendLines(partition: number, bytes: Uint8Array): Promise<void> {
    const lines = bytes.reduce((sum, byte) => sum + (byte === NEWLINE ? 1 : 0), 0);
    const trust = "connected" as const;
    const value = encodeMessage(codec, "line-batch", {
      input: "world",
      realm: "",
      host: null,
      shipper: "test",
      segments: [{ lines, arrivalMs: Date.now(), peer: null, trust }],
      bytes,
    });
    await this.log.append(this.path("lines"), partition, [{ key: null, value }]);
  }

  /** A whole file, in chunks that end with a line; `place` says where each goes, and waits. */
  async appendFile(
    file: string,
    chunkBytes: number,
    place: (chunk: number) => number | Promise<number>,
  ): Promise<number> {
    let chunk = 0;
    const pending = new Set<Promise<void>>();
    for (const bytes of chunksOf(file, chunkBytes)) {
      const appending = this.appendLines(await place(chunk++), bytes);
      pending.add(appending);
      void appending.then(() => pending.delete(appending));
      if (pending.size >= APPENDS_AT_ONCE) await Promise.race(pending);
    }
    await Promise.all(pending);
    return chunk;
  }

  /** All records of a partition, as far as it goes now. */
  async records(topic: TopicName, partition: number): Promise<LogRecord[]> {
    const name = this.path(topic);
    const range = (await this.log.offsets(name))[partition]!;
    const records: LogRecord[] = [];
    for await (const slice of readRange(this.log, range, READ_BYTES)) {
      for (const record of slice.records) records.push(record);
    }
    return records;
  }

  async partitions(topic: TopicName): Promise<number> {
    return (await this.log.offsets(this.path(topic))).length;
  }

  /** In the order of their records, one partition after the other. */
  async revisions(): Promise<KeptRevision[]> {
    const revisions: KeptRevision[] = [];
    for (let partition = 0; partition < (await this.partitions("incidents")); partition++) {
      for (const { value } of await this.records("incidents", partition)) {
        revisions.push(revisionOf(value!));
      }
    }
    return revisions;
  }

  close(): Promise<void> {
    return this.log.close();
  }
}

function* chunksOf(file: string, chunkBytes: number): Generator<Uint8Array> {
  const source = openSync(file, "r");
  try {
    let rest = Buffer.alloc(0);
    for (;;) {
      const read = Buffer.alloc(chunkBytes);
      const length = readSync(source, read, 0, chunkBytes, null);
      const bytes = Buffer.concat([rest, read.subarray(0, length)]);
      const end = length === 0 ? bytes.length : bytes.lastIndexOf(NEWLINE) + 1;
      if (end > 0) yield new Uint8Array(bytes.subarray(0, end));
      rest = bytes.subarray(end);
      if (length === 0) return;
    }
  } finally {
    closeSync(source);
  }
}
