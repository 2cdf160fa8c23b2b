import { hecEvent, type HecEvent } from "./envelopes/json-hec.ts";
import { otlpRecords } from "./envelopes/json-otlp.ts";
import { readSample } from "./envelopes/json-sample.ts";
import type { SampleFault, SampleReading } from "./envelopes/json-sample.ts";
import { metricRecord, shipperRecord } from "./envelopes/json-shipper.ts";
import { BAD_JSON, firstText, isObject, list, own, parseJson } from "./envelopes/json-value.ts";
import type { JsonObject } from "./envelopes/json-value.ts";
import { lineProtocolMetric } from "./envelopes/line-protocol.ts";
import { NO_RECORD } from "./envelopes/shipper-record.ts";
import { isWithinLimits } from "./envelopes/sample-limits.ts";
import type { ShipperRecord } from "./envelopes/shipper-record.ts";
import { shipperTimeMs } from "./envelopes/shipper-time.ts";
import { OPEN_BRACE, OPEN_BRACKET, QUOTE } from "./core/bytes.ts";
import {
  TIME_ARRIVAL,
  TIME_LINE,
  TIME_NONE,
  TIME_SHIPPER,
  isBelievable,
} from "./core/event-time.ts";
import { MAX_EVENTS_PER_LINE, MAX_NESTED_MESSAGES } from "./core/limits.ts";
import { counterMetric, joinHalves, type Metric, metricSample } from "./formats/telegraf.ts";
import type { LineContext } from "./read-line.ts";
import { readRecord } from "./read-record.ts";
import type { Around } from "./read-record.ts";
import { DROP_REASONS, OUTCOME_DROP, OUTCOME_EVENTS, OUTCOME_PASS } from "./core/reading.ts";
import { OUTCOME_REJECT, REJECT_REASONS, Reading } from "./core/reading.ts";
import type { RejectReason } from "./core/reading.ts";

/** What one text inside a line says. The reading is its own; its ranges point into `bytes`. */
export interface LineEvent {
  readonly type: "line";
  /** 1 for the first event of the line. */
  readonly part: number;
  readonly bytes: Uint8Array;
  readonly reading: Reading;
  /** The host as written, by the order of trust of shippers.md section 9. */
  readonly host: string | null;
}

export interface SampleEvent {
  readonly type: "sample";
  readonly part: number;
  readonly sample: SampleReading;
  /** Index into TIME_SOURCES. */
  readonly timeSource: number;
}

export type LineOrSample = LineEvent | SampleEvent;

const NOTHING_AROUND: Around = { host: null, timeMs: Number.NaN, timeSource: TIME_NONE };
const NO_BYTES = new Uint8Array(0);
const DROP_NOT_OURS = DROP_REASONS.indexOf("not_ours");

const decoder = new TextDecoder();

/** One line's events as they are collected, with what all of them share. */
interface Collector {
  readonly context: LineContext;
  readonly around: Around;
  /** The whole line, which a reject keeps: a copy, once, for events may outlive the buffer. */
  readonly keepLine: () => Uint8Array;
  readonly events: LineOrSample[];
}

/**
 * The events of a line that readLine answered with OUTCOME_EVENTS, from its textStart to textEnd:
 * JSON of the project or of any shipper, an OTLP or Telegraf batch, a JSON string, or Influx line
 * protocol. At least one, in order; never throws; O(length).
 */
export function readEvents(
  bytes: Uint8Array,
  start: number,
  end: number,
  context: LineContext,
  around: Around = NOTHING_AROUND,
): readonly LineOrSample[] {
  let kept: Uint8Array | null = null;
  const keepLine = (): Uint8Array => (kept ??= bytes.slice(start, end));
  const collector: Collector = { context, around, keepLine, events: [] };
  collectText(collector, decoder.decode(bytes.subarray(start, end)), bytes[start], 0);
  if (collector.events.length === 0) drop(collector);
  return collector.events;
}

