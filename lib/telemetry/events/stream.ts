import type { KafkaEntry } from "../../stream/kafka-client.ts";
import type { Position, RecordsEvent } from "../../stream/stream.ts";
import { isStreamError } from "../../stream/stream-error.ts";
import { STAGES, type Stage } from "../labels.ts";
import { debug, error, info, warn, type Log } from "../messages.ts";
import { counter, gauge, type Meters } from "../metrics.ts";

/** Of STREAM_ERRORS those that are retriable. */
const RETRIED = ["log_busy", "append_unknown", "broker_unreachable", "disk_full"] as const;

export const STREAM_METRICS = {
  appended: counter("log_appended_records_total", "Records appended to the log.", {
    topic: "configured",
  }),
  appendedBytes: counter("log_appended_bytes_total", "Bytes of values appended to the log.", {
    topic: "configured",
  }),
  batches: counter("log_batches_total", "Batches read, worked off and committed.", {
    stage: STAGES,
  }),
  records: counter("log_records_total", "Records in those batches.", { stage: STAGES }),
  retries: counter("log_retries_total", "Appends that are tried again, by the error's code.", {
    stage: STAGES,
    code: [...RETRIED, "other"],
  }),
  fenced: counter("log_fenced_total", "Work given up because another process has the partition.", {
    stage: STAGES,
  }),
  lost: counter(
    "log_lost_records_total",
    "Records that retention deleted before this stage had read them.",
    { stage: STAGES },
  ),
  unreadable: counter("log_unreadable_records_total", "Records that nobody can read.", {
    stage: STAGES,
  }),
  lag: gauge("log_lag_records", "Records that wait for this stage, over its partitions.", {
    stage: STAGES,
  }),
  held: gauge("log_partitions", "Partitions that this process holds.", { stage: STAGES }),
} as const;

export const STREAM_MESSAGES = {
  retrying: warn(
    "writing to the log failed, trying again",
    "Nothing is lost: the work waits. The error says what is wrong (disk_full: free some space).",
  ),
  fenced: info(
    "partition went to another process",
    "Normal when processes come and go; the new holder repeats the last piece of work.",
  ),
  lost: error(
    "retention deleted records before they were read",
    "This stage was too slow or too long away. Raise the topic's retention; what is missing is " +
      "counted and named.",
  ),
  batchUnreadable: error(
    "record batch cannot be unpacked and is passed over",
    "Nobody can read these offsets: `why` says what it is packed with, or how it is damaged. " +
      "They stay in the log; let their producer pack otherwise (gzip, lz4, snappy, zstd or none).",
  ),
  unreadable: error(
    "record of the pipeline cannot be read and is passed over",
    "It stays in the log. Was it written by a newer version, or by something else?",
  ),
  clientTrouble: warn(
    "kafka client trouble",
    "What the Kafka client complains of; it tries again by itself. What it cannot mend ends the " +
      "process, with the reason.",
  ),
  clientTold: debug("kafka client", "What the Kafka client says: rebalances, connections."),
  assigned: info("partitions assigned", "This process works on them from here on."),
  revoked: info("partitions revoked", "Another process takes them over."),
} as const;

/** What happens at the log, as seen by a stage that reads it. */
export class StreamEvents {
  readonly #meters: Meters;
  readonly #log: Log;
  /** Of each loop of a stage: they share its gauges. */
  readonly #lags = new Map<Stage, Map<string, number>>();
  readonly #held = new Map<Stage, Map<string, number>>();

  constructor(meters: Meters, log: Log) {
    this.#meters = meters;
    this.#log = log;
  }

  recordsAppended(topic: string, records: number, bytes: number): void {
    this.#meters.add(STREAM_METRICS.appended, records, { topic });
    this.#meters.add(STREAM_METRICS.appendedBytes, bytes, { topic });
  }

  batchFolded(stage: Stage, batch: Pick<RecordsEvent, "records">): void {
    this.#meters.add(STREAM_METRICS.batches, 1, { stage });
    this.#meters.add(STREAM_METRICS.records, batch.records.length, { stage });
  }

  appendRetried(stage: Stage, cause: unknown, attempt: number): void {
    const code = RETRIED.find((code) => isStreamError(cause, code)) ?? "other";
    this.#meters.add(STREAM_METRICS.retries, 1, { stage, code });
    this.#log.write(STREAM_MESSAGES.retrying, { stage, attempt, error: cause });
  }

  fenced(stage: Stage, cause: unknown): void {
    this.#meters.add(STREAM_METRICS.fenced, 1, { stage });
    this.#log.write(STREAM_MESSAGES.fenced, { stage, error: cause });
  }

  /** Offsets [fromOffset, toOffset) of one partition. */
  recordsLost(
    stage: Stage,
    gap: { topic: string; partition: number; fromOffset: number; toOffset: number },
  ): void {
    const { topic, partition, fromOffset, toOffset } = gap;
    this.#meters.add(STREAM_METRICS.lost, toOffset - fromOffset, { stage });
    this.#log.write(STREAM_MESSAGES.lost, { stage, topic, partition, fromOffset, toOffset });
  }

  /** Offsets [fromOffset, toOffset) of one partition are a batch that nobody can unpack. */
  batchUnreadable(
    stage: Stage,
    batch: { topic: string; partition: number; fromOffset: number; toOffset: number },
    why: string,
  ): void {
    const { topic, partition, fromOffset, toOffset } = batch;
    this.#meters.add(STREAM_METRICS.unreadable, toOffset - fromOffset, { stage });
    const extent = { topic, partition, fromOffset, toOffset };
    this.#log.write(STREAM_MESSAGES.batchUnreadable, { stage, ...extent, why });
  }

  unreadable(stage: Stage, at: Position, reason: string): void {
    this.#meters.add(STREAM_METRICS.unreadable, 1, { stage });
    this.#log.write(STREAM_MESSAGES.unreadable, { stage, ...at, reason });
  }

  /** `places` are `topic/partition`; `held` is how many loop `of` of the stage has now. */
  partitionsAssigned(stage: Stage, places: readonly string[], held: number, of = ""): void {
    this.#meters.set(STREAM_METRICS.held, sumWith(this.#held, stage, of, held), { stage });
    this.#log.write(STREAM_MESSAGES.assigned, { stage, partitions: places.join(" ") });
  }

  partitionsRevoked(stage: Stage, places: readonly string[], held: number, of = ""): void {
    this.#meters.set(STREAM_METRICS.held, sumWith(this.#held, stage, of, held), { stage });
    this.#log.write(STREAM_MESSAGES.revoked, { stage, partitions: places.join(" ") });
  }

  /** What the Kafka client logs. */
  clientTold({ severity, says, fields }: KafkaEntry): void {
    const { clientTrouble, clientTold } = STREAM_MESSAGES;
    this.#log.write(severity === "trouble" ? clientTrouble : clientTold, { says, ...fields });
  }

  lag(stage: Stage, records: number, of = ""): void {
    this.#meters.set(STREAM_METRICS.lag, sumWith(this.#lags, stage, of, records), { stage });
  }
}

function sumWith(
  all: Map<Stage, Map<string, number>>,
  stage: Stage,
  of: string,
  value: number,
): number {
  const values = all.get(stage) ?? new Map<string, number>();
  all.set(stage, values.set(of, value));
  return [...values.values()].reduce((sum, each) => sum + each, 0);
}
