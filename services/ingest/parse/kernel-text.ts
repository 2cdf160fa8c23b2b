import { ascii, startsWith } from "../core/bytes.ts";
import { OUTCOME_PASS, OUTCOME_REJECT } from "../core/reading.ts";
import type { Reading } from "../core/reading.ts";
import { parseCallbacksSuppressed } from "./callbacks-suppressed.ts";
import { parseConnectAttempt } from "./connect-attempt.ts";
import { Cursor } from "./cursor.ts";
import { parseConntrackFull, parseSourceLimit, parseZoneLimit } from "./full-table.ts";
import { parseBeheadedLimit, parseF5Limit, parseIcmpResponse, parseLimit } from "./limit.ts";
import { parseListenOverflow } from "./listen-overflow.ts";
import { parseRepeat, quote, takeQuote } from "./repeat.ts";
import { parseDropOpenRequest, parseOldSynFlood, parseSynFlood } from "./syn-flood.ts";
import { parseTcpSegment } from "./tcp-segment.ts";
import { KIND_REPEAT, NO_GAUGE, OS_UNKNOWN } from "./vocabulary.ts";

const TCP = ascii("TCP: ");
const BRACKET = 0x5b;

const cursor = new Cursor();
const quoted = new Cursor();

/**
 * What a kernel text says: fills `reading` and returns true where the text is ours, whole or not;
 * false where it is not. `os` is what the tag already said, or -1. O(length), no allocation.
 */
export function parseKernelText(
  bytes: Uint8Array,
  start: number,
  end: number,
  os: number,
  reading: Reading,
): boolean {
  cursor.open(bytes, start, end);
  if (parsePlainText(cursor, reading, os)) return true;
  cursor.open(bytes, start, end);
  return takeQuote(cursor) && parseQuote(reading, os);
}

/** Every text but a repeat that quotes another one: so quotes cannot nest. */
function parsePlainText(cursor: Cursor, reading: Reading, os: number): boolean {
  switch (cursor.byte) {
    case 0x4c: // L
      return parseLimit(cursor, reading, os);
    case 0x54: // T
      return cursor.take(TCP) && parseTcp(cursor, reading);
    case 0x73: // s
      return parseListenOverflow(cursor, reading) || parseBeheadedLimit(cursor, reading, os);
    case 0x6e: // n
      return parseConntrackFull(cursor, reading) || parseCallbacksSuppressed(cursor, reading);
    case 0x70: // p
      return (
        parseOldSynFlood(cursor, reading) ||
        parseSourceLimit(cursor, reading) ||
        parseBeheadedLimit(cursor, reading, os)
      );
    case 0x50: // P
      return parseZoneLimit(cursor, reading) || parseSynFlood(cursor, reading);
    case 0x43: // C
    case 0x53: // S
      return parseConnectAttempt(cursor, reading, os);
    case 0x6c: // l
    case 0x2d: // -
      return parseRepeat(cursor, reading);
    case 0x69: // i
      return (
        parseIcmpResponse(cursor, reading, os) ||
        parseConntrackFull(cursor, reading) ||
        parseBeheadedLimit(cursor, reading, os)
      );
    case BRACKET:
    case 0x6b: // k
      return parseZoneLimit(cursor, reading);
    case 0x30: // 0
      return parseF5Limit(cursor, reading);
    case 0x63: // c
    case 0x72: // r
    case 0x52: // R
    case 0x75: // u
    case 0x74: // t
    case 0x6f: // o
      return parseBeheadedLimit(cursor, reading, os);
    default:
      return false;
  }
}

/** Behind `TCP: `; Linux boot messages share the prefix and are not ours. */
function parseTcp(cursor: Cursor, reading: Reading): boolean {
  if (cursor.byte === BRACKET) return parseTcpSegment(cursor, reading);
  return parseDropOpenRequest(cursor, reading) || parseSynFlood(cursor, reading);
}

/** A repeat is ours where the text it quotes is; a whole limit text fills the rates as well. */
function parseQuote(reading: Reading, os: number): boolean {
  const { start, end, count, mayBeCut } = quote;
  quoted.open(cursor.bytes, start, end);
  if (!cursor.whole && start >= end) return rejectRepeat(reading);
  if (!parsePlainText(quoted, reading, os)) return false;
  const { outcome, reason, gauge, os: quotedOs } = reading;
  if (!cursor.whole) return rejectRepeat(reading);
  if (outcome === OUTCOME_REJECT && !mayBeCut) return true;
  const isWhole = outcome === OUTCOME_PASS;
  if (!isWhole) reading.offered = reading.allowed = reading.suppressed = 0;
  reading.details.reset();
  reading.reason = isWhole ? reason : 0;
  reading.count = count;
  cursor.settle(reading, KIND_REPEAT, isWhole ? gauge : NO_GAUGE, isWhole ? quotedOs : OS_UNKNOWN);
  reading.details.ofStart = start;
  reading.details.ofEnd = end;
  return true;
}

function rejectRepeat(reading: Reading): boolean {
  cursor.settle(reading, KIND_REPEAT, NO_GAUGE, OS_UNKNOWN);
  return true;
}

/** Heads of every text above: a cheap test of whether a text without a tag begins here. */
const HEADS = [
  "Limiting ",
  "Last message '",
  "TCP: ",
  "sonewconn",
  "nf_conntrack: ",
  "net_ratelimit: ",
  "possible SYN flooding ",
  "pf_src_connlimit: ",
  "Possible SYN flooding ",
  "Connection attempt to ",
  "Stealth Mode connection attempt to ",
  "last message repeated ",
  "--- last message repeated ",
  "icmp-response bandwidth limit ",
  "ip_conntrack: ",
  "[zone: ",
  "kern.ipc.nmb",
  "011e0001:",
  "message repeated ",
].map(ascii);

/** HEADS by their first byte, so that a text of anyone else costs one look. */
const HEADS_BY_FIRST: readonly (readonly Uint8Array[])[] = Array.from({ length: 256 }, (_, byte) =>
  HEADS.filter((head) => head[0] === byte),
);

export function isKernelTextHead(bytes: Uint8Array, pos: number, end: number): boolean {
  if (pos >= end) return false;
  const heads = HEADS_BY_FIRST[bytes[pos] ?? 0] ?? [];
  for (const head of heads) if (startsWith(bytes, pos, end, head)) return true;
  return false;
}
