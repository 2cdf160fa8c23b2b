import { ascii } from "../core/bytes.ts";
import { SYN_ACTIONS } from "../core/details.ts";
import type { Reading } from "../core/reading.ts";
import type { Cursor } from "./cursor.ts";
import { endpoint, setSource, takeListener } from "./endpoint.ts";
import { MAX_PORT } from "../core/limits.ts";
import { SLASH } from "../core/bytes.ts";
import {
  GAUGE_SYN_FLOOD,
  KIND_DROP_OPEN_REQUEST,
  KIND_SYN_FLOOD,
  NO_GAUGE,
  OS_LINUX,
} from "./vocabulary.ts";

const OLD_HEAD = ascii("possible SYN flooding on port ");
const HEAD = ascii("Possible SYN flooding on port ");
const AFTER_PROTOCOL = ascii(": Possible SYN flooding on port ");
const REQUEST_SOCK = ascii("request_sock");
const SENTENCE_END = ascii(". ");
const SENDING = ascii("Sending cookies");
const DROPPING = ascii("Dropping request");
const DROP_OPEN_REQUEST = ascii("drop open request from ");
const PORT_SLASH = ascii("/");

const ACTION_COOKIES = SYN_ACTIONS.indexOf("cookies");
const ACTION_DROP = SYN_ACTIONS.indexOf("drop");

/** Linux 2.4 and 2.6: no `TCP: ` in front, a port alone. */
export function parseOldSynFlood(cursor: Cursor, reading: Reading): boolean {
  if (!cursor.takeHead(OLD_HEAD, 13)) return false;
  reading.details.reset();
  return finishSynFlood(cursor, reading);
}

/** Linux 3 and later, behind `TCP: `: optionally the protocol's slab name, then the sentence. */
export function parseSynFlood(cursor: Cursor, reading: Reading): boolean {
  reading.details.reset();
  if (cursor.takeHead(HEAD, 13)) return finishSynFlood(cursor, reading);
  const start = cursor.pos;
  cursor.word();
  const end = cursor.pos;
  const ours = end - start >= REQUEST_SOCK.length && isRequestSock(cursor, start);
  if (!cursor.takeHead(AFTER_PROTOCOL, ours ? 0 : 15)) return false;
  reading.details.protocolStart = start;
  reading.details.protocolEnd = end;
  return finishSynFlood(cursor, reading);
}

function isRequestSock(cursor: Cursor, start: number): boolean {
  return REQUEST_SOCK.every((byte, i) => cursor.bytes[start + i] === byte);
}

function finishSynFlood(cursor: Cursor, reading: Reading): boolean {
  takeListener(cursor, reading.details);
  cursor.expect(SENTENCE_END);
  if (cursor.take(SENDING)) reading.details.action = ACTION_COOKIES;
  else if (cursor.take(DROPPING)) reading.details.action = ACTION_DROP;
  else cursor.expect(cursor.byte === DROPPING[0] ? DROPPING : SENDING);
  cursor.settle(reading, KIND_SYN_FLOOD, GAUGE_SYN_FLOOD, OS_LINUX);
  return true;
}

/** `TCP: drop open request from ADDRESS/PORT`, behind `TCP: `. */
export function parseDropOpenRequest(cursor: Cursor, reading: Reading): boolean {
  if (!cursor.takeHead(DROP_OPEN_REQUEST, 10)) return false;
  reading.details.reset();
  endpoint.start = cursor.spanTo(SLASH);
  endpoint.end = cursor.pos;
  cursor.expect(PORT_SLASH);
  endpoint.port = cursor.whole ? cursor.number(MAX_PORT) : -1;
  setSource(reading.details);
  cursor.settle(reading, KIND_DROP_OPEN_REQUEST, NO_GAUGE, OS_LINUX);
  return true;
}
