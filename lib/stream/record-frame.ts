import { StreamError } from "./stream-error.ts";
import type { Headers, LogRecord, NewRecord } from "./stream.ts";

/**
 * Records of one append as the bytes of one row. Little-endian: version u8, count u32; per record
 * offset delta u32, key length i32 and value length i32 (-1 is null), header count u16, then key,
 * value, and per header two u32 lengths, name and value. Text is UTF-8.
 */
const VERSION = 1;
const FRAME_HEAD = 5;
const RECORD_HEAD = 14;
const HEADER_HEAD = 8;
const NO_HEADERS: Headers = {};

/** What retention and limits count: the record as it lies in the frame. */
export function recordBytes(record: NewRecord): number {
  let size = RECORD_HEAD + (record.value?.length ?? 0);
  if (record.key !== null) size += Buffer.byteLength(record.key);
  for (const [name, value] of Object.entries(record.headers ?? NO_HEADERS)) {
    size += HEADER_HEAD + Buffer.byteLength(name) + Buffer.byteLength(value);
  }
  return size;
}

/** A buffer of its own, so that another thread can have it. `delta` defaults to the index. */
export function packRecords(
  records: readonly NewRecord[],
  delta: (index: number) => number = (index) => index,
): Uint8Array<ArrayBuffer> {
  let size = FRAME_HEAD;
  for (const record of records) size += recordBytes(record);
  const frame = Buffer.from(new ArrayBuffer(size));
  frame.writeUInt8(VERSION, 0);
  frame.writeUInt32LE(records.length, 1);
  let at = FRAME_HEAD;
  for (const [index, record] of records.entries()) {
    at = packRecord(frame, at, record, delta(index));
  }
  return new Uint8Array(frame.buffer);
}

function packRecord(frame: Buffer, start: number, record: NewRecord, delta: number): number {
  const headers = Object.entries(record.headers ?? NO_HEADERS);
  frame.writeUInt32LE(delta, start);
  frame.writeInt32LE(record.key === null ? -1 : Buffer.byteLength(record.key), start + 4);
  frame.writeInt32LE(record.value === null ? -1 : record.value.length, start + 8);
  frame.writeUInt16LE(headers.length, start + 12);
  let at = start + RECORD_HEAD;
  if (record.key !== null) at += frame.write(record.key, at);
  if (record.value !== null) {
    frame.set(record.value, at);
    at += record.value.length;
  }
  for (const [name, value] of headers) {
    const nameBytes = frame.write(name, at + HEADER_HEAD);
    const valueBytes = frame.write(value, at + HEADER_HEAD + nameBytes);
    frame.writeUInt32LE(nameBytes, at);
    frame.writeUInt32LE(valueBytes, at + 4);
    at += HEADER_HEAD + nameBytes + valueBytes;
  }
  return at;
}

/** Values are views into `bytes`. Only what packRecords wrote comes here: rows have a checksum. */
export function unpackRecords(
  bytes: Uint8Array,
  baseOffset: number,
  arrivalMs: number,
): LogRecord[] {
  const frame = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (frame.readUInt8(0) !== VERSION) {
    throw new StreamError("log_version", `a record frame of version ${frame.readUInt8(0)}`);
  }
  const records: LogRecord[] = [];
  let at = FRAME_HEAD;
  for (let left = frame.readUInt32LE(1); left > 0; left--) {
    const offset = baseOffset + frame.readUInt32LE(at);
    const keyEnd = at + RECORD_HEAD + Math.max(0, frame.readInt32LE(at + 4));
    const valueEnd = keyEnd + Math.max(0, frame.readInt32LE(at + 8));
    const key =
      frame.readInt32LE(at + 4) < 0 ? null : frame.toString("utf8", at + RECORD_HEAD, keyEnd);
    const value = frame.readInt32LE(at + 8) < 0 ? null : bytes.subarray(keyEnd, valueEnd);
    const headerCount = frame.readUInt16LE(at + 12);
    at = valueEnd;
    if (headerCount === 0) {
      records.push({ offset, arrivalMs, key, value, headers: NO_HEADERS });
      continue;
    }
    const headers: Record<string, string> = {};
    for (let header = 0; header < headerCount; header++) {
      const nameEnd = at + HEADER_HEAD + frame.readUInt32LE(at);
      const end = nameEnd + frame.readUInt32LE(at + 4);
      headers[frame.toString("utf8", at + HEADER_HEAD, nameEnd)] = frame.toString(
        "utf8",
        nameEnd,
        end,
      );
      at = end;
    }
    records.push({ offset, arrivalMs, key, value, headers });
  }
  return records;
}
