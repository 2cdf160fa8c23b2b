import { ascii, find } from "../core/bytes.ts";
import { SEGMENT_VERDICTS } from "../core/details.ts";
import type { Reading } from "../core/reading.ts";
import type { Cursor } from "./cursor.ts";
import { setDestination, setSource, takeEndpoint } from "./endpoint.ts";
import { KIND_CONNECT_ATTEMPT, KIND_TCP_SEGMENT, NO_GAUGE, OS_FREEBSD } from "./vocabulary.ts";

const TO = ascii(" to ");
const FLAGS = ascii(" tcpflags ");
const NEXT = ascii("; ");
const CLOSED_PORT = ascii("Connection attempt to closed port");
const RECEIVED = ascii("Received ");
const AFTER_CLOSE = ascii(" bytes of data after socket was closed");
const PREFIX_END = ascii(": ");
const SEMICOLON = 0x3b;
const TCP_PROTOCOL = 6;

type Verdict = (typeof SEGMENT_VERDICTS)[number];

function verdict(text: string, what: Verdict): { text: Uint8Array; code: number } {
  return { text: ascii(text), code: SEGMENT_VERDICTS.indexOf(what) };
}

/** Beginnings of what follows the function name (kernel.md section 2, log_debug family). */
const VERDICTS = [
  verdict("Segment failed SYNCOOKIE authentication", "syncookie_auth_failed"),
  verdict("Spurious ACK", "spurious_ack"),
  verdict("Spurious RST", "spurious_rst"),
  verdict("Our SYN|ACK was rejected", "syn_ack_rejected"),
  verdict("Response timeout, retransmitting", "syncache_timeout"),
  verdict("Retransmits exhausted", "retransmits_exhausted"),
  verdict("Received duplicate SYN", "duplicate_syn"),
  verdict("Listen socket: Socket allocation failed", "socket_allocation_failed"),
];
const DATA_AFTER_CLOSE = SEGMENT_VERDICTS.indexOf("data_after_close");

/** FreeBSD 7 and later: `TCP: [SRC]:SPORT to [DST]:DPORT tcpflags 0x2<SYN>; FUNCTION: what`. */
export function parseTcpSegment(cursor: Cursor, reading: Reading): boolean {
  const { details } = reading;
  details.reset();
  takeEndpoint(cursor);
  setSource(details);
  cursor.expect(TO);
  if (cursor.whole && cursor.byte !== 0x5b) cursor.fail();
  takeEndpoint(cursor);
  setDestination(details);
  details.protocolNumber = TCP_PROTOCOL;
  if (cursor.take(FLAGS)) {
    details.flagsStart = cursor.spanTo(SEMICOLON);
    details.flagsEnd = cursor.pos;
  }
  cursor.expect(NEXT);
  const kind = takeVerdict(cursor, reading);
  cursor.settle(reading, kind, NO_GAUGE, OS_FREEBSD);
  return true;
}

/**
 * The sentence after `FUNCTION: ` and, in tcp_do_segment, `STATE: `. An unknown one is no error.
 */
function takeVerdict(cursor: Cursor, reading: Reading): number {
  skipPrefix(cursor);
  if (cursor.takeHead(CLOSED_PORT, 1)) return KIND_CONNECT_ATTEMPT;
  for (const { text, code } of VERDICTS) {
    if (!cursor.takeHead(text, 1)) continue;
    reading.details.whatCode = code;
    return KIND_TCP_SEGMENT;
  }
  skipPrefix(cursor);
  if (cursor.take(RECEIVED) && isDataAfterClose(cursor))
    reading.details.whatCode = DATA_AFTER_CLOSE;
  return KIND_TCP_SEGMENT;
}

function isDataAfterClose(cursor: Cursor): boolean {
  return cursor.number() >= 0 && find(cursor.bytes, cursor.pos, cursor.end, AFTER_CLOSE) >= 0;
}

/** Moves past `word: ` when that is next. */
function skipPrefix(cursor: Cursor): void {
  const start = cursor.word();
  if (cursor.pos >= cursor.end) return cursor.fail();
  if (cursor.pos === start || !cursor.take(PREFIX_END)) cursor.pos = start;
}
