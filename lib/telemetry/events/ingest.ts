import { DECODE_REASONS, type DecodeReason } from "../../wire/decode-failure.ts";
import {
  CLOSINGS,
  DROP_REASONS,
  PROTOCOLS,
  REFUSALS,
  REJECT_REASONS,
  ROTATIONS,
  SCRAPE_ENDS,
  STATUSES,
  type Closing,
  type Protocol,
  type Refusal,
  type Rotation,
  type ScrapeEnd,
} from "../labels.ts";
import { error, info, warn, type Log } from "../messages.ts";
import { counter, gauge, type Meters } from "../metrics.ts";

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
  datagrams: counter("ingest_datagrams_total", "Datagrams received.", { input }),
  datagramsLost: counter(
    "ingest_datagrams_lost_total",
    "Datagrams that the kernel dropped before they could be read, by its own counter.",
    { input },
  ),
  connections: counter("ingest_connections_total", "Connections let in.", {
    input,
    protocol: PROTOCOLS,
  }),
  connectionsRefused: counter("ingest_connections_refused_total", "Connections not let in.", {
    input,
    reason: REFUSALS,
  }),
  connectionsClosed: counter("ingest_connections_closed_total", "Connections that ended, by how.", {
    input,
    reason: CLOSINGS,
  }),
  connectionsOpen: gauge("ingest_connections_open", "Connections that are open.", { input }),
  requests: counter("ingest_requests_total", "Requests to HTTP inlets, by their answer.", {
    input,
    status: STATUSES,
  }),
  scrapes: counter("ingest_scrapes_total", "Scrapes of targets, by how they ended.", {
    input,
    end: SCRAPE_ENDS,
  }),
  targets: gauge("ingest_scrape_targets", "Targets that are scraped.", { input }),
  retries: counter("ingest_append_retries_total", "Appends that were tried again.", { input }),
  recordsLost: counter(
    "ingest_lost_records_total",
    "Records that retention deleted before they were read.",
    { topic: "configured" },
  ),
  filesLost: counter(
    "ingest_files_lost_total",
    "How often the rest of a file was gone before it was read: rotated away or deleted.",
    { input },
  ),
  hostsForeign: counter(
    "ingest_foreign_hosts_total",
    "Lines of hosts for which the sender's certificate does not speak.",
    { input },
  ),
  filesRotated: counter("ingest_files_rotated_total", "Rotations that were followed.", {
    input,
    how: ROTATIONS,
  }),
  observations: counter("ingest_observations_total", "Observations published.", { input }),
  pauses: counter(
    "ingest_pauses_total",
    "How often an input waited because the log behind it was slower.",
    { input },
  ),
} as const;

