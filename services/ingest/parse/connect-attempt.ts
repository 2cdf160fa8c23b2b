import { ascii } from "../core/bytes.ts";
import type { Reading } from "../core/reading.ts";
import type { Cursor } from "./cursor.ts";
import { setDestination, setSource, takeEndpoint } from "./endpoint.ts";
import { KIND_CONNECT_ATTEMPT, NO_GAUGE, OS_MACOS, OS_UNKNOWN } from "./vocabulary.ts";

const HEAD = ascii("Connection attempt to ");
const STEALTH_HEAD = ascii("Stealth Mode connection attempt to ");
const TCP = ascii("TCP ");
const UDP = ascii("UDP ");
const FROM = ascii(" from ");
const FLAGS = ascii(" flags:");
const TCP_PROTOCOL = 6;
const UDP_PROTOCOL = 17;

/**
 * log_in_vain before FreeBSD 7, and on XNU, DragonFly and NetBSD: the destination comes first.
 * `flags:0x2` is XNU's `%x`; the BSDs print two digits. Without it nothing tells them apart.
 */
export function parseConnectAttempt(cursor: Cursor, reading: Reading, os: number): boolean {
  const stealth = cursor.byte === STEALTH_HEAD[0];
  if (!cursor.takeHead(stealth ? STEALTH_HEAD : HEAD, stealth ? 13 : 19)) return false;
  const { details } = reading;
  details.reset();
  if (cursor.takeHead(TCP, 0)) details.protocolNumber = TCP_PROTOCOL;
  else if (cursor.take(UDP)) details.protocolNumber = UDP_PROTOCOL;
  else if (cursor.whole) return false;
  takeEndpoint(cursor);
  setDestination(details);
  cursor.expect(FROM);
  takeEndpoint(cursor);
  setSource(details);
  let settled = stealth ? OS_MACOS : os;
  if (cursor.take(FLAGS)) {
    details.flagsStart = cursor.pos;
    cursor.word();
    details.flagsEnd = cursor.pos;
    const singleDigit = details.flagsEnd - details.flagsStart === 3;
    if (singleDigit && settled === OS_UNKNOWN) settled = OS_MACOS;
  }
  cursor.settle(reading, KIND_CONNECT_ATTEMPT, NO_GAUGE, settled);
  return true;
}
