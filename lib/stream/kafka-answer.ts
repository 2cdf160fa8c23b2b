import { createRequire } from "node:module";
import { assert } from "../domain/assert.ts";
import { unpack } from "./kafka-codecs.ts";
import type { AnsweredMessage, Unreadable } from "./kafka-hole.ts";
import { RecordCursor } from "./kafka-record-parse.ts";
import { KAFKA_BATCH_RECORDS_READ_MAX, KAFKA_UNPACKED_BYTES_MAX } from "./limits.ts";
import { isStreamError } from "./stream-error.ts";

/** kafkajs's own reader of bytes, as much as is needed of it. */
interface Decoder {
  readonly buffer: Buffer;
  readonly offset: number;
  readInt32(): number;
  canReadBytes(length: number): boolean;
  readBytes(length: number): Buffer;
}
type DecodeMessages = (decoder: Decoder) => Promise<readonly AnsweredMessage[]>;

/** Record batch, version 2 (Kafka's RecordBatch): the places of its fields. */
const LENGTH_AT = 8;
const MAGIC_AT = 16;
const ATTRIBUTES_AT = 21;
const LAST_OFFSET_DELTA_AT = 23;
const FIRST_TIMESTAMP_AT = 27;
const MAX_TIMESTAMP_AT = 35;
const PRODUCER_AT = 43;
const COUNT_AT = 57;
const HEAD_BYTES = 61;
/** What stands before the bytes that its length counts. */
const FRAME_BYTES = 12;
const MAGIC = 2;
const CODEC_MASK = 0x07;
const LOG_APPEND_TIME = 0x08;
const TRANSACTIONAL = 0x10;
const CONTROL = 0x20;
/** The shortest record there is. */
const RECORD_BYTES_MIN = 7;

const MODULE = "kafkajs/src/protocol/requests/fetch/v4/decodeMessages.js";
const require = createRequire(import.meta.url);

/**
 * Has kafkajs read answers to fetches by `messagesOf` (decision 11). Its
 * own reader fails for the whole answer over one batch it cannot unpack, asks for ever for one that
 * compaction has emptied, and breaks at 120,000 records. Call before the first fetch.
 */
export function installAnswers(): void {
  const known = require.cache[require.resolve(MODULE)];
  if (known?.exports === readAnswer) return;
  legacy = require(MODULE) as DecodeMessages;
  const loaded = require.cache[require.resolve(MODULE)];
  assert(loaded !== undefined && typeof legacy === "function", "kafkajs 2.2.4 is installed");
  loaded.exports = readAnswer;
}

let legacy: DecodeMessages | null = null;

const readAnswer: DecodeMessages = async (decoder) => {
  // Message sets of before Kafka 0.11 are left to kafkajs.
  const magic = decoder.buffer[decoder.offset + 4 + MAGIC_AT] ?? MAGIC;
  if (magic < MAGIC && legacy !== null) return legacy(decoder);
  const size = decoder.readInt32();
  if (size <= 0 || !decoder.canReadBytes(size)) return [];
  return messagesOf(decoder.readBytes(size));
};

/**
 * The messages of one partition in an answer, in order. A batch without any, and one that cannot be
 * unpacked, becomes one message with a hole. A batch that was cut off is left for the next fetch,
 * and so is what would unpack to more than is held at once.
 */
export async function messagesOf(bytes: Buffer): Promise<AnsweredMessage[]> {
  const messages: AnsweredMessage[] = [];
  let unpackedBytes = 0;
  for (let at = 0; at + HEAD_BYTES <= bytes.length;) {
    const end = at + FRAME_BYTES + bytes.readInt32BE(at + LENGTH_AT);
    if (end > bytes.length || end < at + HEAD_BYTES) break;
    const batch = bytes.subarray(at, end);
    const bytesMax = KAFKA_UNPACKED_BYTES_MAX - unpackedBytes;
    const read = await readBatch(batch);
    if (read.unpackedBytes > bytesMax && messages.length > 0) break;
    unpackedBytes += read.unpackedBytes;
    for (const message of read.messages) messages.push(message);
    at = end;
  }
  return messages;
}

