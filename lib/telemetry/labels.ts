/**
 * Closed sets that stand in labels and belong to a service: lib imports none, so they are repeated
 * here, and test/lib/telemetry/labels.test.ts holds them equal, in their order.
 */
export const DROP_REASONS = ["not_ours", "empty", "incomplete", "overflow"] as const;

export const REJECT_REASONS = [
  "number_out_of_range",
  "malformed",
  "line_too_long",
  "torn",
  "bad_json",
  "bad_time",
  "bad_sample",
  "unsupported_encoding",
  "foreign_host",
  "too_late",
  "too_many_events",
  "bad_record",
  "bad_protobuf",
  "unexpected_format",
  "unreadable_batch",
] as const;

export const PROTOCOLS = ["udp", "tcp", "tls", "http", "https"] as const;
export type Protocol = (typeof PROTOCOLS)[number];

/** What requests to an inlet are answered with; any other counts as the last. */
export const STATUSES = [
  "200",
  "400",
  "401",
  "403",
  "404",
  "405",
  "413",
  "415",
  "503",
  "500",
] as const;
export type Status = (typeof STATUSES)[number];

/** Why a peer was not let in. */
export const REFUSALS = ["per_peer_limit", "total_limit", "certificate", "handshake"] as const;
export type Refusal = (typeof REFUSALS)[number];

/** How a connection that had been let in ended. */
export const CLOSINGS = [
  "peer",
  "idle",
  "frame_unfinished",
  "frame_too_long",
  "bad_frame",
  "error",
  "stop",
] as const;
export type Closing = (typeof CLOSINGS)[number];

/** How a scrape ended: services/ingest/listen/scrape-client.ts, and what became of its answer. */
export const SCRAPE_ENDS = [
  "taken",
  "unreachable",
  "deadline",
  "redirect",
  "status",
  "too_large",
  "bad_sample",
  "busy",
] as const;
export type ScrapeEnd = (typeof SCRAPE_ENDS)[number];

export const ROTATIONS = ["rename", "copytruncate"] as const;
export type Rotation = (typeof ROTATIONS)[number];

/** The stages that read the log, in the order of the way of a line; `input`: topics of others. */
export const STAGES = [
  "ship",
  "input",
  "ingest",
  "controls",
  "host",
  "scope",
  "notify",
  "history",
] as const;
export type Stage = (typeof STAGES)[number];

/** The stages that hold state and a log time. */
export const FOLDS = ["host", "scope"] as const;
export type Fold = (typeof FOLDS)[number];

/** Between which two stations a canary got lost, or work did not move. */
export const HOPS = ["input", "ingest", "host", "scope", "notify"] as const;
export type Hop = (typeof HOPS)[number];

/** Why an observation changed nothing, or not all it could. */
export const FOLD_LOSSES = ["beyond_retain", "late_sample", "pool_full", "host_limit"] as const;
export type FoldLoss = (typeof FOLD_LOSSES)[number];

/** Why a snapshot could not be used or written. */
export const SNAPSHOT_FAULTS = ["torn", "other_version", "too_old", "write_failed"] as const;
export type SnapshotFault = (typeof SNAPSHOT_FAULTS)[number];

/** Why a revision was not sent to a sink: SKIP_REASONS of services/notify/core/decision.ts. */
export const SKIP_REASONS = [
  "no_route",
  "silenced",
  "maintenance",
  "acknowledged",
  "not_confirmed",
  "already_sent",
  "superseded",
  "never_told",
  "too_old",
  "undecodable",
] as const;
export type SkipReason = (typeof SKIP_REASONS)[number];

/** Why a revision did not get to a sink: services/notify/core/answer.ts. */
export const DELIVERY_FAULTS = [
  "unreachable",
  "deadline",
  "tls",
  "protocol",
  "forbidden_address",
  "disk_full",
  "io",
  "rate_limited",
  "server_error",
  "redirect",
  "refused",
  "gone",
  "expired",
] as const;
export type DeliveryFault = (typeof DELIVERY_FAULTS)[number];

/** Why a host's numbers were not sent: services/ship/core/host-counters.ts. */
export const SAMPLE_FAULTS = [
  "cut_short",
  "not_a_number",
  "unknown_shape",
  "too_many_names",
] as const;
export type SampleFault = (typeof SAMPLE_FAULTS)[number];
