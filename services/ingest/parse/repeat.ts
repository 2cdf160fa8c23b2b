import { ascii, find } from "../core/bytes.ts";
import { MAX_SUPPRESS_QUOTE_BYTES } from "../core/limits.ts";
import type { Reading } from "../core/reading.ts";
import type { Cursor } from "./cursor.ts";
import { KIND_REPEAT, NO_GAUGE, OS_UNKNOWN } from "./vocabulary.ts";

const LAST_MESSAGE = ascii("last message repeated ");
const DASHES = ascii("--- ");
const TIME = ascii(" time");
const SYSLOG_NG = ascii("Last message '");
const SYSLOG_NG_REPEATED = ascii("' repeated ");
const RSYSLOG = ascii("message repeated ");
const RSYSLOG_QUOTE = ascii(" times: [");
const CLOSE = 0x5d;
const SPACE = 0x20;

/** The text between quotes: where it is, how often it was repeated, and whether it may be cut. */
export const quote = { start: -1, end: -1, count: 0, mayBeCut: false };

/** `last message repeated 3 times`, of any syslogd; macOS frames it in dashes. Says not of what. */
export function parseRepeat(cursor: Cursor, reading: Reading): boolean {
  cursor.take(DASHES);
  if (!cursor.takeHead(LAST_MESSAGE, 13)) return false;
  reading.details.reset();
  reading.count = cursor.number();
  cursor.expect(TIME);
  cursor.settle(reading, KIND_REPEAT, NO_GAUGE, OS_UNKNOWN);
  return true;
}

/**
 * Finds the quoted text of rsyslog (`message repeated 3 times: [ TEXT]`) or syslog-ng
 * (`Last message 'TEXT' repeated 1 times, suppressed by syslog-ng on HOST`, which quotes 20 bytes:
 * logwriter.c). True where the line is one of these; the cursor then holds any failure.
 */
export function takeQuote(cursor: Cursor): boolean {
  if (cursor.take(RSYSLOG)) {
    quote.count = cursor.number();
    cursor.expect(RSYSLOG_QUOTE);
    quote.mayBeCut = false;
    takeBracketQuote(cursor);
    return true;
  }
  if (!cursor.take(SYSLOG_NG)) return false;
  quote.start = cursor.pos;
  quote.mayBeCut = true;
  const limit = Math.min(cursor.end, cursor.pos + MAX_SUPPRESS_QUOTE_BYTES);
  const close = find(cursor.bytes, cursor.pos, limit, SYSLOG_NG_REPEATED);
  quote.end = close < 0 ? cursor.end : close;
  cursor.pos = quote.end;
  cursor.expect(SYSLOG_NG_REPEATED);
  quote.count = cursor.number();
  cursor.expect(TIME);
  return true;
}

function takeBracketQuote(cursor: Cursor): void {
  const { bytes, end } = cursor;
  if (!cursor.whole) {
    quote.start = quote.end = end;
    return;
  }
  quote.start = cursor.byte === SPACE ? cursor.pos + 1 : cursor.pos;
  quote.end = end;
  cursor.pos = end;
  if (bytes[end - 1] === CLOSE && end - 1 >= quote.start) quote.end = end - 1;
  else cursor.fail();
}
