import type { IHeaders, KafkaMessage, Message } from "kafkajs";
import { holeOf } from "./kafka-hole.ts";
import { NO_HEADERS } from "./kafka-record-parse.ts";
import type { Headers, LogRecord, NewRecord } from "./stream.ts";

/** `timestamp` counts only in topics of others: in ours the broker gives the stamp. */
export function messageOf(record: NewRecord, partition: number, nowMs: number): Message {
  const { key, value, headers } = record;
  return {
    key,
    value: value === null ? null : bufferOf(value),
    partition,
    timestamp: String(nowMs),
    ...(headers === undefined ? {} : { headers: { ...headers } }),
  };
}

export function recordOf(message: KafkaMessage): LogRecord {
  return {
    offset: Number(message.offset),
    arrivalMs: Number(message.timestamp),
    key: message.key === null ? null : message.key.toString("utf8"),
    value: message.value === null ? null : bytesOf(message.value),
    headers: headersOf(message.headers),
  };
}

const NO_TEXTS: Headers = {};

/** Kafka allows a name several times; the last one counts. */
function headersOf(headers: IHeaders | undefined): Headers {
  if (headers === undefined || headers === NO_HEADERS) return NO_TEXTS;
  const entries = Object.entries(headers).flatMap(([name, value]) => {
    const last = Array.isArray(value) ? value.at(-1) : value;
    return last === undefined || last === null ? [] : [[name, last.toString("utf8")] as const];
  });
  return entries.length === 0 ? NO_TEXTS : Object.fromEntries(entries);
}

/** A view without a Buffer's other habits. */
function bytesOf({ buffer, byteOffset, length }: Buffer): Uint8Array {
  return new Uint8Array(buffer, byteOffset, length);
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * How many of the messages from `start` on fill `maxBytes`, up to a batch that cannot be unpacked;
 * at least one.
 */
export function countWithin(messages: readonly KafkaMessage[], start: number, maxBytes: number) {
  let bytes = 0;
  let end = start;
  while (end < messages.length && (end === start || bytes < maxBytes)) {
    const message = messages[end] as KafkaMessage;
    if (end > start && isUnreadable(message)) break;
    bytes += FRAME_BYTES + (message.value?.length ?? 0) + (message.key?.length ?? 0);
    end++;
  }
  return end - start;
}

export function isUnreadable(message: KafkaMessage): boolean {
  const hole = holeOf(message);
  return hole !== null && hole.unreadable !== null;
}

/** About what a record costs beside its key and value. */
const FRAME_BYTES = 14;