interface Head {
  readonly firstOffset: number;
  readonly lastOffset: number;
  readonly attributes: number;
  readonly firstTimestamp: number;
  readonly maxTimestamp: number;
  readonly count: number;
  /** What kafkajs compares with the transactions that were aborted. */
  readonly batchContext: { readonly producerId: string; readonly inTransaction: boolean };
}

function headOf(batch: Buffer): Head {
  const firstOffset = Number(batch.readBigInt64BE(0));
  const attributes = batch.readInt16BE(ATTRIBUTES_AT);
  return {
    firstOffset,
    lastOffset: firstOffset + batch.readInt32BE(LAST_OFFSET_DELTA_AT),
    attributes,
    firstTimestamp: Number(batch.readBigInt64BE(FIRST_TIMESTAMP_AT)),
    maxTimestamp: Number(batch.readBigInt64BE(MAX_TIMESTAMP_AT)),
    count: batch.readInt32BE(COUNT_AT),
    batchContext: {
      producerId: batch.readBigInt64BE(PRODUCER_AT).toString(),
      inTransaction: (attributes & TRANSACTIONAL) > 0,
    },
  };
}

async function readBatch(batch: Buffer) {
  const head = headOf(batch);
  const packed = batch.subarray(HEAD_BYTES);
  try {
    if (batch[MAGIC_AT] !== MAGIC) throw new RangeError(`its version is ${batch[MAGIC_AT]}`);
    if (head.count === 0) return { messages: [holeIn(head, head.firstOffset)], unpackedBytes: 0 };
    const records = await unpack(head.attributes & CODEC_MASK, packed);
    return { messages: messagesIn(head, records), unpackedBytes: records.length };
  } catch (error) {
    const why = isStreamError(error) ? error.what : `a record batch is damaged (${String(error)})`;
    const hole = holeIn(head, head.firstOffset, { why, bytes: batch });
    return { messages: [hole], unpackedBytes: 0 };
  }
}

function messagesIn(head: Head, records: Buffer): AnsweredMessage[] {
  const { count, firstOffset, lastOffset } = head;
  if (count < 0 || count * RECORD_BYTES_MIN > records.length) {
    throw new RangeError(`${records.length} bytes do not hold ${count} records`);
  }
  if (count > KAFKA_BATCH_RECORDS_READ_MAX) {
    throw new RangeError(`${count} records are more than ${KAFKA_BATCH_RECORDS_READ_MAX}`);
  }
  const cursor = new RecordCursor(records);
  if ((head.attributes & CONTROL) > 0) {
    return [{ ...holeIn(head, firstOffset), key: cursor.take().key }];
  }
  const isStamped = (head.attributes & LOG_APPEND_TIME) > 0;
  const messages: AnsweredMessage[] = [];
  let next = firstOffset;
  for (let index = 0; index < count; index++) {
    const { offsetDelta, timestampDelta, key, value, headers } = cursor.take();
    const offset = firstOffset + offsetDelta;
    if (offset < next || offset > lastOffset) throw new RangeError(`offset ${offset} is astray`);
    next = offset + 1;
    const stampMs = isStamped ? head.maxTimestamp : head.firstTimestamp + timestampDelta;
    messages.push(messageOf(head, { offset, stampMs, key, value, headers }));
  }
  if (!cursor.isAtEnd) throw new RangeError("bytes are left behind its last record");
  if (next <= lastOffset) messages.push(holeIn(head, next));
  return messages;
}

function holeIn(head: Head, fromOffset: number, unreadable: Unreadable | null = null) {
  const { lastOffset, maxTimestamp } = head;
  const empty = { offset: lastOffset, stampMs: maxTimestamp, key: null, value: null, headers: {} };
  const hole = { fromOffset, toOffset: lastOffset + 1, unreadable };
  return { ...messageOf(head, empty), hole };
}

interface Contents {
  readonly offset: number;
  readonly stampMs: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Record<string, Buffer | undefined>;
}

/** As kafkajs makes them. */
function messageOf({ batchContext }: Head, { offset, stampMs, key, value, headers }: Contents) {
  return {
    magicByte: MAGIC,
    attributes: 0,
    timestamp: String(stampMs),
    offset: String(offset),
    key,
    value,
    headers,
    isControlRecord: false,
    batchContext,
  };
}
