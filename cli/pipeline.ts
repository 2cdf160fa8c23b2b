import type { Incident } from "../lib/domain/incident.ts";
import { CanaryTrail } from "../lib/process/canary-trail.ts";
import { wallClock } from "../lib/process/clock.ts";
import { HealthServer } from "../lib/process/http.ts";
import { live } from "../lib/process/life.ts";
import type { Part } from "../lib/process/parts.ts";
import { Progress } from "../lib/process/progress.ts";
import { Watchdog } from "../lib/process/watchdog.ts";
import type { JoinOptions } from "../lib/stream/stream.ts";
import { createEvents, type Events } from "../lib/telemetry/events.ts";
import type { Stage } from "../lib/telemetry/labels.ts";
import { createLog } from "../lib/telemetry/log.ts";
import type { Log as Logbook } from "../lib/telemetry/messages.ts";
import { otelMeters } from "../lib/telemetry/otel.ts";
import { RunWatch } from "../lib/telemetry/run-observer.ts";
import { startTelemetry } from "../lib/telemetry/sdk.ts";
import type { OutputFormat } from "../lib/process/output.ts";
import { openLog } from "./open-log.ts";
import { servicesOf } from "./service-parts.ts";
import { type Service, SERVICES } from "./services.ts";
import type { Settings } from "./settings.ts";
import { type Delivered, TellingNotifyEvents } from "./telling-notify-events.ts";

export interface PipelineOptions {
  readonly settings: Settings;
  readonly services: readonly Service[];
  /** For the message to whoever tries to run a second one. */
  readonly who: string;
  readonly version: string;
  /** Port of /healthz, /readyz and /metrics; null runs none, 0 takes a free one. */
  readonly healthPort: number | null;
  readonly logFormat: OutputFormat;
  readonly logLevel: "debug" | "info" | "warn" | "error";
  /** Run beside the services: the demo's fleet. */
  readonly extraParts?: readonly Part[];
  readonly onRevision?: (incident: Incident) => void;
  /** A sink took a revision. */
  readonly onDelivered?: Delivered;
  readonly stop?: AbortSignal;
}

/** Runs services in this process, on the configured log, until a signal or a death. */
export async function runPipeline(options: PipelineOptions): Promise<void> {
  const { settings, who } = options;
  const clock = wallClock;
  const sdk = startTelemetry({
    service: `tidegauge-${options.services.length === 1 ? options.services[0]! : "up"}`,
    version: options.version,
    tracesUrl: null,
    failed: (what) => events.process.telemetryFailed(what),
  });
  const record = createLog({ clock, format: options.logFormat, level: options.logLevel });
  const events = eventsOf(options, record);
  const log = await openLog(settings, who, ({ severity, says, fields }) =>
    events.stream.clientTold(severity, says, fields),
  );
  const progress = new Progress();
  const watches: RunWatch[] = [];
  const observe = (stage: Stage, joined: JoinOptions): RunWatch => {
    const { group, from } = joined;
    const join = from === undefined ? { group } : { group, from };
    const watch = new RunWatch({ stage, events: events.stream, progress, log, join });
    watches.push(watch);
    return watch;
  };
  const health = () => watchdog.health;
  const trail = followsLines(options) ? new CanaryTrail(clock, events.watch) : null;
  const services = servicesOf({ options, log, events, observe, trail, health });
  const watchdog = new Watchdog({ progress, clock, observer: events.process, questions: watches });
  const parts: Part[] = [
    { name: "telemetry", start: () => undefined, stop: () => sdk.stop() },
    { name: "log", start: () => undefined, stop: () => log.close() },
    ...healthPart(options, watchdog, () => sdk.metricsText(), events),
    ...services,
    ...(options.extraParts ?? []),
    watchdog,
  ];
  try {
    const stop = options.stop === undefined ? {} : { stop: options.stop };
    await live({ parts, clock, observer: events.process, ...stop });
  } finally {
    record.flush();
  }
}

/** Canaries can be followed where every line goes the whole way in this one process. */
function followsLines({ settings, services }: PipelineOptions): boolean {
  const isShared = settings.config.stream.engine === "kafka";
  return !isShared && SERVICES.every((service) => services.includes(service));
}

function eventsOf({ onDelivered }: PipelineOptions, record: Logbook): Events {
  const meters = otelMeters();
  const events = createEvents(meters, record);
  if (onDelivered === undefined) return events;
  return { ...events, notify: new TellingNotifyEvents(meters, record, onDelivered) };
}

function healthPart(
  { healthPort }: PipelineOptions,
  watchdog: Watchdog,
  metrics: () => Promise<string>,
  events: Events,
): Part[] {
  if (healthPort === null) return [];
  const failed = (error: unknown) => events.process.metricsFailed(error);
  return [new HealthServer({ port: healthPort, health: () => watchdog.health, metrics, failed })];
}
