import { OPEN_BRACE, OPEN_BRACKET, QUOTE, isDigit, isLetter } from "../core/bytes.ts";

export const CONTENT_TEXT = 0;
/** JSON or Influx line protocol. */
export const CONTENT_EVENTS = 1;
/** Nothing that lines are made of: protobuf, Avro, compressed data, UTF-16. */
export const CONTENT_BINARY = 2;

/** A measurement of ours is short (`syslog`); a longer first word is no line protocol. */
const MAX_MEASUREMENT_BYTES = 32;

const TAB = 0x09;
const ESCAPE = 0x1b;
const COMMA = 0x2c;
const EQUALS = 0x3d;

/** What a line is made of, told by its first bytes: shippers name no format. */
export function contentOf(bytes: Uint8Array, pos: number, end: number): number {
  const first = bytes[pos] ?? 0;
  if (first === OPEN_BRACE || first === QUOTE) return CONTENT_EVENTS;
  if (first === OPEN_BRACKET) {
    return pos + 1 < end && bytes[pos + 1] === OPEN_BRACE ? CONTENT_EVENTS : CONTENT_TEXT;
  }
  if (isLetter(first)) return isLineProtocol(bytes, pos, end) ? CONTENT_EVENTS : CONTENT_TEXT;
  if (first < 0x20 && first !== TAB && first !== ESCAPE) return CONTENT_BINARY;
  return isMagic(bytes, pos, end) ? CONTENT_BINARY : CONTENT_TEXT;
}

/** `measurement,tag=`: a word, a comma, another word and an equals sign, without a blank. */
function isLineProtocol(bytes: Uint8Array, pos: number, end: number): boolean {
  const limit = Math.min(end, pos + MAX_MEASUREMENT_BYTES);
  let at = wordEnd(bytes, pos, limit);
  if (at >= limit || bytes[at] !== COMMA) return false;
  const tag = at + 1;
  at = wordEnd(bytes, tag, Math.min(end, tag + MAX_MEASUREMENT_BYTES));
  return at > tag && at < end && bytes[at] === EQUALS;
}

function wordEnd(bytes: Uint8Array, pos: number, end: number): number {
  let at = pos;
  while (at < end && (isLetter(bytes[at]) || isDigit(bytes[at]) || bytes[at] === 0x5f)) at++;
  return at;
}

/** Avro single-object, Zstandard, UTF-16 byte order marks. (gzip begins with a control byte.) */
function isMagic(bytes: Uint8Array, pos: number, end: number): boolean {
  if (pos + 1 >= end) return false;
  const pair = ((bytes[pos] ?? 0) << 8) | (bytes[pos + 1] ?? 0);
  return pair === 0xc301 || pair === 0x28b5 || pair === 0xfffe || pair === 0xfeff;
}
