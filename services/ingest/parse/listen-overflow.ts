import { COLON, SPACE, ascii, find, startsWith } from "../core/bytes.ts";
import { LISTEN_FAULTS } from "../core/details.ts";
import type { Details } from "../core/details.ts";
import type { Reading } from "../core/reading.ts";
import type { Cursor } from "./cursor.ts";
import { endpoint, setDestination, takeEndpoint } from "./endpoint.ts";
import { GAUGE_LISTEN_OVERFLOW, KIND_LISTEN_OVERFLOW, NO_GAUGE, OS_FREEBSD } from "./vocabulary.ts";

const SO = ascii("so");
const PCB = ascii(": pcb ");
const SOCKET_OPEN = ascii(" (");
const SOCKET_CLOSE = ascii("): ");
const LOCAL = ascii("local:");
const UNKNOWN = ascii("(unknown)");
const PROTO = ascii(" (proto ");
const PROTO_CLOSE = ascii(")");
const SEPARATOR = ascii(": ");
const OVERFLOW = ascii("Listen queue overflow: ");
const ALREADY = ascii(" already in queue awaiting acceptance");
const OCCURRENCES_OPEN = ascii(" (");
const OCCURRENCES_CLOSE = ascii(" occurrences)");
const EUID = ascii(", euid ");
const RGID = ascii(", rgid ");
const JAIL = ascii(", jail ");
const FAULTS = [
  {
    text: ascii("New socket allocation failure"),
    code: LISTEN_FAULTS.indexOf("socket_allocation_failed"),
  },
  { text: ascii("soreserve() failed"), code: LISTEN_FAULTS.indexOf("reserve_failed") },
  { text: ascii("pru_attach() failed"), code: LISTEN_FAULTS.indexOf("attach_failed") },
  { text: ascii("pr_attach() failed"), code: LISTEN_FAULTS.indexOf("attach_failed") },
];
const QUEUE_OVERFLOW = LISTEN_FAULTS.indexOf("queue_overflow");

/** `sonewconn: pcb ...` in all four ages and its siblings (kernel.md section 2). */
export function parseListenOverflow(cursor: Cursor, reading: Reading): boolean {
  if (!startsWith(cursor.bytes, cursor.pos, cursor.end, SO)) return false;
  const start = cursor.word();
  if (!cursor.takeHead(PCB, 5)) {
    cursor.pos = start;
    return false;
  }
  const { details } = reading;
  details.reset();
  details.pcbStart = cursor.pos;
  takePcb(cursor);
  details.pcbEnd = cursor.pos;
  if (cursor.take(SOCKET_OPEN)) takeSocket(cursor, details);
  cursor.expect(SEPARATOR);
  const gauge = takeFault(cursor, reading);
  if (gauge === null) return false;
  cursor.settle(reading, KIND_LISTEN_OVERFLOW, gauge, OS_FREEBSD);
  return true;
}

function takePcb(cursor: Cursor): void {
  const { bytes, end } = cursor;
  let at = cursor.pos;
  while (at < end && bytes[at] !== COLON && bytes[at] !== SPACE) at++;
  if (at === cursor.pos) cursor.fail();
  cursor.pos = at;
}

/** `ADDR:PORT (proto 6)`, `local:/path` or `local:(unknown)`, up to `): `. */
function takeSocket(cursor: Cursor, details: Details): void {
  if (!cursor.whole) return;
  const { bytes } = cursor;
  const close = find(bytes, cursor.pos, cursor.end, SOCKET_CLOSE);
  if (close < 0) {
    cursor.pos = cursor.end;
    return cursor.fail();
  }
  if (cursor.take(LOCAL)) {
    const isKnown = !startsWith(bytes, cursor.pos, close + 1, UNKNOWN);
    endpoint.start = isKnown ? cursor.pos : -1;
    endpoint.end = isKnown ? close : -1;
    endpoint.port = -1;
  } else {
    takeEndpoint(cursor);
    cursor.expect(PROTO);
    details.protocolNumber = cursor.number();
    cursor.expect(PROTO_CLOSE);
  }
  setDestination(details);
  if (cursor.whole) cursor.pos = close + 1;
}

/** The gauge that the line makes hot; null where it is a message that no age prints. */
function takeFault(cursor: Cursor, reading: Reading): number | null {
  const { details } = reading;
  for (const { text, code } of FAULTS) {
    if (!cursor.takeHead(text, 1)) continue;
    details.whatCode = code;
    return NO_GAUGE;
  }
  if (cursor.whole && !cursor.takeHead(OVERFLOW, 0)) return null;
  details.whatCode = QUEUE_OVERFLOW;
  reading.offered = cursor.number();
  cursor.expect(ALREADY);
  if (cursor.take(OCCURRENCES_OPEN)) {
    reading.count = cursor.number();
    cursor.expect(OCCURRENCES_CLOSE);
    details.hasOccurrences = cursor.whole;
  }
  // The oldest age has no occurrences and prints a boolean where the length belongs: always 1.
  details.hasQueueLength = details.hasOccurrences || reading.offered !== 1;
  if (!details.hasQueueLength) reading.offered = 0;
  if (cursor.take(EUID)) takeOwner(cursor, details);
  return GAUGE_LISTEN_OVERFLOW;
}

/** `0, rgid 0, jail 0`; the ids are printed as C ints, so they may be negative. */
function takeOwner(cursor: Cursor, details: Details): void {
  details.euidStart = cursor.pos;
  takeWord(cursor);
  details.euidEnd = cursor.pos;
  if (cursor.take(RGID)) takeWord(cursor);
  if (!cursor.take(JAIL)) return;
  details.jailStart = cursor.pos;
  takeWord(cursor);
  details.jailEnd = cursor.pos;
}

function takeWord(cursor: Cursor): void {
  const { bytes, end } = cursor;
  let at = cursor.pos;
  while (at < end && bytes[at] !== SPACE && bytes[at] !== 0x2c) at++;
  cursor.pos = at;
}
