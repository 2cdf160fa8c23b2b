import { SAMPLE_FAULTS, type SampleFault } from "../labels.ts";
import { error, info, warn, type Log } from "../messages.ts";
import { counter, type Meters } from "../metrics.ts";

const source = "configured";
const topic = "configured";

export const SHIP_METRICS = {
  records: counter("ship_sent_records_total", "Records that the destination has.", { topic }),
  lines: counter("ship_sent_lines_total", "Lines or samples in those records.", { topic }),
  samples: counter("ship_samples_total", "Samples of counters that are in the spool.", { source }),
  samplesLost: counter("ship_samples_lost_total", "Samples that the spool did not take.", {
    source,
  }),
  samplesRejected: counter(
    "ship_samples_rejected_total",
    "Samples that were not sent, for what the system gave cannot be believed.",
    { source, reason: SAMPLE_FAULTS },
  ),
  overflowed: counter(
    "ship_spool_lost_records_total",
    "Records that had to make room in the spool before they were sent.",
    { topic },
  ),
  refused: counter(
    "ship_refused_records_total",
    "Records that are too large for the destination, and were left out.",
    { topic },
  ),
  kernelLinesLost: counter(
    "ship_kernel_lost_lines_total",
    "Kernel lines that the kernel itself overwrote before they were read.",
    { source },
  ),
  sourceFailures: counter(
    "ship_source_failures_total",
    "How often a source of kernel lines could not be read.",
    { source },
  ),
  clockCorrections: counter(
    "ship_clock_corrections_total",
    "How often the kernel's clock was set against the wall clock anew.",
    { source },
  ),
  cuts: counter(
    "ship_connections_cut_total",
    "Connections to a syslog server that broke: what it had not read by then may be lost.",
    {},
  ),
} as const;

export const SHIP_MESSAGES = {
  sourceFailed: warn(
    "kernel log cannot be read, trying again",
    "The error says why: often rights (root or CAP_SYSLOG for /dev/kmsg, the group " +
      "systemd-journal for journald).",
  ),
  kernelLinesLost: error(
    "kernel overwrote lines before they were read",
    "Its ring came round. Raise log_buf_len on the kernel's command line, or find what writes " +
      "so much.",
  ),
  clockCorrected: info(
    "kernel clock corrected",
    "Kernel stamps count from the boot and drift; lines from here on have the new offset.",
  ),
  samplesLost: warn(
    "samples were not spooled",
    "Counters only grow, so the next sample says as much; its rate is that of a longer time.",
  ),
  sampleRejected: warn(
    "counters cannot be believed",
    "Half a file, or a form that is not known: nothing of it is sent. Report it if it stays.",
  ),
  countersUnread: warn(
    "counters cannot be read, trying again",
    "The error says why: rights, a network namespace without a process, a command that fails.",
  ),
  postureUnread: warn(
    "settings of the kernel cannot be read",
    "Counters are sent; incidents cannot say what this host's settings hide.",
  ),
  connected: info("connected to the destination", "The spool is sent from its oldest record on."),
  disconnected: warn(
    "connection to the syslog server broke",
    "TCP does not say what the server had read; the last lines may be lost. It is connected anew.",
  ),
  overflowed: error(
    "spool is full, the oldest lines make room",
    "The destination is away for longer than the spool can hold. Raise ship.spool.bytes, or " +
      "bring it back.",
  ),
  spoolTrouble: warn(
    "spool could not be cut back",
    "It is tried again; free space on its disk, or see the kernel's log.",
  ),
  recordRefused: error(
    "record is too large for the destination and is left out",
    "Its topic takes less than `tidegauge topics plan` asks for: raise max.message.bytes.",
  ),
  rejectTold: warn(
    "line rejected",
    "With `--to -` there is nowhere to keep its bytes; they are only counted.",
  ),
} as const;

/** What happens on a host that ships (services/ship/events.ts). */
export class ShipEvents {
  readonly #meters: Meters;
  readonly #log: Log;

  constructor(meters: Meters, log: Log) {
    this.#meters = meters;
    this.#log = log;
  }

  sourceFailed(source: string, cause: unknown): void {
    this.#meters.add(SHIP_METRICS.sourceFailures, 1, { source });
    this.#log.write(SHIP_MESSAGES.sourceFailed, { source, error: cause });
  }

  kernelLinesLost(source: string, lines: number): void {
    this.#meters.add(SHIP_METRICS.kernelLinesLost, lines, { source });
    this.#log.write(SHIP_MESSAGES.kernelLinesLost, { source, lines });
  }

  clockCorrected(source: string, byMs: number): void {
    this.#meters.add(SHIP_METRICS.clockCorrections, 1, { source });
    this.#log.write(SHIP_MESSAGES.clockCorrected, { source, byMs: Math.round(byMs) });
  }

  samplesTaken(source: string, samples: number): void {
    this.#meters.add(SHIP_METRICS.samples, samples, { source });
  }

  samplesLost(source: string, samples: number, cause: unknown): void {
    this.#meters.add(SHIP_METRICS.samplesLost, samples, { source });
    this.#log.write(SHIP_MESSAGES.samplesLost, { source, samples, error: cause });
  }

  sampleRejected(source: string, reason: SampleFault): void {
    this.#meters.add(SHIP_METRICS.samplesRejected, 1, { source, reason });
    this.#log.write(SHIP_MESSAGES.sampleRejected, { source, reason });
  }

  countersUnread(source: string, cause: unknown): void {
    this.#log.write(SHIP_MESSAGES.countersUnread, { source, error: cause });
  }

  postureUnread(source: string, cause: unknown): void {
    this.#log.write(SHIP_MESSAGES.postureUnread, { source, error: cause });
  }

  connected(to: string): void {
    this.#log.write(SHIP_MESSAGES.connected, { to });
  }

  disconnected(to: string): void {
    this.#meters.add(SHIP_METRICS.cuts, 1, {});
    this.#log.write(SHIP_MESSAGES.disconnected, { to });
  }

  sent(topic: string, records: number, lines: number): void {
    this.#meters.add(SHIP_METRICS.records, records, { topic });
    this.#meters.add(SHIP_METRICS.lines, lines, { topic });
  }

  recordRefused(topic: string, bytes: number, cause: unknown): void {
    this.#meters.add(SHIP_METRICS.refused, 1, { topic });
    this.#log.write(SHIP_MESSAGES.recordRefused, { topic, bytes, error: cause });
  }

  spoolOverflowed(topic: string, records: number): void {
    this.#meters.add(SHIP_METRICS.overflowed, records, { topic });
    this.#log.write(SHIP_MESSAGES.overflowed, { topic, records });
  }

  spoolTrouble(cause: unknown): void {
    this.#log.write(SHIP_MESSAGES.spoolTrouble, { error: cause });
  }

  rejectTold(reason: string, at: string): void {
    this.#log.write(SHIP_MESSAGES.rejectTold, { reason, at });
  }
}