/** The same for what was no text: a batch that a binary format held, kept as `bytes` if need be. */
export function readDecoded(
  value: unknown,
  bytes: Uint8Array,
  context: LineContext,
): readonly LineOrSample[] {
  const collector: Collector = {
    context,
    around: NOTHING_AROUND,
    keepLine: () => bytes,
    events: [],
  };
  collectValue(collector, value, 0);
  if (collector.events.length === 0) drop(collector);
  return collector.events;
}

function collectText(
  collector: Collector,
  text: string,
  first: number | undefined,
  nesting: number,
): void {
  if (first !== OPEN_BRACE && first !== OPEN_BRACKET && first !== QUOTE) {
    const metric = lineProtocolMetric(text);
    if (metric === null) return drop(collector);
    const counted = counterMetric(metric);
    if (counted !== null) return collectMetric(collector, counted);
    const record = metricRecord(metric);
    return record === null ? drop(collector) : collectRecord(collector, record, nesting);
  }
  const value = parseJson(text);
  if (value === BAD_JSON) return reject(collector, "bad_json");
  collectValue(collector, value, nesting);
}

function collectValue(collector: Collector, value: unknown, nesting: number): void {
  if (typeof value === "string") {
    return collectRecord(collector, { ...NO_RECORD, text: value }, nesting);
  }
  if (Array.isArray(value)) return collectAll(collector, value, nesting);
  if (!isObject(value)) return drop(collector);
  const type = own(value, "type");
  if (type === "sample" && own(value, "counters") !== undefined) {
    return collectSample(collector, value);
  }
  if (type === "line" && typeof own(value, "text") === "string") {
    return collectOwnLine(collector, value);
  }
  if (Array.isArray(own(value, "resourceLogs"))) {
    for (const record of otlpRecords(value)) {
      if (record === null) drop(collector);
      else collectRecord(collector, record, nesting);
    }
    return;
  }
  if (Array.isArray(own(value, "metrics"))) {
    return collectAll(collector, list(value, "metrics"), nesting);
  }
  const counted = isObject(own(value, "fields")) ? counterMetric(value) : null;
  if (counted !== null) return collectMetric(collector, counted);
  const hec = hecEvent(value);
  if (hec !== null) return collectHec(collector, hec, nesting);
  const record = shipperRecord(value);
  if (record === null) drop(collector);
  else collectRecord(collector, record, nesting);
}

/** What it wraps, read as if it came alone; its host and time stand for what that does not say. */
function collectHec(collector: Collector, hec: HecEvent, nesting: number): void {
  if (nesting >= MAX_NESTED_MESSAGES) return drop(collector);
  const { context, around } = collector;
  const timeMs = shipperTimeMs(hec.time, context.referenceMs, context.zone);
  const isTimed = !Number.isNaN(timeMs);
  const inner = {
    ...collector,
    around: {
      host: hec.host ?? around.host,
      timeMs: isTimed ? timeMs : around.timeMs,
      timeSource: isTimed ? TIME_SHIPPER : around.timeSource,
    },
  };
  if (typeof hec.event !== "string") return collectValue(inner, hec.event, nesting + 1);
  const record = shipperRecord({ ...hec.fields, message: hec.event });
  if (record === null) drop(inner);
  else collectRecord(inner, record, nesting + 1);
}

function collectAll(collector: Collector, values: readonly unknown[], nesting: number): void {
  for (const value of values) {
    if (Array.isArray(value)) drop(collector);
    else collectValue(collector, value, nesting);
  }
}

function collectRecord(collector: Collector, record: ShipperRecord, nesting: number): void {
  const { bytes, reading, host } = readRecord(record, collector.context, collector.around);
  if (reading.outcome !== OUTCOME_EVENTS) return add(collector, { bytes, reading, host });
  if (nesting >= MAX_NESTED_MESSAGES) return drop(collector);
  const text = decoder.decode(bytes.subarray(reading.textStart, reading.textEnd));
  const { timeMs, timeSource } = reading;
  const inner = { ...collector, around: { host, timeMs, timeSource } };
  collectText(inner, text, bytes[reading.textStart], nesting + 1);
}

