import type { MessageName } from "./schema.ts";

const DAY_MS = 86_400_000;

/**
 * Brokers refuse a record batch above 1,048,588 bytes unless told otherwise; what is left is for
 * the
 * key, the headers and the framing of the batch.
 */
export const RECORD_BYTES_MAX = 1_000_000;

export const TOPIC_PREFIX_DEFAULT = "tidegauge.";

export type TopicName =
  | "lines"
  | "samples"
  | "observations"
  | "tallies"
  | "incidents"
  | "controls"
  | "deliveries"
  | "history"
  | "rejected"
  | "snapshots";

/**
 * `delete` forgets by age; `compact` keeps the latest per key; both may hold, after a time of
 * grace.
 */
export interface TopicCleanup {
  readonly policy: "delete" | "compact" | "compact,delete";
  /** Null keeps without end. */
  readonly retentionMs: number | null;
  /** Nothing younger is compacted away; 0 for a topic that is only deleted by age. */
  readonly compactAfterMs: number;
}

export interface Topic {
  /** Without the prefix. */
  readonly name: TopicName;
  /** What its records may be; a reader takes any other for `unexpected_message`. */
  readonly messages: readonly MessageName[];
  /** How the key is made: a function of record-key.ts, or none. */
  readonly key:
    "host_or_none" | "host" | "scope" | "incident" | "control" | "delivery" | "snapshot" | "none";
  /** When it is created; `observations` must not change within an epoch (detector.md section 3). */
  readonly partitions: number;
  readonly cleanup: TopicCleanup;
  /** Arrival is the stamp of the record itself, so the log gives it and no client can (T-02). */
  readonly timestamps: "LogAppendTime";
  readonly recordBytesMax: number;
}

/** Controls go there once more, so that the scope stage reads one log (docs/decisions/0008). */
const TALLIES = ["tally", "participant", "heartbeat", "outline", "control"] as const;

/** The one table of contracts.md section 1. */
export const TOPICS: Readonly<Record<TopicName, Topic>> = {
  lines: topic("lines", ["line-batch"], "host_or_none", 6, forDays(7)),
  samples: topic("samples", ["sample-batch"], "host", 6, forDays(7)),
  observations: topic("observations", ["observation-batch"], "host", 6, forDays(7)),
  tallies: topic("tallies", TALLIES, "scope", 3, forDays(7)),
  incidents: topic("incidents", ["incident"], "incident", 3, latestAfterDays(7, 400)),
  controls: topic("controls", ["control"], "control", 1, latest()),
  deliveries: topic("deliveries", ["delivery"], "delivery", 3, latestAfterDays(7, null)),
  history: topic("history", ["history-entry"], "incident", 3, forDays(400)),
  rejected: topic("rejected", ["rejected"], "none", 1, forDays(30)),
  snapshots: topic("snapshots", ["snapshot-chunk", "snapshot-manifest"], "snapshot", 1, latest()),
};

/** The name that the log knows a topic by. */
export function topicPath(name: TopicName, prefix = TOPIC_PREFIX_DEFAULT): string {
  return prefix + name;
}

function topic(
  name: TopicName,
  messages: readonly MessageName[],
  key: Topic["key"],
  partitions: number,
  cleanup: TopicCleanup,
): Topic {
  return {
    name,
    messages,
    key,
    partitions,
    cleanup,
    timestamps: "LogAppendTime",
    recordBytesMax: RECORD_BYTES_MAX,
  };
}

function forDays(days: number): TopicCleanup {
  return { policy: "delete", retentionMs: days * DAY_MS, compactAfterMs: 0 };
}

function latest(): TopicCleanup {
  return { policy: "compact", retentionMs: null, compactAfterMs: 0 };
}

function latestAfterDays(days: number, keptDays: number | null): TopicCleanup {
  return {
    policy: keptDays === null ? "compact" : "compact,delete",
    retentionMs: keptDays === null ? null : keptDays * DAY_MS,
    compactAfterMs: days * DAY_MS,
  };
}
