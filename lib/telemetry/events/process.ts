import type { PartsObserver } from "../../process/parts.ts";
import type { WatchdogObserver } from "../../process/watchdog.ts";
import { error, info, warn, type Log } from "../messages.ts";
import { counter, gauge, type Meters } from "../metrics.ts";

export const PROCESS_METRICS = {
  ready: gauge("ready", "1 while work moves everywhere, else 0: what /readyz says.", {}),
  stuck: gauge("progress_stuck", "1 while this source has work and does not move.", {
    source: "configured",
  }),
  reloads: counter("reloads_total", "Reloads of the configuration (SIGHUP).", {
    result: ["applied", "refused"],
  }),
  unlogged: counter(
    "log_messages_sampled_total",
    "Messages that were counted and not written because they repeated themselves.",
    {},
  ),
  partsUp: gauge("parts_up", "Parts of this process that are started.", {}),
} as const;

export const PROCESS_MESSAGES = {
  partStarted: info("part started", "Parts start in order, each after the one before."),
  partStopped: info("part stopped", "Parts stop in reverse order."),
  partDied: error(
    "part died",
    "The process ends, so that whoever supervises it starts it again from its last commit.",
  ),
  partHung: error(
    "part did not stop in time",
    "The process ends at once. Nothing that was acknowledged is lost; please report it.",
  ),
  stopping: info("stopping", "A signal asked for it; a second one ends the process at once."),
  notReady: warn("not ready", "There is work and it does not move; each source has its reason."),
  ready: info("ready", "Work moves everywhere."),
  unanswered: warn(
    "question about progress not answered",
    "The log did not say how much work there is; it is asked again, and not ready if that lasts.",
  ),
  dead: error(
    "no progress, ending the process",
    "Work stood still for too long. Whoever supervises the process starts it again from its " +
      "last commit.",
  ),
  reloaded: info("configuration reloaded", "The new configuration holds from here on."),
  reloadRefused: error(
    "configuration refused, the last good one stays",
    "Mend what the error names, then send SIGHUP again; `tidegauge check` tells it beforehand.",
  ),
  telemetryFailed: warn(
    "telemetry trouble",
    "What the OpenTelemetry SDK complains of; a collector of traces that is away costs only spans.",
  ),
  metricsFailed: warn("metrics could not be collected", "A scraper got a 500; please report it."),
} as const;

/** What happens to the process and its parts: an observer of parts.ts, watchdog.ts and life.ts. */
export class ProcessEvents implements PartsObserver, WatchdogObserver {
  readonly #meters: Meters;
  readonly #log: Log;

  constructor(meters: Meters, log: Log) {
    this.#meters = meters;
    this.#log = log;
  }

  /** `up` is how many are started now, this one among them. */
  started(part: string, tookMs: number, up: number): void {
    this.#meters.set(PROCESS_METRICS.partsUp, up, {});
    this.#log.write(PROCESS_MESSAGES.partStarted, { part, tookMs });
  }

  stopped(part: string, tookMs: number, up: number): void {
    this.#meters.set(PROCESS_METRICS.partsUp, up, {});
    this.#log.write(PROCESS_MESSAGES.partStopped, { part, tookMs });
  }

  died(part: string, cause: unknown): void {
    this.#log.write(PROCESS_MESSAGES.partDied, { part, error: cause });
  }

  hung(part: string): void {
    this.#log.write(PROCESS_MESSAGES.partHung, { part });
  }

  stopping(signal: string): void {
    this.#log.write(PROCESS_MESSAGES.stopping, { signal });
  }

  /** Told when it changes; `reasons` is empty when ready. */
  readiness(isReady: boolean, reasons: readonly string[]): void {
    this.#meters.set(PROCESS_METRICS.ready, isReady ? 1 : 0, {});
    if (isReady) this.#log.write(PROCESS_MESSAGES.ready);
    else this.#log.write(PROCESS_MESSAGES.notReady, { reasons: reasons.join("; ") });
  }

  sourceStuck(source: string, isStuck: boolean): void {
    this.#meters.set(PROCESS_METRICS.stuck, isStuck ? 1 : 0, { source });
  }

  unanswered(source: string, cause: unknown): void {
    this.#log.write(PROCESS_MESSAGES.unanswered, { source, error: cause });
  }

  noProgress(reasons: readonly string[]): void {
    this.#log.write(PROCESS_MESSAGES.dead, { reasons: reasons.join("; ") });
  }

  reloaded(): void {
    this.#meters.add(PROCESS_METRICS.reloads, 1, { result: "applied" });
    this.#log.write(PROCESS_MESSAGES.reloaded);
  }

  reloadRefused(cause: unknown): void {
    this.#meters.add(PROCESS_METRICS.reloads, 1, { result: "refused" });
    this.#log.write(PROCESS_MESSAGES.reloadRefused, { error: cause });
  }

  telemetryFailed(what: string): void {
    this.#log.write(PROCESS_MESSAGES.telemetryFailed, { what });
  }

  metricsFailed(cause: unknown): void {
    this.#log.write(PROCESS_MESSAGES.metricsFailed, { error: cause });
  }

  /** What the log left out because it repeated itself; the log tells the number too. */
  messagesSampled(count: number): void {
    this.#meters.add(PROCESS_METRICS.unlogged, count, {});
  }
}