/** `{"type":"line","host":"…","time":"…","text":"Limiting …"}` (contracts.md section 3). */
function collectOwnLine(collector: Collector, object: JsonObject): void {
  const { referenceMs, zone } = collector.context;
  const time = own(object, "time") ?? undefined;
  if (time !== undefined && Number.isNaN(shipperTimeMs(time, referenceMs, zone))) {
    return reject(collector, "bad_time");
  }
  const record = {
    ...NO_RECORD,
    text: firstText(object, ["text"]) ?? "",
    host: firstText(object, ["host"]),
    eventTime: time,
  };
  collectRecord(collector, record, MAX_NESTED_MESSAGES);
}

function collectSample(collector: Collector, object: JsonObject): void {
  const { context } = collector;
  placeSample(collector, readSample(object, context.referenceMs, context.zone));
}

/** The plugins of one time come one behind the other, and are one sample. */
function collectMetric(collector: Collector, metric: Metric): void {
  const { context, events } = collector;
  const sample = metricSample(metric, context.referenceMs, context.zone);
  const last = events.at(-1);
  if (typeof sample === "string" || last?.type !== "sample") return placeSample(collector, sample);
  const before = events.length;
  placeSample(collector, sample);
  const placed = events.at(-1);
  if (events.length === before || placed?.type !== "sample") return;
  const joined = joinHalves(last.sample, placed.sample);
  if (joined !== null && isWithinLimits(joined)) {
    events.splice(before - 1, 2, { ...last, sample: joined });
  }
}

function placeSample(collector: Collector, sample: SampleReading | SampleFault): void {
  const { context, around } = collector;
  if (typeof sample === "string") return reject(collector, sample);
  if (!isWithinLimits(sample)) return reject(collector, "bad_sample");
  if (isFull(collector)) return;
  const writtenMs = Number.isNaN(sample.timeMs) ? around.timeMs : sample.timeMs;
  const isOwn = !Number.isNaN(writtenMs) && isBelievable(writtenMs, context.arrivalMs);
  const fallback = context.arrivalMs === null ? TIME_NONE : TIME_ARRIVAL;
  collector.events.push({
    type: "sample",
    part: collector.events.length + 1,
    sample: {
      ...sample,
      host: sample.host ?? around.host,
      timeMs: isOwn ? writtenMs : (context.arrivalMs ?? Number.NaN),
    },
    timeSource: isOwn ? TIME_LINE : fallback,
  });
}

function add(
  collector: Collector,
  event: { bytes: Uint8Array; reading: Reading; host: string | null },
): void {
  if (isFull(collector)) return;
  const isOurs = event.reading.outcome === OUTCOME_PASS;
  collector.events.push({
    type: "line",
    part: collector.events.length + 1,
    ...event,
    host: isOurs ? event.host : null,
  });
}

/** True where no event fits any more; the first that does not is a reject for all the others. */
function isFull({ events, keepLine }: Collector): boolean {
  if (events.length < MAX_EVENTS_PER_LINE) return false;
  if (events.length === MAX_EVENTS_PER_LINE) {
    const part = events.length + 1;
    const reading = rejected("too_many_events");
    events.push({ type: "line", part, bytes: keepLine(), reading, host: null });
  }
  return true;
}

function drop(collector: Collector): void {
  const reading = new Reading();
  reading.outcome = OUTCOME_DROP;
  reading.reason = DROP_NOT_OURS;
  add(collector, { bytes: NO_BYTES, reading, host: null });
}

function reject(collector: Collector, reason: RejectReason): void {
  add(collector, { bytes: collector.keepLine(), reading: rejected(reason), host: null });
}

/** A reading that says why nothing of it is believed. */
export function rejected(reason: RejectReason): Reading {
  const reading = new Reading();
  reading.outcome = OUTCOME_REJECT;
  reading.reason = REJECT_REASONS.indexOf(reason);
  return reading;
}
