import { CLOSE_BRACKET, COLON, DASH, OPEN_BRACKET, QUOTE, SPACE } from "../core/bytes.ts";
import { isDigit, skipBlanks, tokenEnd } from "../core/bytes.ts";
import { readDate } from "./date.ts";
import { TAG_NONE } from "./envelope.ts";
import type { Envelope } from "./envelope.ts";
import { isHostToken } from "./host.ts";
import { readPrintk } from "./printk.ts";
import { STAMP_UNREADABLE } from "./stamp.ts";
import { tagOf } from "./tag.ts";
import { NOT_TORN, tornWord } from "./torn.ts";

const ONE = 0x31;
const BACKSLASH = 0x5c;

/** Whether `1 TIMESTAMP` begins here: RFC 5424 VERSION, with or without the PRI in front of it. */
export function isRfc5424(bytes: Uint8Array, pos: number, end: number): boolean {
  if (pos + 3 >= end || bytes[pos] !== ONE || bytes[pos + 1] !== SPACE) return false;
  if (bytes[pos + 2] === DASH) return bytes[pos + 3] === SPACE;
  return pos + 6 < end && isDigit(bytes[pos + 2]) && bytes[pos + 6] === DASH;
}

/** RFC 5424 section 6 from VERSION on. False where the APP-NAME is none of ours. */
export function readRfc5424(
  bytes: Uint8Array,
  pos: number,
  end: number,
  envelope: Envelope,
): boolean {
  let at = readTimestamp(bytes, skipBlanks(bytes, pos + 1, end), end, envelope);
  at = skipBlanks(bytes, at, end);
  const hostStart = at;
  const hostEnd = tokenEnd(bytes, at, end);
  const isHost = isHostToken(bytes, hostStart, hostEnd);
  envelope.hostStart = isHost ? hostStart : -1;
  envelope.hostEnd = isHost ? hostEnd : -1;
  const appStart = skipBlanks(bytes, hostEnd, end);
  const appEnd = tokenEnd(bytes, appStart, end);
  if (!trustApp(bytes, appStart, appEnd, envelope)) return false;
  envelope.textStart = readPrintk(bytes, skipProcess(bytes, appEnd, end), end, envelope);
  return true;
}

function readTimestamp(bytes: Uint8Array, pos: number, end: number, envelope: Envelope): number {
  const stop = tokenEnd(bytes, pos, end);
  if (stop - pos === 1 && bytes[pos] === DASH) return stop;
  if (readDate(bytes, pos, stop, envelope.stamp) !== stop) envelope.stamp.shape = STAMP_UNREADABLE;
  return stop;
}

/** Sets the tag of a program we trust, or remembers the words that a relay tore off the text. */
function trustApp(bytes: Uint8Array, start: number, end: number, envelope: Envelope): boolean {
  const nameEnd = end > start && bytes[end - 1] === COLON ? end - 1 : end;
  envelope.tag = tagOf(bytes, start, nameEnd);
  if (envelope.tag !== TAG_NONE) return true;
  if (end - start === 1 && bytes[start] === DASH) return true;
  const { hostStart, hostEnd } = envelope;
  if (hostStart >= 0 && tornWord(bytes, hostStart, hostEnd) !== NOT_TORN) {
    envelope.tornStart = hostStart;
    envelope.hostStart = envelope.hostEnd = -1;
  } else if (tornWord(bytes, start, nameEnd) !== NOT_TORN) envelope.tornStart = start;
  else return false;
  envelope.tornEnd = nameEnd;
  return true;
}

/** Skips PROCID, MSGID and STRUCTURED-DATA, then the blanks and the BOM before MSG. */
export function skipProcess(bytes: Uint8Array, pos: number, end: number): number {
  let at = skipBlanks(bytes, pos, end);
  at = skipBlanks(bytes, tokenEnd(bytes, at, end), end);
  at = skipBlanks(bytes, tokenEnd(bytes, at, end), end);
  if (at < end && bytes[at] === DASH) at++;
  else at = skipStructuredData(bytes, at, end);
  at = skipBlanks(bytes, at, end);
  const isBom = bytes[at] === 0xef && bytes[at + 1] === 0xbb && bytes[at + 2] === 0xbf;
  return isBom && at + 3 <= end ? at + 3 : at;
}

/** `[id name="value"][...]`; inside a value `\"`, `\\` and `\]` are escaped (section 6.3.3). */
function skipStructuredData(bytes: Uint8Array, pos: number, end: number): number {
  let at = pos;
  while (at < end && bytes[at] === OPEN_BRACKET) {
    let quoted = false;
    for (at++; at < end; at++) {
      const byte = bytes[at];
      if (quoted && byte === BACKSLASH) at++;
      else if (byte === QUOTE) quoted = !quoted;
      else if (byte === CLOSE_BRACKET && !quoted) break;
    }
    at = Math.min(at + 1, end);
  }
  return at;
}
