import { CLOSE_BRACKET, COLON, OPEN_BRACKET, SPACE, ascii } from "../core/bytes.ts";
import { MAX_PORT } from "../core/limits.ts";
import type { Details } from "../core/details.ts";
import type { Cursor } from "./cursor.ts";

const OPEN = ascii("[");
const CLOSE = ascii("]");
const SEPARATOR = ascii(":");

/** Where an address was; the port after it, or -1. Reused: read it before the next call. */
export const endpoint = { start: -1, end: -1, port: -1 };

/** `[ADDRESS]:PORT` or `ADDRESS:PORT`, up to a blank, `)` or `.` that ends the sentence. */
export function takeEndpoint(cursor: Cursor): void {
  if (cursor.byte === OPEN_BRACKET) return takeBracketed(cursor);
  const { bytes, end } = cursor;
  const start = cursor.pos;
  let stop = start;
  let colon = -1;
  while (stop < end && bytes[stop] !== SPACE) {
    if (bytes[stop] === COLON) colon = stop;
    stop++;
  }
  endpoint.start = start;
  endpoint.end = colon < 0 ? stop : colon;
  endpoint.port = -1;
  cursor.pos = endpoint.end;
  cursor.expect(SEPARATOR);
  endpoint.port = cursor.port();
}

function takeBracketed(cursor: Cursor): void {
  cursor.expect(OPEN);
  endpoint.start = cursor.spanTo(CLOSE_BRACKET);
  endpoint.end = cursor.pos;
  cursor.expect(CLOSE);
  cursor.expect(SEPARATOR);
  endpoint.port = cursor.port();
}

/** A listener as the SYN flood line names it: `80`, `0.0.0.0:80` or `[::]:80`. */
export function takeListener(cursor: Cursor, details: Details): void {
  const { bytes, end } = cursor;
  let at = cursor.pos;
  while (at < end && (bytes[at] ?? 0) >= 0x30 && (bytes[at] ?? 0) <= 0x39) at++;
  const next = at < end ? bytes[at] : SPACE;
  const bare = at > cursor.pos && next !== COLON && !isAddressDot(bytes, at, end);
  if (bare || cursor.pos >= end) {
    details.destinationPort = cursor.number(MAX_PORT);
    return;
  }
  takeEndpoint(cursor);
  setDestination(details);
}

/** In `80. Sending` the dot ends the sentence; in `10.0.0.1:80` a digit follows it. */
function isAddressDot(bytes: Uint8Array, at: number, end: number): boolean {
  const next = at + 1 < end ? (bytes[at + 1] ?? 0) : 0;
  return at < end && bytes[at] === 0x2e && next > SPACE;
}

export function setSource(details: Details): void {
  details.sourceStart = endpoint.start;
  details.sourceEnd = endpoint.end;
  details.sourcePort = endpoint.port;
}

export function setDestination(details: Details): void {
  details.destinationStart = endpoint.start;
  details.destinationEnd = endpoint.end;
  details.destinationPort = endpoint.port;
}
