import { TEXT_KEYS } from "./json-shipper.ts";
import { child, firstText, isObject, own } from "./json-value.ts";
import type { JsonObject } from "./json-value.ts";

/** What an event of Splunk's HTTP Event Collector wraps. */
export interface HecEvent {
  /** Text, or the shipper's own object. */
  readonly event: unknown;
  /** Flat; OpenTelemetry's collector puts the attributes of a record here. */
  readonly fields: JsonObject;
  /** The sender's word for whose the event is. */
  readonly host: string | null;
  /** Seconds since 1970 as number or text; finer units are told by their size. */
  readonly time: unknown;
}

/**
 * The event of `{"time", "host", "source", "sourcetype", "index", "event", "fields"}`; null for any
 * other object, also for those of shippers that describe their message in a field `event`. `source`
 * is any word of the sender and names no program.
 */
export function hecEvent(object: JsonObject): HecEvent | null {
  const event = own(object, "event");
  if (typeof event !== "string" && !isObject(event)) return null;
  if (firstText(object, TEXT_KEYS) !== null || own(object, "body") !== undefined) return null;
  return {
    event,
    fields: child(object, "fields"),
    host: firstText(object, ["host"]),
    time: own(object, "time"),
  };
}
