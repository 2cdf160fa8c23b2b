import { isBlank } from "../core/bytes.ts";
import { CONTENT_BINARY, CONTENT_EVENTS, contentOf } from "./content.ts";

/** What a record of a topic is made of. */
export type RecordForm = "text" | "json" | "influx" | "otlp" | "avro" | "empty" | "binary";

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;
const QUOTE = 0x22;
const COMMA = 0x2c;
/** Confluent framing: 00 and a schema id, big-endian, of which the first is 1. */
const CONFLUENT_BYTES = 5;

/** OTLP's ExportLogsServiceRequest holds one field: resource_logs, 1, with a length. */
const RESOURCE_LOGS = 0x0a;
/** And each begins with its resource, its scope_logs or its schema_url. */
const RESOURCE = 0x0a;
const SCOPE_LOGS = 0x12;
const SCHEMA_URL = 0x1a;

/** Told by the first bytes: shippers name no format, and one topic may hold several. */
export function formOf(bytes: Uint8Array): RecordForm {
  if (isAvro(bytes)) return "avro";
  if (isOtlp(bytes)) return "otlp";
  const start = textStart(bytes);
  if (start === bytes.length) return "empty";
  const first = bytes[start];
  const content = contentOf(bytes, start, bytes.length);
  if (content === CONTENT_BINARY) return "binary";
  if (content !== CONTENT_EVENTS) return "text";
  const isJson = first === OPEN_BRACE || first === OPEN_BRACKET || first === QUOTE;
  return isJson ? "json" : "influx";
}

/**
 * JSON that was printed over several lines, as one: outside its texts a newline is a blank, and
 * inside there can be none. Lines of JSON, each whole, stay as they are.
 */
export function asOneLine(bytes: Uint8Array): Uint8Array {
  const newline = bytes.indexOf(NEWLINE, textStart(bytes));
  if (newline < 0) return bytes;
  let last = newline - 1;
  while (last >= 0 && isPadding(bytes[last])) last--;
  const byte = bytes[last];
  const goesOn = byte === OPEN_BRACE || byte === OPEN_BRACKET || byte === COMMA;
  return goesOn ? bytes.map((each) => (each === NEWLINE ? 0x20 : each)) : bytes;
}

function isAvro(bytes: Uint8Array): boolean {
  if (bytes[0] === 0xc3 && bytes[1] === 0x01) return true;
  if (bytes[0] !== 0 || bytes.length < CONFLUENT_BYTES) return false;
  // Zeros that a crash leaves at the end of a log come with the line behind them.
  return (bytes[1]! | bytes[2]! | bytes[3]! | bytes[4]!) !== 0;
}

/** A cut one too: only that the first field inside fits into the one around it. */
function isOtlp(bytes: Uint8Array): boolean {
  if (bytes[0] !== RESOURCE_LOGS) return false;
  const outer = varint(bytes, 1);
  const tag = bytes[outer.end];
  if (tag !== RESOURCE && tag !== SCOPE_LOGS && tag !== SCHEMA_URL) return false;
  const inner = varint(bytes, outer.end + 1);
  return inner.value <= outer.value - (inner.end - outer.end);
}

function varint(bytes: Uint8Array, at: number): { readonly value: number; readonly end: number } {
  let value = 0;
  let factor = 1;
  for (let end = at; end < at + 4; end++, factor *= 128) {
    const byte = bytes[end];
    if (byte === undefined) break;
    value += (byte & 0x7f) * factor;
    if (byte < 0x80) return { value, end: end + 1 };
  }
  return { value: Number.NaN, end: at };
}

/** Behind blanks, newlines, zeros and a byte order mark. */
function textStart(bytes: Uint8Array): number {
  let at = 0;
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) at = 3;
  while (at < bytes.length && (isPadding(bytes[at]) || bytes[at] === NEWLINE)) at++;
  return at;
}

function isPadding(byte: number | undefined): boolean {
  return isBlank(byte) || byte === CARRIAGE_RETURN || byte === 0;
}
