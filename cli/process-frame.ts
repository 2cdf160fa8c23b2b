import { wallClock } from "../lib/process/clock.ts";
import { HealthServer } from "../lib/process/http.ts";
import { live } from "../lib/process/life.ts";
import type { OutputFormat } from "../lib/process/output.ts";
import type { Part } from "../lib/process/parts.ts";
import { type Health, Progress } from "../lib/process/progress.ts";
import { type Question, Watchdog } from "../lib/process/watchdog.ts";
import { createEvents, type Events } from "../lib/telemetry/events.ts";
import { createLog } from "../lib/telemetry/log.ts";
import type { Log as Logbook } from "../lib/telemetry/messages.ts";
import type { Meters } from "../lib/telemetry/metrics.ts";
import { otelMeters } from "../lib/telemetry/otel.ts";
import { startTelemetry } from "../lib/telemetry/sdk.ts";

export interface FrameOptions {
  /** What a series belongs to: `tidegauge-up`. */
  readonly service: string;
  readonly version: string;
  /** Where health is served. Default 127.0.0.1. */
  readonly healthHost?: string;
  /** Port of /healthz, /readyz and /metrics; null runs none, 0 takes a free one. */
  readonly healthPort: number | null;
  readonly logFormat: OutputFormat;
  readonly logLevel: "debug" | "info" | "warn" | "error";
  readonly stop?: AbortSignal;
  /** Other than those of lib/telemetry: the demo listens in. */
  readonly eventsOf?: (meters: Meters, record: Logbook) => Events;
}

/** What is around the parts of a process that runs. */
export interface Frame {
  readonly events: Events;
  readonly progress: Progress;
  /** As of the watchdog's last look; null before. */
  readonly health: () => Health | null;
}

export interface Framed {
  readonly parts: readonly Part[];
  readonly questions: readonly Question[];
}

/** Longer than whatever still closes by itself. */
const LEFTOVERS_WITHIN_MS = 2_000;

/**
 * The life of every process that runs services: telemetry and health first, then what `build`
 * makes, then the watchdog; until a signal or a death.
 */
export async function runFramed(
  options: FrameOptions,
  build: (frame: Frame) => Framed | Promise<Framed>,
): Promise<void> {
  const { service, version, logFormat, logLevel, stop, eventsOf = createEvents } = options;
  const clock = wallClock;
  const failed = (what: string) => events.process.telemetryFailed(what);
  const sdk = startTelemetry({ service, version, tracesUrl: null, failed });
  const record = createLog({ clock, format: logFormat, level: logLevel });
  const events = eventsOf(otelMeters(), record);
  const progress = new Progress();
  const health = () => watchdog.health;
  const { parts, questions } = await build({ events, progress, health });
  const watchdog = new Watchdog({ progress, clock, observer: events.process, questions });
  const all: Part[] = [
    { name: "telemetry", start: () => undefined, stop: () => sdk.stop() },
    ...healthPart(options, health, () => sdk.metricsText(), events),
    ...parts,
    watchdog,
  ];
  try {
    const stopping = stop === undefined ? {} : { stop };
    await live({ parts: all, clock, observer: events.process, ...stopping });
  } finally {
    record.flush();
    endWithout(LEFTOVERS_WITHIN_MS);
  }
}

/**
 * Everything was stopped. kafkajs may have opened a connection in the very moment in which it was
 * told to close, and then nobody closes it: the process ends without it, with the code that it has.
 */
function endWithout(leftoversMs: number): void {
  setTimeout(() => process.exit(), leftoversMs).unref();
}

function healthPart(
  { healthHost: host = "127.0.0.1", healthPort: port }: FrameOptions,
  health: () => Health | null,
  metrics: () => Promise<string>,
  events: Events,
): Part[] {
  if (port === null) return [];
  const failed = (error: unknown) => events.process.metricsFailed(error);
  return [new HealthServer({ host, port, health, metrics, failed })];
}
