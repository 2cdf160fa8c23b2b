import { child, firstText, isObject, list, own } from "./json-value.ts";
import type { JsonObject } from "./json-value.ts";
import { NO_RECORD } from "./shipper-record.ts";
import type { ShipperRecord } from "./shipper-record.ts";

/** `bytesText` is what a binary batch had as bytes (otlp-proto.ts). */
const BODY_KEYS = ["stringValue", "bytesText"];

/** Records of an OTLP JSON batch of logs, in order; null for a record without text. */
export function otlpRecords(batch: JsonObject): readonly (ShipperRecord | null)[] {
  const records: (ShipperRecord | null)[] = [];
  for (const resourceLogs of list(batch, "resourceLogs")) {
    if (!isObject(resourceLogs)) continue;
    const resource = attributesOf(child(resourceLogs, "resource"));
    const scopes = list(resourceLogs, "scopeLogs");
    for (const scope of scopes.length > 0
      ? scopes
      : list(resourceLogs, "instrumentationLibraryLogs"))
      if (isObject(scope))
        for (const record of list(scope, "logRecords")) records.push(logRecord(record, resource));
  }
  return records;
}

/** The body is the whole line and the attribute `message` its text: one event, not two. */
function logRecord(record: unknown, resource: ReadonlyMap<string, string>): ShipperRecord | null {
  if (!isObject(record)) return null;
  const attributes = attributesOf(record);
  const body = own(record, "body");
  const text = typeof body === "string" ? body : isObject(body) ? firstText(body, BODY_KEYS) : null;
  const words = text ?? attributes.get("message") ?? null;
  if (words === null) return null;
  return {
    ...NO_RECORD,
    text: words,
    program: attributes.get("appname") ?? null,
    host: attributes.get("hostname") ?? resource.get("host.name") ?? null,
    peer: attributes.get("net.peer.ip") ?? null,
    eventTime: nonZero(own(record, "timeUnixNano")),
    shipperTime: own(record, "observedTimeUnixNano"),
  };
}

/** OTLP writes 0 for a time that is not known. */
function nonZero(value: unknown): unknown {
  return value === 0 || value === "0" ? undefined : value;
}

function attributesOf(holder: JsonObject): ReadonlyMap<string, string> {
  const attributes = new Map<string, string>();
  for (const attribute of list(holder, "attributes")) {
    if (!isObject(attribute)) continue;
    const key = own(attribute, "key");
    const value = firstText(child(attribute, "value"), ["stringValue"]);
    if (typeof key === "string" && value !== null) attributes.set(key, value);
  }
  return attributes;
}
