import type { Incident } from "../lib/domain/incident.ts";
import { CanaryTrail } from "../lib/process/canary-trail.ts";
import { wallClock } from "../lib/process/clock.ts";
import type { Part } from "../lib/process/parts.ts";
import type { JoinOptions } from "../lib/stream/stream.ts";
import { createEvents, type Events } from "../lib/telemetry/events.ts";
import type { Stage } from "../lib/telemetry/labels.ts";
import type { Log as Logbook } from "../lib/telemetry/messages.ts";
import type { Meters } from "../lib/telemetry/metrics.ts";
import { RunWatch } from "../lib/telemetry/run-observer.ts";
import { openLog } from "./open-log.ts";
import { type Frame, type Framed, type FrameOptions, runFramed } from "./process-frame.ts";
import { type ObservedLoop, servicesOf } from "./service-parts.ts";
import { type Service, SERVICES } from "./services.ts";
import type { Settings } from "./settings.ts";
import { type Delivered, TellingNotifyEvents } from "./telling-notify-events.ts";

export interface PipelineOptions extends Omit<FrameOptions, "service" | "eventsOf"> {
  readonly settings: Settings;
  readonly services: readonly Service[];
  /** For the message to whoever tries to run a second one. */
  readonly who: string;
  /** Run beside the services: the demo's fleet. */
  readonly extraParts?: readonly Part[];
  readonly onRevision?: (incident: Incident) => void;
  /** A sink took a revision. */
  readonly onDelivered?: Delivered;
}

/** Runs services in this process, on the configured log, until a signal or a death. */
export async function runPipeline(options: PipelineOptions): Promise<void> {
  const { services, onDelivered } = options;
  const service = `tidegauge-${services.length === 1 ? services[0]! : "up"}`;
  const listening = onDelivered === undefined ? {} : { eventsOf: tellingEvents(onDelivered) };
  await runFramed({ ...options, service, ...listening }, (frame) => pipelineParts(options, frame));
}

async function pipelineParts(options: PipelineOptions, frame: Frame): Promise<Framed> {
  const { settings, who } = options;
  const { events, progress, health } = frame;
  const { log, partitionsOf } = await openLog(settings, who, (entry) =>
    events.stream.clientTold(entry),
  );
  const watches: RunWatch[] = [];
  const observe = (stage: Stage, joined: JoinOptions, over: ObservedLoop = {}): RunWatch => {
    const { group, from } = joined;
    const join = from === undefined ? { group } : { group, from };
    const watch = new RunWatch({ stage, events: events.stream, progress, log, join, ...over });
    watches.push(watch);
    return watch;
  };
  const trail = followsLines(options) ? new CanaryTrail(wallClock, events.watch) : null;
  const services = servicesOf({ options, log, partitionsOf, events, observe, trail, health });
  const parts: Part[] = [
    { name: "log", start: () => undefined, stop: () => log.close() },
    ...services,
    ...(options.extraParts ?? []),
  ];
  return { parts, questions: watches };
}

/** Canaries can be followed where every line goes the whole way in this one process. */
function followsLines({ settings, services }: PipelineOptions): boolean {
  const isShared = settings.config.stream.engine === "kafka";
  return !isShared && SERVICES.every((service) => services.includes(service));
}

function tellingEvents(onDelivered: Delivered) {
  return (meters: Meters, record: Logbook): Events => ({
    ...createEvents(meters, record),
    notify: new TellingNotifyEvents(meters, record, onDelivered),
  });
}
