import {
  CLOSINGS,
  PROTOCOLS,
  REFUSALS,
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

export const INLET_METRICS = {
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
} as const;

export const INLET_MESSAGES = {
  started: info("input started", "It reads from the position or address beside it."),
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
  ended: info("input ended", "Standard input was read to its end."),
} as const;

/** What happens where lines come in: sockets, requests, scrapes and files. */
export class InletEvents {
  readonly #meters: Meters;
  readonly #log: Log;

  constructor(meters: Meters, log: Log) {
    this.#meters = meters;
    this.#log = log;
  }

  /** `where` is an address, a path with its position, or a topic. */
  inputStarted(input: string, where: string): void {
    this.#log.write(INLET_MESSAGES.started, { input, where });
  }

  datagramsRead(input: string, datagrams: number): void {
    this.#meters.add(INLET_METRICS.datagrams, datagrams, { input });
  }

  /** The growth of the kernel's counter since it was last looked at. */
  datagramsLost(input: string, datagrams: number): void {
    if (datagrams === 0) return;
    this.#meters.add(INLET_METRICS.datagramsLost, datagrams, { input });
    this.#log.write(INLET_MESSAGES.datagramsLost, { input, datagrams });
  }

  connectionOpened(input: string, protocol: Protocol, open: number): void {
    this.#meters.add(INLET_METRICS.connections, 1, { input, protocol });
    this.#meters.set(INLET_METRICS.connectionsOpen, open, { input });
  }

  connectionRefused(input: string, reason: Refusal, peer: string): void {
    this.#meters.add(INLET_METRICS.connectionsRefused, 1, { input, reason });
    this.#log.write(INLET_MESSAGES.connectionRefused, { input, reason, peer });
  }

  /** `open` is how many are left. */
  connectionClosed(input: string, reason: Closing, peer: string, open: number): void {
    this.#meters.add(INLET_METRICS.connectionsClosed, 1, { input, reason });
    this.#meters.set(INLET_METRICS.connectionsOpen, open, { input });
    if (reason === "peer" || reason === "stop") return;
    this.#log.write(INLET_MESSAGES.connectionClosed, { input, reason, peer });
  }

  /** `code` is the collector's own beside the status of HTTP. */
  requestAnswered(input: string, status: number, code: number, peer: string): void {
    const known = STATUSES.find((each) => each === String(status)) ?? "500";
    this.#meters.add(INLET_METRICS.requests, 1, { input, status: known });
    if (status === 200) return;
    this.#log.write(INLET_MESSAGES.requestRefused, { input, status, code, peer });
  }

  /** `isNews`: it did not end so the last time. */
  scraped(input: string, end: ScrapeEnd, target: string, isNews: boolean): void {
    this.#meters.add(INLET_METRICS.scrapes, 1, { input, end });
    if (end === "taken" || !isNews) return;
    this.#log.write(INLET_MESSAGES.targetFailed, { input, reason: end, target });
  }

  targetsRead(input: string, targets: number): void {
    this.#meters.set(INLET_METRICS.targets, targets, { input });
  }

  targetsUnread(input: string, path: string, cause: unknown): void {
    this.#log.write(INLET_MESSAGES.targetsUnread, { input, path, error: cause });
  }

  hostForeign(input: string, lines: number, peer: string): void {
    this.#meters.add(INLET_METRICS.hostsForeign, lines, { input });
    this.#log.write(INLET_MESSAGES.hostForeign, { input, lines, peer });
  }

  fileRotated(input: string, how: Rotation, path: string): void {
    this.#meters.add(INLET_METRICS.filesRotated, 1, { input, how });
    this.#log.write(INLET_MESSAGES.fileRotated, { input, how, path });
  }

  fileUnreadable(input: string, path: string, error: unknown): void {
    this.#log.write(INLET_MESSAGES.fileUnreadable, { input, path, error });
  }

  /** What stood behind `offset` of the remembered file is in none that is there now. */
  fileLost(input: string, path: string, offset: number): void {
    this.#meters.add(INLET_METRICS.filesLost, 1, { input });
    this.#log.write(INLET_MESSAGES.fileLost, { input, path, offset });
  }

  inputEnded(input: string): void {
    this.#log.write(INLET_MESSAGES.ended, { input });
  }
}
