import type { Command } from "commander";
import { wallClock } from "../../lib/process/clock.ts";
import { EXIT_CODES } from "../../lib/process/exit-code.ts";
import { Trouble } from "../../lib/process/trouble.ts";
import { EmbeddedLog } from "../../lib/stream/embedded.ts";
import { partitionOf } from "../../lib/stream/partition.ts";
import { readRange } from "../../lib/stream/read-range.ts";
import type { Outgoing } from "../../lib/stream/run.ts";
import { isStreamError } from "../../lib/stream/stream-error.ts";
import type { Log, LogRecord, Position } from "../../lib/stream/stream.ts";
import { Codec } from "../../lib/wire/codec.ts";
import { decodeMessage, encodeMessage, type Messages } from "../../lib/wire/message.ts";
import { loadSchemas, type MessageName } from "../../lib/wire/schema.ts";
import { type TopicName, topicPath } from "../../lib/wire/topics.ts";
import type { Settings } from "../settings.ts";
import { loadGuestSettings } from "./guest-settings.ts";
import { READ_BYTES } from "./limits.ts";

/** One record of ours, read. */
export interface Read<Value> extends Omit<LogRecord, "value"> {
  readonly partition: number;
  readonly value: Value;
}

/** The log of a pipeline that runs elsewhere or not at all, for looking and for `controls`. */
export class GuestLog {
  readonly settings: Settings;
  /** Records that were passed over because nobody can read them. */
  unreadable = 0;
  readonly #log: Log;
  readonly codec = new Codec(loadSchemas());

  constructor(log: Log, settings: Settings) {
    this.#log = log;
    this.settings = settings;
  }

  path(topic: TopicName): string {
    return topicPath(topic, this.settings.config.stream.prefix);
  }

  /** Where each partition of a topic begins and ends now. */
  ranges(topic: TopicName) {
    return this.#log.offsets(this.path(topic));
  }

  /** A topic's records from `offset` of one partition to where it ends at the call. */
  async *partition<Name extends MessageName>(
    topic: TopicName,
    name: Name,
    partition: number,
    from: number,
  ): AsyncGenerator<Read<Messages[Name]>> {
    const range = (await this.ranges(topic))[partition];
    if (range === undefined) return;
    const left = { ...range, startOffset: from };
    for await (const slice of readRange(this.#log, left, READ_BYTES)) {
      for (const record of slice.records) {
        const value = this.#decode(record, name);
        if (value !== null) yield { ...record, partition, value };
      }
    }
  }

  /** All partitions one after the other. */
  async *records<Name extends MessageName>(
    topic: TopicName,
    name: Name,
  ): AsyncGenerator<Read<Messages[Name]>> {
    for (const { partition, startOffset } of await this.ranges(topic)) {
      yield* this.partition(topic, name, partition, startOffset);
    }
  }

  /** The first record at or behind `offset`, whatever it holds; null at the end. */
  async recordAt(topic: TopicName, partition: number, offset: number): Promise<LogRecord | null> {
    const slice = await this.#log.read({ topic: this.path(topic), partition, offset }, 1);
    return slice.records[0] ?? null;
  }

  /** One record again, by its place; null when it left meanwhile. */
  async at<Name extends MessageName>(
    topic: TopicName,
    name: Name,
    { partition, offset }: { readonly partition: number; readonly offset: number },
  ): Promise<Messages[Name] | null> {
    const record = await this.recordAt(topic, partition, offset);
    return record?.offset === offset ? this.#decode(record, name) : null;
  }

  async append<Name extends MessageName>(
    topic: TopicName,
    name: Name,
    key: string,
    value: Messages[Name],
  ): Promise<void> {
    const partition = partitionOf(key, (await this.ranges(topic)).length);
    const record = { key, value: encodeMessage(this.codec, name, value) };
    await this.#log.append(this.path(topic), partition, [record]);
  }

  /** What the services would have published. */
  async publish({ topic, partition, records }: Outgoing): Promise<void> {
    await this.#log.append(topic, partition, records);
  }

  /** The bytes of a record of any topic; null when it or its topic is not in this log. */
  async bytesAt(position: Position): Promise<Uint8Array | null> {
    try {
      const record = (await this.#log.read(position, 1)).records[0];
      return record?.offset === position.offset ? record.value : null;
    } catch (error) {
      if (isStreamError(error, "topic_unknown")) return null;
      if (isStreamError(error, "partition_unknown")) return null;
      throw error;
    }
  }

  close(): Promise<void> {
    return this.#log.close();
  }

  #decode<Name extends MessageName>({ value }: LogRecord, name: Name): Messages[Name] | null {
    if (value === null) return null;
    const message = decodeMessage(this.codec, value, [name]);
    if (message.ok) return message.value;
    this.unreadable += 1;
    return null;
  }
}

/** Opens the log that a command's configuration names, for `work`, and closes it again. */
export async function asGuest(
  command: Command,
  work: (guest: GuestLog) => Promise<void>,
): Promise<void> {
  const guest = await openGuest(loadGuestSettings(command));
  try {
    await work(guest);
  } finally {
    await guest.close();
  }
  if (guest.unreadable === 0) return;
  process.stderr.write(`${guest.unreadable} records cannot be read and are passed over\n`);
}

export async function openGuest(settings: Settings): Promise<GuestLog> {
  const { engine, path } = settings.config.stream;
  if (engine === "kafka") {
    const { openKafkaForCommand } = await import("../open-log.ts");
    const { log } = await openKafkaForCommand(settings, "tidegauge");
    return new GuestLog(log, settings);
  }
  if (engine !== "embedded") {
    const what = `stream.engine ${engine} cannot be looked into from another process`;
    const remedy = "use `embedded`, or look into the sinks";
    throw new Trouble("engine_closed", what, remedy, EXIT_CODES.configuration);
  }
  const who = "tidegauge";
  return new GuestLog(
    await EmbeddedLog.open({ path, role: "guest", who, clock: wallClock }),
    settings,
  );
}
