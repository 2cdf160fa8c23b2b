import protobuf from "protobufjs/light.js";
import type { JsonObject } from "./envelopes/json-value.ts";

/** Bytes that are no ExportLogsServiceRequest. */
export const BAD_PROTOBUF = Symbol("bad protobuf");

const text = (id: number) => ({ type: "string", id });
const several = (type: string, id: number) => ({ rule: "repeated", type, id });
const one = (type: string, id: number) => ({ type, id });

/**
 * What is read of OTLP's logs (opentelemetry-proto, collector/logs/v1 and logs/v1). Fields that are
 * not here are passed over without being unpacked, so values cannot nest: an AnyValue of ours holds
 * no list and no map.
 */
const nested = {
  Request: { fields: { resourceLogs: several("ResourceLogs", 1) } },
  ResourceLogs: {
    fields: { resource: one("Resource", 1), scopeLogs: several("ScopeLogs", 2) },
  },
  Resource: { fields: { attributes: several("KeyValue", 1) } },
  ScopeLogs: { fields: { logRecords: several("LogRecord", 2) } },
  LogRecord: {
    fields: {
      timeUnixNano: one("fixed64", 1),
      body: one("AnyValue", 5),
      attributes: several("KeyValue", 6),
      observedTimeUnixNano: one("fixed64", 11),
    },
  },
  KeyValue: { fields: { key: text(1), value: one("AnyValue", 2) } },
  // Bytes are text to us; they have the same form on the wire.
  AnyValue: { fields: { stringValue: text(1), bytesText: text(7) } },
};

const request = protobuf.Root.fromJSON({ nested }).lookupType("Request");

/** A binary batch as OTLP's JSON would have it: 64-bit numbers are digits. Never throws. */
export function otlpBatch(bytes: Uint8Array): JsonObject | typeof BAD_PROTOBUF {
  try {
    const message = request.decode(bytes);
    return request.toObject(message, { longs: String, arrays: true });
  } catch {
    return BAD_PROTOBUF;
  }
}
