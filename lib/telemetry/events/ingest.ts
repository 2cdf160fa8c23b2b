import { DECODE_REASONS, type DecodeReason } from "../../wire/decode-failure.ts";
import { DROP_REASONS, REJECT_REASONS } from "../labels.ts";
import { error, warn, type Log } from "../messages.ts";
import { counter, type Meters } from "../metrics.ts";
import { InletEvents } from "./inlets.ts";

const input = "configured";

export const INGEST_METRICS = {
  linesRead: counter("ingest_lines_read_total", "Lines that came in.", { input }),
  bytesRead: counter("ingest_read_bytes_total", "Bytes that came in.", { input }),
  lines: counter(
    "ingest_lines_total",
    "What became of lines: over all outcomes and reasons equal to ingest_lines_read_total.",
    {
      input,
      outcome: ["pass", "drop", "reject"],
      reason: ["ours", ...DROP_REASONS, ...REJECT_REASONS],
    },
  ),
  unplaced: counter(
    "ingest_unplaced_total",
    "Lines that passed, but nothing says which host, or when.",
    { input, missing: ["host", "time"] },
  ),
  excessBytes: counter(
    "ingest_excess_bytes_total",
    "Bytes beyond the longest line, which were not looked at.",
    { input },
  ),
  timesReplaced: counter(
    "ingest_times_replaced_total",
    "Event times too far from the arrival; the arrival stands for them.",
    { input },
  ),
  stampsReplaced: counter(
    "ingest_stamps_replaced_total",
    "Records of topics of others whose stamp is none or lies ahead; our clock stands for it.",
    { input },
  ),
  sourceRetries: counter(
    "ingest_source_retries_total",
    "How often reading the topics of an input was begun again.",
    { input },
  ),
  recordsRejected: counter("ingest_records_rejected_total", "Records that could not be decoded.", {
    input,
    reason: DECODE_REASONS,
  }),
  retries: counter("ingest_append_retries_total", "Appends that were tried again.", { input }),
  recordsLost: counter(
    "ingest_lost_records_total",
    "Records that retention deleted before they were read.",
    { topic: "configured" },
  ),
  observations: counter("ingest_observations_total", "Observations published.", { input }),
  pauses: counter(
    "ingest_pauses_total",
    "How often an input waited because the log behind it was slower.",
    { input },
  ),
} as const;

export const INGEST_MESSAGES = {
  recordRejected: warn(
    "record rejected",
    "A record of a topic is in none of our forms; it is kept in `rejected` with this reason.",
  ),
  recordsLost: error(
    "retention deleted lines before ingest read them",
    "Ingest was too slow or too long away. Raise the topic's retention.",
  ),
  sourceRetried: warn(
    "topics of an input cannot be read, trying again",
    "The cluster does not answer, or a topic is not there yet; reading goes on where it stood.",
  ),
  appendRetried: warn(
    "input cannot append, trying again",
    "Nothing that was acknowledged is lost: the input waits. The error says what is wrong.",
  ),
  paused: warn(
    "input waits for the log",
    "The log takes less than comes in; senders that can wait are made to wait.",
  ),
} as const;

/**
 * What OutcomeCounts of services/ingest/core says of one batch; lists in the order of the labels.
 */
export interface LineOutcomes {
  readonly pass: number;
  readonly drops: readonly number[];
  readonly rejects: readonly number[];
  readonly withoutHost: number;
  readonly withoutTime: number;
  readonly excessBytes: number;
}

/**
 * What becomes of what came in (services/ingest/events.ts); told per batch, never per line. One
 * object tells of both, for an inlet and what is behind it are one input.
 */
export class IngestEvents extends InletEvents {
  readonly #meters: Meters;
  readonly #log: Log;

  constructor(meters: Meters, log: Log) {
    super(meters, log);
    this.#meters = meters;
    this.#log = log;
  }

  linesRead(input: string, lines: number, bytes: number): void {
    this.#meters.add(INGEST_METRICS.linesRead, lines, { input });
    this.#meters.add(INGEST_METRICS.bytesRead, bytes, { input });
  }

  /** The outcome of every line, once: after its work is published, so a retry counts nothing. */
  linesDone(input: string, counts: LineOutcomes): void {
    const { lines, unplaced, excessBytes } = INGEST_METRICS;
    const meters = this.#meters;
    if (counts.pass > 0) {
      meters.add(lines, counts.pass, { input, outcome: "pass", reason: "ours" });
    }
    DROP_REASONS.forEach((reason, index) => {
      const count = counts.drops[index] ?? 0;
      if (count > 0) meters.add(lines, count, { input, outcome: "drop", reason });
    });
    REJECT_REASONS.forEach((reason, index) => {
      const count = counts.rejects[index] ?? 0;
      if (count > 0) meters.add(lines, count, { input, outcome: "reject", reason });
    });
    if (counts.withoutHost > 0)
      meters.add(unplaced, counts.withoutHost, { input, missing: "host" });
    if (counts.withoutTime > 0)
      meters.add(unplaced, counts.withoutTime, { input, missing: "time" });
    if (counts.excessBytes > 0) meters.add(excessBytes, counts.excessBytes, { input });
  }

  timesReplaced(input: string, count: number): void {
    this.#meters.add(INGEST_METRICS.timesReplaced, count, { input });
  }

  stampsReplaced(input: string, records: number): void {
    this.#meters.add(INGEST_METRICS.stampsReplaced, records, { input });
  }

  sourceRetried(input: string, cause: unknown, attempt: number): void {
    this.#meters.add(INGEST_METRICS.sourceRetries, 1, { input });
    this.#log.write(INGEST_MESSAGES.sourceRetried, { input, attempt, error: cause });
  }

  recordRejected(input: string, reason: DecodeReason, at: string): void {
    this.#meters.add(INGEST_METRICS.recordsRejected, 1, { input, reason });
    this.#log.write(INGEST_MESSAGES.recordRejected, { input, reason, at });
  }

  observationsPublished(input: string, observations: number): void {
    this.#meters.add(INGEST_METRICS.observations, observations, { input });
  }

  /** Once each time an input begins to wait. */
  inputPaused(input: string): void {
    this.#meters.add(INGEST_METRICS.pauses, 1, { input });
    this.#log.write(INGEST_MESSAGES.paused, { input });
  }

  recordsLost(topic: string, partition: number, records: number): void {
    this.#meters.add(INGEST_METRICS.recordsLost, records, { topic });
    this.#log.write(INGEST_MESSAGES.recordsLost, { topic, partition, records });
  }

  appendRetried(input: string, cause: unknown, attempt: number): void {
    this.#meters.add(INGEST_METRICS.retries, 1, { input });
    this.#log.write(INGEST_MESSAGES.appendRetried, { input, attempt, error: cause });
  }
}
