import { GAUGES } from "../../../lib/domain/gauge.ts";
import type { Gauge } from "../../../lib/domain/gauge.ts";
import { ascii } from "../core/bytes.ts";
import type { Reading } from "../core/reading.ts";
import type { Cursor } from "./cursor.ts";
import { KIND_LIMIT, NO_GAUGE, OS_F5, OS_FREEBSD, OS_UNKNOWN } from "./vocabulary.ts";

const LIMITING = ascii("Limiting ");
const RESPONSE_FROM = ascii(" response from ");
const FROM_MIDWAY = ascii("response from ");
const TO = ascii(" to ");
const PACKETS = ascii(" packets");
const PER_SLASH = ascii("/sec");
const PER_WORD = ascii(" per second");
const ICMP_RESPONSE = ascii("icmp-response bandwidth limit ");
const SLASH = ascii("/");
const PPS = ascii(" pps");
const F5_CODE_END = ascii(":");

interface ClassWords {
  readonly words: Uint8Array;
  readonly gauge: number;
  /** Bytes after which a cut line is still certainly this message: the first word. */
  readonly least: number;
}

function classWords(words: string, gauge: Gauge): ClassWords {
  return { words: ascii(words), gauge: GAUGES.indexOf(gauge), least: words.indexOf(" ") };
}

const TCP_RESET = classWords("tcp reset", "tcp_reset");
const CLOSED_PORT = classWords("closed port RST", "closed_port_rst");
const OPEN_PORT = classWords("open port RST", "open_port_rst");
const ICMP_UNREACH = classWords("icmp unreach", "icmp_unreach");
const ICMP_PING = classWords("icmp ping", "icmp_ping");
const ICMP_TSTAMP = classWords("icmp tstamp", "icmp_tstamp");
const ICMP6_UNREACH = classWords("icmp6 unreach", "icmp6_unreach");
const SCTP_OOTB = classWords("sctp ootb", "sctp_ootb");
const CLASSES = [
  TCP_RESET,
  CLOSED_PORT,
  OPEN_PORT,
  ICMP_UNREACH,
  ICMP_PING,
  ICMP_TSTAMP,
  ICMP6_UNREACH,
  SCTP_OOTB,
];
const GAUGE_ICMP_RESPONSE = GAUGES.indexOf("icmp_response");

/** Second words of classes: a text cut in front of them has lost which class it was. */
const CLASS_TAILS = ["reset", "port RST", "RST", "unreach", "ping", "tstamp", "ootb"].map(ascii);

/** Form F prints the next second's limit: both lie within 16 of icmplim (kernel.md section 1.1). */
const FORM_F_MAX_GAP = 31;

/** Forms B to H: `Limiting CLASS response from X to Y packets/sec` or `per second`. */
export function parseLimit(cursor: Cursor, reading: Reading, os: number): boolean {
  if (!cursor.take(LIMITING)) return false;
  const gauge = takeClass(cursor);
  if (gauge < 0) return false;
  if (cursor.whole && !cursor.takeHead(RESPONSE_FROM, 0)) return false;
  finishLimit(cursor, reading, gauge, os);
  return true;
}

function takeClass(cursor: Cursor): number {
  for (const { words, gauge, least } of CLASSES) if (cursor.takeHead(words, least)) return gauge;
  return -1;
}

function finishLimit(cursor: Cursor, reading: Reading, gauge: number, os: number): void {
  const offered = cursor.number();
  cursor.expect(TO);
  const allowed = cursor.number();
  cursor.expect(PACKETS);
  const perSlash = cursor.take(PER_SLASH);
  if (!perSlash) cursor.expect(PER_WORD);
  const settled = os === OS_UNKNOWN && perSlash ? OS_FREEBSD : os;
  setRates(reading, offered, allowed);
  reading.details.impossible =
    offered <= allowed && settled === OS_FREEBSD && perSlash && !isFormF(gauge, offered, allowed);
  cursor.settle(reading, KIND_LIMIT, gauge, settled);
}

/**
 * X <= Y is impossible where the limit printed is the one applied. Form F prints the next second's,
 * so there X may fall short by up to the jitter; its text is that of forms C to E, and it never
 * says
 * `tcp reset`. What remains is the 12-CURRENT kernel of December 2016 (`from 1 to 200`).
 */
function isFormF(gauge: number, offered: number, allowed: number): boolean {
  return gauge !== TCP_RESET.gauge && allowed - offered <= FORM_F_MAX_GAP;
}

function setRates(reading: Reading, offered: number, allowed: number): void {
  reading.offered = offered;
  reading.allowed = allowed;
  reading.suppressed = offered > allowed ? offered - allowed : 0;
}

/** Form A: `icmp-response bandwidth limit 300/200 pps`. */
export function parseIcmpResponse(cursor: Cursor, reading: Reading, os: number): boolean {
  if (!cursor.takeHead(ICMP_RESPONSE, 14)) return false;
  const offered = cursor.number();
  cursor.expect(SLASH);
  const allowed = cursor.number();
  cursor.expect(PPS);
  setRates(reading, offered, allowed);
  reading.details.impossible = false;
  cursor.settle(reading, KIND_LIMIT, GAUGE_ICMP_RESPONSE, os);
  return true;
}

/** Form H: `011e0001:4: Limiting ...`, the message code of an F5 traffic management microkernel. */
export function parseF5Limit(cursor: Cursor, reading: Reading): boolean {
  const start = cursor.word();
  if (cursor.pos - start !== 8 || !cursor.take(F5_CODE_END)) return false;
  const level = cursor.word();
  if (cursor.pos - level !== 1 || !cursor.take(F5_CODE_END)) return false;
  while (cursor.byte === 0x20) cursor.pos++;
  return parseLimit(cursor, reading, OS_F5);
}

/**
 * A text without its beginning: `tcp reset response from ...` is whole but for its first word;
 * `port RST response from ...` is ours too, but which class it was is lost.
 */
export function parseBeheadedLimit(cursor: Cursor, reading: Reading, os: number): boolean {
  for (const { words, gauge } of CLASSES) {
    if (!cursor.take(words)) continue;
    if (!cursor.take(RESPONSE_FROM)) return false;
    finishLimit(cursor, reading, gauge, os);
    return true;
  }
  if (!takeClassTail(cursor)) return false;
  cursor.number();
  cursor.expect(TO);
  cursor.number();
  cursor.expect(PACKETS);
  if (!cursor.whole) return false;
  cursor.pos = cursor.end;
  cursor.fail();
  cursor.settle(reading, KIND_LIMIT, NO_GAUGE, OS_UNKNOWN);
  return true;
}

function takeClassTail(cursor: Cursor): boolean {
  for (const tail of CLASS_TAILS) if (cursor.take(tail)) return cursor.take(RESPONSE_FROM);
  return cursor.take(FROM_MIDWAY);
}
