import type { Zone } from "../../lib/domain/zone.ts";
import { Envelope, TAG_KERNEL_ZERO, TAG_SLASH_KERNEL } from "./envelopes/envelope.ts";
import { TAG_SYSLOGD, TAG_TIDEGAUGE, TAG_TMM } from "./envelopes/envelope.ts";
import { contentOf, CONTENT_BINARY, CONTENT_EVENTS } from "./envelopes/content.ts";
import { isValidStamp, resolveStamp } from "./envelopes/stamp.ts";
import { readHead } from "./envelopes/syslog.ts";
import { joinTorn } from "./envelopes/torn.ts";
import { parseKernelText } from "./parse/kernel-text.ts";
import { KIND_LIMIT, KIND_REPEAT } from "./parse/vocabulary.ts";
import { OS_F5, OS_FREEBSD, OS_MACOS, OS_UNKNOWN } from "./parse/vocabulary.ts";
import { OPEN_BRACE, isBlank, skipBlanks } from "./core/bytes.ts";
import { TIME_ARRIVAL, TIME_LINE, TIME_NONE, isBelievable } from "./core/event-time.ts";
import { DROP_REASONS, REJECT_REASONS } from "./core/reading.ts";
import { OUTCOME_DROP, OUTCOME_EVENTS, OUTCOME_PASS, OUTCOME_REJECT } from "./core/reading.ts";
import type { Reading } from "./core/reading.ts";

/** What a line itself does not say and its input knows. */
export interface LineContext {
  /** Decides the year of RFC 3164 times: arrival, or --reference-time. */
  readonly referenceMs: number;
  /** The zone of times that carry no offset. */
  readonly zone: Zone;
  /** The stamp of the input record; null for a replayed file, which has none. */
  readonly arrivalMs: number | null;
}

const DROP_NOT_OURS = DROP_REASONS.indexOf("not_ours");
const DROP_EMPTY = DROP_REASONS.indexOf("empty");
const REJECT_BAD_TIME = REJECT_REASONS.indexOf("bad_time");
const REJECT_ENCODING = REJECT_REASONS.indexOf("unsupported_encoding");
const CARRIAGE_RETURN = 0x0d;
const NEWLINE = 0x0a;

const envelope = new Envelope();

/**
 * What bytes [start, end) of one line say, into `reading`. Never throws and looks at no byte
 * outside
 * the range; O(length); allocates nothing but for a text that a relay tore apart. Where the outcome
 * is OUTCOME_EVENTS, textStart to textEnd is JSON or line protocol for readEvents.
 */
export function readLine(
  bytes: Uint8Array,
  start: number,
  end: number,
  context: LineContext,
  reading: Reading,
): void {
  reading.reset();
  const stop = trimEnd(bytes, start, end);
  const pos = trimStart(bytes, start, stop);
  if (pos >= stop) {
    reading.reason = DROP_EMPTY;
    return;
  }
  reading.textStart = pos;
  reading.textEnd = stop;
  const content = contentOf(bytes, pos, stop);
  if (content === CONTENT_EVENTS) reading.outcome = OUTCOME_EVENTS;
  else if (content === CONTENT_BINARY) reject(reading, REJECT_ENCODING);
  else readText(bytes, pos, stop, context, reading);
}

function readText(
  bytes: Uint8Array,
  pos: number,
  end: number,
  context: LineContext,
  reading: Reading,
): void {
  envelope.reset();
  reading.reason = DROP_NOT_OURS;
  if (!readHead(bytes, pos, end, envelope)) return;
  reading.textStart = envelope.textStart;
  if (envelope.tag === TAG_TIDEGAUGE) {
    if (bytes[envelope.textStart] !== OPEN_BRACE || envelope.textStart >= end) return;
    reading.outcome = OUTCOME_EVENTS;
  } else if (!parseTrusted(bytes, end, reading)) {
    drop(reading);
    return;
  }
  reading.hostStart = envelope.hostStart;
  reading.hostEnd = envelope.hostEnd;
  reading.uptimeSeconds = envelope.uptimeSeconds;
  settleTime(context, reading);
}

/** Parses the text under what the tag allows; false where it is not ours. */
function parseTrusted(bytes: Uint8Array, end: number, reading: Reading): boolean {
  const { tag, textStart, tornStart, tornEnd } = envelope;
  const os = osOfTag(tag);
  if (tornStart >= 0) {
    const joined = joinTorn(bytes, tornStart, tornEnd, textStart, end);
    reading.textStart = tornStart;
    const ours = parseKernelText(joined, 0, joined.length, os, reading);
    reading.details.joined = joined;
    return ours;
  }
  if (textStart >= end || !parseKernelText(bytes, textStart, end, os, reading)) return false;
  if (tag === TAG_TMM) return reading.kind === KIND_LIMIT;
  return tag !== TAG_SYSLOGD || reading.kind === KIND_REPEAT;
}

function osOfTag(tag: number): number {
  switch (tag) {
    case TAG_SLASH_KERNEL:
      return OS_FREEBSD;
    case TAG_KERNEL_ZERO:
      return OS_MACOS;
    case TAG_TMM:
      return OS_F5;
    default:
      return OS_UNKNOWN;
  }
}

function settleTime(context: LineContext, reading: Reading): void {
  const { stamp } = envelope;
  if (!isValidStamp(stamp)) {
    if (reading.outcome === OUTCOME_PASS) reject(reading, REJECT_BAD_TIME);
    return;
  }
  const { arrivalMs } = context;
  const timeMs = resolveStamp(stamp, context.referenceMs, context.zone);
  if (!Number.isNaN(timeMs) && isBelievable(timeMs, arrivalMs)) {
    reading.timeMs = timeMs;
    reading.timeSource = TIME_LINE;
  } else if (arrivalMs !== null && !envelope.undated) {
    reading.timeMs = arrivalMs;
    reading.timeSource = TIME_ARRIVAL;
  } else reading.timeSource = TIME_NONE;
}

function drop(reading: Reading): void {
  reading.reset();
  reading.outcome = OUTCOME_DROP;
  reading.reason = DROP_NOT_OURS;
}

function reject(reading: Reading, reason: number): void {
  reading.outcome = OUTCOME_REJECT;
  reading.reason = reason;
}

function trimEnd(bytes: Uint8Array, start: number, end: number): number {
  let stop = end;
  while (stop > start && isPadding(bytes[stop - 1])) stop--;
  return stop;
}

/** A byte order mark, and the zeros that a crash leaves at the end of a log. */
function trimStart(bytes: Uint8Array, start: number, end: number): number {
  let pos = start;
  while (pos < end && bytes[pos] !== NEWLINE && isPadding(bytes[pos])) pos++;
  const isBom =
    pos + 3 <= end && bytes[pos] === 0xef && bytes[pos + 1] === 0xbb && bytes[pos + 2] === 0xbf;
  return isBom ? skipBlanks(bytes, pos + 3, end) : pos;
}

function isPadding(byte: number | undefined): boolean {
  return isBlank(byte) || byte === 0 || byte === CARRIAGE_RETURN || byte === NEWLINE;
}