export const INGEST_MESSAGES = {
  started: info("input started", "It reads from the position or address beside it."),
  recordRejected: warn(
    "record rejected",
    "A record of a topic is in none of our forms; it is kept in `rejected` with this reason.",
  ),
  datagramsLost: warn(
    "kernel dropped datagrams",
    "The socket's buffer was full. Raise net.core.rmem_max (Linux) or kern.ipc.maxsockbuf " +
      "(FreeBSD), or let senders use TCP or TLS, which wait instead.",
  ),
  connectionRefused: warn("connection refused", "The reason says which limit or check it failed."),
  connectionClosed: warn(
    "connection closed for a fault",
    "The sender broke the framing, stood still, or the connection failed.",
  ),
  requestRefused: warn(
    "request refused",
    "The sender's token, form or size is wrong, or the log takes less than comes in (status 503, " +
      "then it sends again). `code` is that of Splunk's HTTP Event Collector.",
  ),
  targetFailed: warn(
    "target cannot be scraped",
    "Told once, until it answers again. It is asked less often meanwhile; others are not held up.",
  ),
  targetsUnread: warn(
    "list of targets cannot be read",
    "The targets that are known stay. Check that the file exists, and its lines that are no " +
      "target.",
  ),
  hostForeign: warn(
    "host name not covered by the certificate",
    "With client certificates a host speaks for its own names only; its lines are rejected.",
  ),
  fileRotated: info("file rotated", "Reading goes on in the new file; the old one was finished."),
  fileUnreadable: warn(
    "file cannot be read",
    "Check that it exists and that this user may read it; it is tried again.",
  ),
  fileLost: error(
    "rest of a file is gone",
    "What stood behind the remembered position is in no file there is now, so it was never read. " +
      "Keep rotated files for longer than tidegauge may be down.",
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
  ended: info("input ended", "Standard input was read to its end."),
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

/** What happens at the inputs (services/ingest/events.ts); told per batch, never per line. */
export class IngestEvents {
  readonly #meters: Meters;
  readonly #log: Log;

  constructor(meters: Meters, log: Log) {
    this.#meters = meters;
    this.#log = log;
  }

  /** `where` is an address, a path with its position, or a topic. */
  inputStarted(input: string, where: string): void {
    this.#log.write(INGEST_MESSAGES.started, { input, where });
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

  datagramsRead(input: string, datagrams: number): void {
    this.#meters.add(INGEST_METRICS.datagrams, datagrams, { input });
  }

  /** The growth of the kernel's counter since it was last looked at. */
  datagramsLost(input: string, datagrams: number): void {
    if (datagrams === 0) return;
    this.#meters.add(INGEST_METRICS.datagramsLost, datagrams, { input });
    this.#log.write(INGEST_MESSAGES.datagramsLost, { input, datagrams });
  }

  connectionOpened(input: string, protocol: Protocol, open: number): void {
    this.#meters.add(INGEST_METRICS.connections, 1, { input, protocol });
    this.#meters.set(INGEST_METRICS.connectionsOpen, open, { input });
  }

  connectionRefused(input: string, reason: Refusal, peer: string): void {
    this.#meters.add(INGEST_METRICS.connectionsRefused, 1, { input, reason });
    this.#log.write(INGEST_MESSAGES.connectionRefused, { input, reason, peer });
  }

  /** `open` is how many are left. */
  connectionClosed(input: string, reason: Closing, peer: string, open: number): void {
    this.#meters.add(INGEST_METRICS.connectionsClosed, 1, { input, reason });
    this.#meters.set(INGEST_METRICS.connectionsOpen, open, { input });
    if (reason === "peer" || reason === "stop") return;
    this.#log.write(INGEST_MESSAGES.connectionClosed, { input, reason, peer });
  }

  /** `code` is the collector's own beside the status of HTTP. */
  requestAnswered(input: string, status: number, code: number, peer: string): void {
    const known = STATUSES.find((each) => each === String(status)) ?? "500";
    this.#meters.add(INGEST_METRICS.requests, 1, { input, status: known });
    if (status === 200) return;
    this.#log.write(INGEST_MESSAGES.requestRefused, { input, status, code, peer });
  }

  /** `isNews`: it did not end so the last time. */
  scraped(input: string, end: ScrapeEnd, target: string, isNews: boolean): void {
    this.#meters.add(INGEST_METRICS.scrapes, 1, { input, end });
    if (end === "taken" || !isNews) return;
    this.#log.write(INGEST_MESSAGES.targetFailed, { input, reason: end, target });
  }

  targetsRead(input: string, targets: number): void {
    this.#meters.set(INGEST_METRICS.targets, targets, { input });
  }

  targetsUnread(input: string, path: string, cause: unknown): void {
    this.#log.write(INGEST_MESSAGES.targetsUnread, { input, path, error: cause });
  }

  hostForeign(input: string, lines: number, peer: string): void {
    this.#meters.add(INGEST_METRICS.hostsForeign, lines, { input });
    this.#log.write(INGEST_MESSAGES.hostForeign, { input, lines, peer });
  }

  fileRotated(input: string, how: Rotation, path: string): void {
    this.#meters.add(INGEST_METRICS.filesRotated, 1, { input, how });
    this.#log.write(INGEST_MESSAGES.fileRotated, { input, how, path });
  }

  fileUnreadable(input: string, path: string, error: unknown): void {
    this.#log.write(INGEST_MESSAGES.fileUnreadable, { input, path, error });
  }

  observationsPublished(input: string, observations: number): void {
    this.#meters.add(INGEST_METRICS.observations, observations, { input });
  }

  /** Once each time an input begins to wait. */
  inputPaused(input: string): void {
    this.#meters.add(INGEST_METRICS.pauses, 1, { input });
    this.#log.write(INGEST_MESSAGES.paused, { input });
  }

  /** What stood behind `offset` of the remembered file is in none that is there now. */
  fileLost(input: string, path: string, offset: number): void {
    this.#meters.add(INGEST_METRICS.filesLost, 1, { input });
    this.#log.write(INGEST_MESSAGES.fileLost, { input, path, offset });
  }

  recordsLost(topic: string, partition: number, records: number): void {
    this.#meters.add(INGEST_METRICS.recordsLost, records, { topic });
    this.#log.write(INGEST_MESSAGES.recordsLost, { topic, partition, records });
  }

  appendRetried(input: string, cause: unknown, attempt: number): void {
    this.#meters.add(INGEST_METRICS.retries, 1, { input });
    this.#log.write(INGEST_MESSAGES.appendRetried, { input, attempt, error: cause });
  }

  inputEnded(input: string): void {
    this.#log.write(INGEST_MESSAGES.ended, { input });
  }
}
