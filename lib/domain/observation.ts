import type { Canary } from "./canary.ts";
import type { HostReadings } from "./host-readings.ts";

/** Kinds of contracts.md section 3, in that order; the index is the wire value, never reorder. */
export const KINDS = [
  "limit",
  "listen_overflow",
  "syn_flood",
  "conntrack_full",
  "pf_limit",
  "mbuf_limit",
  "connect_attempt",
  "drop_open_request",
  "tcp_segment",
  "callbacks_suppressed",
  "repeat",
  "sample",
] as const;
export type Kind = (typeof KINDS)[number];

/** Where an event time came from; the index is the wire value, never reorder. */
export const TIME_SOURCES = ["line", "shipper", "arrival", "none"] as const;
export type TimeSource = (typeof TIME_SOURCES)[number];

/**
 * How far the origin of a line is proven, least first; the index is the wire value, never reorder.
 * unverified: a datagram, whose sender anyone can forge. connected: a peer that completed a
 * handshake, or a topic. authenticated: a client certificate or a principal bound to the host.
 */
export const TRUSTS = ["unverified", "connected", "authenticated"] as const;
export type Trust = (typeof TRUSTS)[number];

export interface HostIdentity {
  /** Empty by default; set by the input. */
  readonly realm: string;
  /** Lower case, no trailing dot, domains stripped. */
  readonly name: string;
}

/** Everything of `source` that arrived up to `arrivalMs` has been published. */
export interface Tick {
  /** One input partition or listener. */
  readonly source: string;
  readonly arrivalMs: number;
}

/**
 * Facts of many hosts, by columns: every ArrayLike but the dictionaries and the kept texts has one
 * entry per observation. A number that this version does not know reads as -1.
 */
export interface ObservationBatch {
  /** Dictionary that `host` points into. */
  readonly hosts: readonly HostIdentity[];
  readonly host: ArrayLike<number>;
  /** Event time, whole milliseconds since 1970 UTC. */
  readonly timeMs: ArrayLike<number>;
  /** Index into KINDS. */
  readonly kind: ArrayLike<number>;
  /** Index into lib/domain/gauge.ts GAUGES; -1 where the kind is no gauge. */
  readonly gauge: ArrayLike<number>;
  readonly offered: ArrayLike<number>;
  readonly allowed: ArrayLike<number>;
  readonly suppressed: ArrayLike<number>;
  readonly count: ArrayLike<number>;
  /** Index into TIME_SOURCES. */
  readonly timeSource: ArrayLike<number>;
  /** Index into TRUSTS. */
  readonly trust: ArrayLike<number>;
  /** Arrival minus event time; below 0 when the host's clock is ahead, 0 without an arrival. */
  readonly arrivalLateMs: ArrayLike<number>;
  /** Dictionary that `origin` points into: `topic/partition@offset` or `file`. */
  readonly origins: readonly string[];
  readonly origin: ArrayLike<number>;
  /** Line within its origin. */
  readonly line: ArrayLike<number>;
  /** Kernel texts that were kept, and which observation each belongs to (ascending). */
  readonly texts: readonly string[];
  readonly textOf: ArrayLike<number>;
  readonly ticks: readonly Tick[];
  /** On their way to the other end; no rows of anyone. */
  readonly canaries: readonly Canary[];
  /** What the rows of kind `sample` counted; absent where there is none. */
  readonly readings?: HostReadings;
}

/** `topic/partition@offset#line` or `file#line`. */
export function positionOf(batch: ObservationBatch, index: number): string {
  return `${batch.origins[batch.origin[index] ?? -1] ?? ""}#${batch.line[index] ?? 0}`;
}
