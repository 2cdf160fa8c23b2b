import type { Incident } from "../../lib/domain/incident.ts";
import { readRange } from "../../lib/stream/read-range.ts";
import type { Log, LogRecord } from "../../lib/stream/stream.ts";
import { partitionOf } from "../../lib/stream/partition.ts";
import type { Codec } from "../../lib/wire/codec.ts";
import { decodeMessage } from "../../lib/wire/message.ts";
import { timeTextToWire } from "../../lib/wire/wire-value.ts";
import { LIMITS } from "./limits.ts";

/** A revision with its place in the log. */
export interface Published {
  readonly incident: Incident;
  readonly lastSeenAtMs: number;
  readonly partition: number;
  readonly offset: number;
  readonly publishedAtMs: number;
}

/** Null for a forgotten key; a word for what is no incident. */
export function readPublished(
  codec: Codec,
  { value, offset, arrivalMs }: LogRecord,
  partition: number,
): Published | "undecodable" | null {
  if (value === null) return null;
  const message = decodeMessage(codec, value, ["incident"]);
  if (!message.ok) return "undecodable";
  const incident = message.value;
  const lastSeenAtMs = timeTextToWire(incident.lastSeenAt);
  return { incident, lastSeenAtMs, partition, offset, publishedAtMs: arrivalMs };
}

/** Reads single revisions of the topic `incidents` again: what waits is kept by its place only. */
export class RevisionSource {
  readonly #log: Log;
  readonly #codec: Codec;
  readonly topic: string;
  readonly #partitions: number;

  constructor(log: Log, codec: Codec, topic: string, partitions: number) {
    this.#log = log;
    this.#codec = codec;
    this.topic = topic;
    this.#partitions = partitions;
  }

  /** Null when it left by compaction or retention: then a newer one is on its way. */
  async at(partition: number, offset: number): Promise<Published | null> {
    const { records } = await this.#log.read({ topic: this.topic, partition, offset }, 1);
    const record = records.find((candidate) => candidate.offset === offset);
    const found = record === undefined ? null : readPublished(this.#codec, record, partition);
    return found === "undecodable" ? null : found;
  }

  partitionOf(incidentId: string): number {
    return partitionOf(incidentId, this.#partitions);
  }

  /** The newest revision of one incident, by reading its partition through: for rare requests. */
  async newestOf(incidentId: string): Promise<Published | null> {
    const partition = this.partitionOf(incidentId);
    let newest: LogRecord | null = null;
    const range = (await this.#log.offsets(this.topic))[partition]!;
    for await (const { records } of readRange(this.#log, range, LIMITS.readBytes)) {
      newest = records.findLast(({ key }) => key === incidentId) ?? newest;
    }
    const found = newest === null ? null : readPublished(this.#codec, newest, partition);
    return found === "undecodable" ? null : found;
  }
}
