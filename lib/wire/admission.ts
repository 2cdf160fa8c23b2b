import type { AvroType } from "./avro-type.ts";
import { leastBytes } from "./avro-type.ts";

/**
 * Reads bytes against their writer's schema without keeping anything, before a decoder is let near
 * them: avsc believes every declared count and length. It adds up what decoding will allocate and
 * stops at the ceiling, so that a record can cost neither time nor memory beyond its size.
 */
export type Admission = (bytes: Uint8Array, start: number) => AdmissionVerdict;
export type AdmissionVerdict =
  "admitted" | "truncated" | "trailing_data" | "bad_value" | "too_large";

/** What decoding one record may allocate: a full record of columns takes about 10 MB. */
export const DECODED_BYTES_MAX = 16 * 1_024 * 1_024;

/** Sizes in V8, rounded up: header and pointers of an object, an array, a string, a Buffer. */
const OBJECT_BYTES = 24;
const ARRAY_BYTES = 32;
const STRING_BYTES = 24;
const BUFFER_BYTES = 96;
const SLOT_BYTES = 8;

interface Cursor {
  readonly bytes: Uint8Array;
  pos: number;
  budget: number;
  verdict: AdmissionVerdict;
}

/** Advances the cursor over one value; false when it refused, with the verdict set. */
type Step = (cursor: Cursor) => boolean;

/** `type` must be free of bombs (schema-lint.ts). */
export function compileAdmission(type: AvroType, decodedBytesMax = DECODED_BYTES_MAX): Admission {
  const step = stepOf(type);
  return (bytes, start) => {
    const cursor: Cursor = { bytes, pos: start, budget: decodedBytesMax, verdict: "admitted" };
    if (step(cursor) && cursor.pos < bytes.length) return "trailing_data";
    return cursor.verdict;
  };
}

function stepOf(type: AvroType): Step {
  switch (type.kind) {
    case "null":
      return () => true;
    case "boolean":
      return (cursor) => advance(cursor, 1) && (cursor.bytes[cursor.pos - 1]! < 2 || bad(cursor));
    case "int":
      return (cursor) => isInt(readLong(cursor)) || bad(cursor);
    case "long":
      return (cursor) => Number.isSafeInteger(readLong(cursor)) || bad(cursor);
    case "float":
      return (cursor) => advance(cursor, 4);
    case "double":
      return (cursor) => advance(cursor, 8);
    case "fixed":
      return (cursor) => spend(cursor, BUFFER_BYTES + type.size) && advance(cursor, type.size);
    case "string":
      // At worst one UTF-16 unit per byte.
      return (cursor) => lengthPrefixed(cursor, STRING_BYTES, 2);
    case "bytes":
      return (cursor) => lengthPrefixed(cursor, BUFFER_BYTES, 1);
    case "enum":
      return (cursor) => isBelow(readLong(cursor), type.symbols.length) || bad(cursor);
    case "union":
      return unionStep(type.branches.map(stepOf));
    case "record":
      return recordStep(type.fields.map((field) => stepOf(field.type)));
    case "array":
      return collectionStep(stepOf(type.items), leastBytes(type.items), SLOT_BYTES);
    case "map":
      return mapStep(stepOf(type.items), leastBytes(type.items));
  }
}

function unionStep(branches: readonly Step[]): Step {
  return (cursor) => {
    const branch = branches[readLong(cursor)];
    return branch === undefined ? bad(cursor) : branch(cursor);
  };
}

function recordStep(fields: readonly Step[]): Step {
  const cost = OBJECT_BYTES + SLOT_BYTES * fields.length;
  return (cursor) => {
    if (!spend(cursor, cost)) return false;
    for (const field of fields) if (!field(cursor)) return false;
    return true;
  };
}

function mapStep(value: Step, valueBytes: number): Step {
  const entry: Step = (cursor) => lengthPrefixed(cursor, STRING_BYTES, 2) && value(cursor);
  return collectionStep(entry, 1 + valueBytes, SLOT_BYTES * 4);
}

function collectionStep(item: Step, itemBytes: number, slotBytes: number): Step {
  return (cursor) => {
    if (!spend(cursor, ARRAY_BYTES)) return false;
    for (;;) {
      let count = readLong(cursor);
      if (count === 0) return true;
      if (Number.isNaN(count)) return bad(cursor);
      let blockEnd = -1;
      if (count < 0) {
        count = -count;
        const blockBytes = readLong(cursor);
        blockEnd = cursor.pos + blockBytes;
        // A skipped block is believed by decoders: a negative size would send them back in a
        // circle.
        if (!(blockBytes >= 0)) return bad(cursor);
      }
      if (count * itemBytes > cursor.bytes.length - cursor.pos) return short(cursor);
      if (!spend(cursor, count * slotBytes)) return false;
      for (; count > 0; count--) if (!item(cursor)) return false;
      if (blockEnd >= 0 && cursor.pos !== blockEnd) return bad(cursor);
    }
  };
}

function lengthPrefixed(cursor: Cursor, cost: number, costPerByte: number): boolean {
  const length = readLong(cursor);
  if (!(length >= 0)) return bad(cursor);
  if (length > cursor.bytes.length - cursor.pos) return short(cursor);
  cursor.pos += length;
  return spend(cursor, cost + length * costPerByte);
}

/** Zigzag varint as a Number; NaN when the bytes end, and when they go on beyond ten. */
function readLong(cursor: Cursor): number {
  const { bytes } = cursor;
  let value = 0;
  let scale = 1;
  for (let length = 0; length < 10; length++) {
    const byte = bytes[cursor.pos];
    if (byte === undefined) {
      cursor.verdict = "truncated";
      return Number.NaN;
    }
    cursor.pos++;
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
    scale *= 128;
  }
  return Number.NaN;
}

function isInt(value: number): boolean {
  return value === (value | 0);
}

function isBelow(value: number, limit: number): boolean {
  return value >= 0 && value < limit;
}

function advance(cursor: Cursor, bytes: number): boolean {
  if (bytes > cursor.bytes.length - cursor.pos) return short(cursor);
  cursor.pos += bytes;
  return true;
}

function spend(cursor: Cursor, bytes: number): boolean {
  cursor.budget -= bytes;
  if (cursor.budget >= 0) return true;
  return refuse(cursor, "too_large");
}

function bad(cursor: Cursor): false {
  return refuse(cursor, "bad_value");
}

function short(cursor: Cursor): false {
  return refuse(cursor, "truncated");
}

/** The first verdict stands: a number that could not be read is not also a bad number. */
function refuse(cursor: Cursor, verdict: AdmissionVerdict): false {
  if (cursor.verdict === "admitted") cursor.verdict = verdict;
  return false;
}
