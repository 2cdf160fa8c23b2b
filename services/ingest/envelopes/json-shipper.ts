import { isAddress } from "../../../lib/domain/address.ts";
import { child, firstText, isObject, own } from "./json-value.ts";
import type { JsonObject } from "./json-value.ts";
import type { ShipperRecord } from "./shipper-record.ts";

/** Keys of the common shippers, best first (shippers.md sections 1 to 9). */
export const TEXT_KEYS = ["message", "msg", "MESSAGE", "Message", "log", "short_message", "text"];
const PROGRAM_KEYS = [
  "syslog-tag",
  "syslogtag",
  "ident",
  "programname",
  "program",
  "PROGRAM",
  "appname",
  "SourceName",
  "SYSLOG_IDENTIFIER",
];
const PID_KEYS = ["pid", "procid", "PID"];
const HOST_KEYS = ["hostname", "host", "HOST", "Hostname", "fromhost", "_HOSTNAME"];
const PEER_KEYS = ["source_ip", "MessageSourceAddress", "fromhost-ip"];
const EVENT_TIME_KEYS = [
  "timereported",
  "ISODATE",
  "DATE",
  "EventTime",
  "_SOURCE_REALTIME_TIMESTAMP",
];
const SHIPPER_TIME_KEYS = [
  "@timestamp",
  "timestamp",
  "ts",
  "time",
  "date",
  "timegenerated",
  "__REALTIME_TIMESTAMP",
  "received",
  "EventReceivedTime",
];

/** The record of a JSON object; null where it carries no text. */
export function shipperRecord(object: JsonObject): ShipperRecord | null {
  if (isMetric(object)) return metricRecord(object);
  const text = firstText(object, TEXT_KEYS) ?? bodyText(object);
  if (text === null) return null;
  const source = firstText(object, ["source"]);
  const sourceIsPeer = source !== null && isAddress(source);
  return {
    text,
    program: firstText(object, PROGRAM_KEYS) ?? nestedProgram(object) ?? programOf(source),
    pid: firstText(object, PID_KEYS),
    host: firstText(object, HOST_KEYS),
    peer: firstText(object, PEER_KEYS) ?? (sourceIsPeer ? source : null),
    collector: firstText(child(object, "host"), ["name"]),
    eventTime: eventTimeOf(object),
    headTime: headTimeOf(object),
    shipperTime: firstValue(object, SHIPPER_TIME_KEYS),
    uptimeSeconds: uptimeOf(object),
  };
}

/** Telegraf's JSON of one metric: `{"name", "tags", "fields", "timestamp"}`. */
function isMetric(object: JsonObject): boolean {
  return isObject(own(object, "fields")) && typeof own(object, "name") === "string";
}

export function metricRecord(object: JsonObject): ShipperRecord | null {
  const fields = child(object, "fields");
  const tags = child(object, "tags");
  const text = firstText(fields, ["message"]);
  if (text === null) return null;
  return {
    text,
    program: firstText(tags, ["appname"]),
    pid: firstText(fields, ["procid"]),
    host: firstText(tags, ["hostname"]),
    peer: firstText(tags, ["source"]),
    collector: firstText(tags, ["host"]),
    eventTime: own(fields, "timestamp"),
    headTime: undefined,
    shipperTime: own(object, "timestamp"),
    uptimeSeconds: Number.NaN,
  };
}

function bodyText(object: JsonObject): string | null {
  const body = own(object, "body");
  if (typeof body === "string") return body;
  return isObject(body)
    ? firstText(body, ["stringValue"])
    : firstText(child(object, "fields"), ["message"]);
}

function nestedProgram(object: JsonObject): string | null {
  const process = child(object, "process");
  return firstText(process, ["program", "name"]);
}

/** rsyslog's list template may call the program `source`; a path or an address is none. */
function programOf(source: string | null): string | null {
  return source === null || source.includes("/") || isAddress(source) ? null : source;
}

/** Vector's `timestamp` is the event's, except for files, where it is when they were read. */
function eventTimeOf(object: JsonObject): unknown {
  const value = firstValue(object, EVENT_TIME_KEYS);
  if (value !== undefined) return value;
  const sourceType = firstText(object, ["source_type"]);
  return sourceType !== null && sourceType !== "file" ? own(object, "timestamp") : undefined;
}

/** Fluent Bit keeps the head's time as text beside its own reading of it. */
function headTimeOf(object: JsonObject): unknown {
  const time = own(object, "time");
  return typeof time === "string" && own(object, "@timestamp") !== undefined ? time : undefined;
}

function firstValue(object: JsonObject, keys: readonly string[]): unknown {
  for (const key of keys) {
    const value = own(object, key);
    if (typeof value === "number" || typeof value === "bigint") return value;
    if (typeof value === "string" && value !== "") return value;
  }
  return undefined;
}

/** /dev/kmsg's seconds and microseconds, or the journal's monotonic microseconds. */
function uptimeOf(object: JsonObject): number {
  const seconds = own(object, "sec");
  const micros = own(object, "usec");
  if (typeof seconds === "number" && typeof micros === "number") {
    return (seconds * 1_000_000 + micros) / 1_000_000;
  }
  const monotonic = firstText(object, ["_SOURCE_MONOTONIC_TIMESTAMP"]);
  return monotonic === null ? Number.NaN : Number(monotonic) / 1_000_000;
}
