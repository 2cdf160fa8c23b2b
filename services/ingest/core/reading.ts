import { Details } from "./details.ts";

/**
 * What one line says, in place: one Reading is reused for every line, so its offsets point into the
 * buffer that was read and nothing in it outlives the next read. Numbers only, so that a line that
 * is ours costs no allocation.
 */
export const OUTCOME_PASS = 0;
export const OUTCOME_DROP = 1;
export const OUTCOME_REJECT = 2;
/** JSON or line protocol, from textStart to textEnd: read-events.ts tells what it says. */
export const OUTCOME_EVENTS = 3;

export { KINDS, TIME_SOURCES, type Kind } from "../../../lib/domain/observation.ts";

export const OPERATING_SYSTEMS = [
  "freebsd",
  "linux",
  "macos",
  "f5",
  "dragonfly",
  "netbsd",
] as const;

/**
 * Why a line went no further: not ours, nothing in it, cut off when its connection broke, or no
 * room for a datagram. Every reason is a metric label: a closed set.
 */
export const DROP_REASONS = ["not_ours", "empty", "incomplete", "overflow"] as const;

/** Why a line that is ours could not be believed; its bytes are kept. */
export const REJECT_REASONS = [
  "number_out_of_range",
  "malformed",
  "line_too_long",
  "torn",
  "bad_json",
  "bad_time",
  "bad_sample",
  "unsupported_encoding",
  /** The sender's certificate does not speak for that host. */
  "foreign_host",
  /** Older than `retain` at its arrival. */
  "too_late",
  /** What one JSON line holds beyond the cap of events, as one reject. */
  "too_many_events",
  /** A record of a topic whose Avro framing cannot be read; `rejected` says why. */
  "bad_record",
  "bad_protobuf",
  /** Another content than the `format` of its input. */
  "unexpected_format",
  /** A batch of records that cannot be unpacked, as one reject. */
  "unreadable_batch",
] as const;
export type RejectReason = (typeof REJECT_REASONS)[number];

export class Reading {
  outcome = OUTCOME_DROP;
  /** Index into DROP_REASONS or REJECT_REASONS, by outcome. */
  reason = 0;
  /** Index into KINDS. */
  kind = 0;
  /** Index into lib/domain/gauge.ts GAUGES; -1 where the kind is no gauge. */
  gauge = -1;
  /** limit: responses wanted in the second before the line; listen_overflow: queue length. */
  offered = 0;
  /** limit: responses allowed. */
  allowed = 0;
  /** max(0, offered - allowed); the wire never sees it negative. */
  suppressed = 0;
  /** repeat, listen_overflow and callbacks_suppressed: how many times; 1 otherwise. */
  count = 1;
  /** Bytes of the host name exactly as written; start is -1 where the line has none. */
  hostStart = -1;
  hostEnd = -1;
  /** Event time in milliseconds since 1970 UTC; NaN where the line has none. */
  timeMs = Number.NaN;
  /** Index into TIME_SOURCES. */
  timeSource = 3;
  /** From `[9615729]` or `[  601.749973]`; NaN where absent. */
  uptimeSeconds = Number.NaN;
  /** Index into OPERATING_SYSTEMS; -1 where nothing says so. */
  os = -1;
  /** The kernel text without its envelope. */
  textStart = 0;
  textEnd = 0;
  /** What kinds other than limit say beyond these numbers; as old as the last such line. */
  readonly details = new Details();

  reset(): void {
    this.outcome = OUTCOME_DROP;
    this.reason = 0;
    this.kind = 0;
    this.gauge = -1;
    this.offered = 0;
    this.allowed = 0;
    this.suppressed = 0;
    this.count = 1;
    this.hostStart = -1;
    this.hostEnd = -1;
    this.timeMs = Number.NaN;
    this.timeSource = 3;
    this.uptimeSeconds = Number.NaN;
    this.os = -1;
    this.textStart = 0;
    this.textEnd = 0;
  }
}
