import { Envelope, TAG_NONE } from "./envelopes/envelope.ts";
import { isHostToken } from "./envelopes/host.ts";
import type { ShipperRecord } from "./envelopes/shipper-record.ts";
import { shipperTimeMs } from "./envelopes/shipper-time.ts";
import { STAMP_OFFSET } from "./envelopes/stamp.ts";
import { readHead } from "./envelopes/syslog.ts";
import { tagOf } from "./envelopes/tag.ts";
import { NOT_TORN, TORN_AT_BLANK, TORN_AT_COLON, tornWord } from "./envelopes/torn.ts";
import { PLUS } from "./core/bytes.ts";
import {
  TIME_ARRIVAL,
  TIME_LINE,
  TIME_NONE,
  TIME_SHIPPER,
  isBelievable,
} from "./core/event-time.ts";
import { readLine } from "./read-line.ts";
import type { LineContext } from "./read-line.ts";
import { OUTCOME_DROP, OUTCOME_EVENTS, OUTCOME_PASS, Reading } from "./core/reading.ts";

/** A text that came inside a shipper's message, read. */
export interface RecordReading {
  readonly bytes: Uint8Array;
  readonly reading: Reading;
  readonly host: string | null;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const head = new Envelope();

/** A program name that is really RFC 5424's VERSION (shippers.md section 10, c). */
const VERSION_AS_PROGRAM = "1";

/** What stood around a text: a syslog head around JSON, or a message around another one. */
export interface Around {
  readonly host: string | null;
  readonly timeMs: number;
  /** Index into TIME_SOURCES. */
  readonly timeSource: number;
}

/** Reads the text of a shipper's record and settles host and time by their orders of trust. */
export function readRecord(
  record: ShipperRecord,
  context: LineContext,
  around: Around,
): RecordReading {
  const reading = new Reading();
  // Arrival is the last resort here too, so the text is read without it first.
  const inner: LineContext = { ...context, arrivalMs: null };
  let bytes: Uint8Array = new Uint8Array(0);
  for (const line of wholeLines(record)) {
    bytes = encoder.encode(line);
    readLine(bytes, 0, bytes.length, inner, reading);
    if (reading.outcome !== OUTCOME_DROP) break;
  }
  if (reading.outcome === OUTCOME_PASS || reading.outcome === OUTCOME_EVENTS) {
    settleTime(bytes, record, context, around, reading);
  }
  if (Number.isNaN(reading.uptimeSeconds)) reading.uptimeSeconds = record.uptimeSeconds;
  return { bytes, reading, host: hostOf(bytes, record, reading) ?? around.host };
}

/** The line as it was before the shipper took it apart: the readings worth trying, best first. */
function wholeLines(record: ShipperRecord): readonly string[] {
  const text = record.text.trimStart();
  const program = record.program === null ? null : withoutColon(record.program);
  if (record.host !== null && tornKind(record.host) === TORN_AT_BLANK) {
    return [`${record.host} ${program === null ? "" : `${program} `}${text}`];
  }
  if (program === null || program === VERSION_AS_PROGRAM) return [text];
  if (tornKind(program) === TORN_AT_BLANK) return [`${program} ${text}`];
  if (tornKind(program) === TORN_AT_COLON) return [`${program}: ${text}`];
  if (!isTrusted(program)) return [];
  const pid = record.pid === "0" && program === "kernel" ? "[0]" : "";
  return [`${program}${pid}: ${text}`, text];
}

function withoutColon(program: string): string {
  return program.endsWith(":") ? program.slice(0, -1) : program;
}

function tornKind(word: string): number {
  const bytes = encoder.encode(word);
  return tornWord(bytes, 0, bytes.length);
}

function isTrusted(program: string): boolean {
  const bytes = encoder.encode(program);
  const bracket = bytes.indexOf(0x5b);
  return tagOf(bytes, 0, bracket < 0 ? bytes.length : bracket) !== TAG_NONE;
}

/** The host in the line, then the shipper's word for it, then the peer, then its own machine. */
function hostOf(bytes: Uint8Array, record: ShipperRecord, reading: Reading): string | null {
  if (reading.hostStart >= 0) {
    return decoder.decode(bytes.subarray(reading.hostStart, reading.hostEnd));
  }
  for (const host of [record.host, record.peer, record.collector])
    if (host !== null && isHost(host)) return host;
  return null;
}

function isHost(host: string): boolean {
  const bytes = encoder.encode(host);
  return isHostToken(bytes, 0, bytes.length) && tornWord(bytes, 0, bytes.length) === NOT_TORN;
}

/**
 * The line's own full time; the head's time as the shipper parsed it; a time without year or zone;
 * the shipper's clock; what stood around; arrival. A mail's `+Limiting` has none, whoever carried
 * it.
 */
function settleTime(
  bytes: Uint8Array,
  record: ShipperRecord,
  context: LineContext,
  around: Around,
  reading: Reading,
): void {
  if (bytes[0] === PLUS && Number.isNaN(reading.timeMs)) return;
  const { referenceMs, zone, arrivalMs } = context;
  const full = hasFullTime(bytes) ? reading.timeMs : Number.NaN;
  const candidates = [
    [full, TIME_LINE],
    [shipperTimeMs(record.eventTime, referenceMs, zone), TIME_LINE],
    [reading.timeMs, TIME_LINE],
    [shipperTimeMs(record.headTime, referenceMs, zone), TIME_LINE],
    [shipperTimeMs(record.shipperTime, referenceMs, zone), TIME_SHIPPER],
    [around.timeMs, around.timeSource],
  ] as const;
  const known = candidates.find(([timeMs]) => !Number.isNaN(timeMs));
  if (known !== undefined && isBelievable(known[0], arrivalMs)) {
    [reading.timeMs, reading.timeSource] = known;
  } else {
    reading.timeMs = arrivalMs ?? Number.NaN;
    reading.timeSource = arrivalMs === null ? TIME_NONE : TIME_ARRIVAL;
  }
}

function hasFullTime(bytes: Uint8Array): boolean {
  head.reset();
  return readHead(bytes, 0, bytes.length, head) && head.stamp.shape === STAMP_OFFSET;
}
