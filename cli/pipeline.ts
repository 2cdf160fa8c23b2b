import { join } from "node:path";
import type { Incident } from "../lib/domain/incident.ts";
import { wallClock } from "../lib/process/clock.ts";
import { HealthServer } from "../lib/process/http.ts";
import { live } from "../lib/process/life.ts";
import type { Part } from "../lib/process/parts.ts";
import { Progress } from "../lib/process/progress.ts";
import { seededRandom } from "../lib/process/random.ts";
import { Trouble } from "../lib/process/trouble.ts";
import { Watchdog } from "../lib/process/watchdog.ts";
import { zoneOf } from "../lib/process/zone.ts";
import { EmbeddedLog } from "../lib/stream/embedded.ts";
import { MemoryLog } from "../lib/stream/memory.ts";
import type { JoinOptions, Log, TopicSpec } from "../lib/stream/stream.ts";
import { createEvents, type Events } from "../lib/telemetry/events.ts";
import type { Stage } from "../lib/telemetry/labels.ts";
import { createLog } from "../lib/telemetry/log.ts";
import type { Log as Logbook } from "../lib/telemetry/messages.ts";
import { otelMeters } from "../lib/telemetry/otel.ts";
import { RunWatch } from "../lib/telemetry/run-observer.ts";
import { startTelemetry } from "../lib/telemetry/sdk.ts";
import { Codec } from "../lib/wire/codec.ts";
import { loadSchemas } from "../lib/wire/schema.ts";
import { type TopicName, topicPath, TOPICS } from "../lib/wire/topics.ts";
import type { DetectEvents } from "../services/detect/events.ts";
import { createDetect } from "../services/detect/main.ts";
import type { InputSettings } from "../services/ingest/listen/inputs.ts";
import { FolderPositions } from "../services/ingest/listen/positions.ts";
import { createIngest } from "../services/ingest/main.ts";
import { createSinks } from "../services/notify/deliver/create-sinks.ts";
import { createNotify } from "../services/notify/main.ts";
import type { OutputFormat } from "../lib/process/output.ts";
import type { Service } from "./services.ts";
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

/** One process reads every partition of the embedded log: more of them would only cost flushes. */
const PARTITIONS_EMBEDDED = 1;

/** What people append from other processes: decisions, and `deliveries retry`. */
const OPEN_TO_GUESTS: readonly TopicName[] = ["controls", "deliveries"];

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
  const log = await openLog(settings, who);
  const progress = new Progress();
  const watches: RunWatch[] = [];
  const observe = (stage: Stage, joined: JoinOptions): RunWatch => {
    const { group, from } = joined;
    const join = from === undefined ? { group } : { group, from };
    const watch = new RunWatch({ stage, events: events.stream, progress, log, join });
    watches.push(watch);
    return watch;
  };
  const services = servicesOf(options, log, events, observe);
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

function eventsOf({ onDelivered }: PipelineOptions, record: Logbook): Events {
  const meters = otelMeters();
  const events = createEvents(meters, record);
  if (onDelivered === undefined) return events;
  return { ...events, notify: new TellingNotifyEvents(meters, record, onDelivered) };
}

/** The embedded log in its folder, or one in memory that nobody keeps. */
async function openLog({ config }: Settings, who: string): Promise<Log> {
  const { engine, path, prefix } = config.stream;
  const log =
    engine === "embedded"
      ? await EmbeddedLog.open({ path, role: "owner", who, clock: wallClock })
      : engine === "memory"
        ? new MemoryLog(wallClock).connect()
        : null;
  if (log === null) {
    throw new Trouble(
      "engine_missing",
      `stream.engine ${engine} is not in this version`,
      "use `embedded` until then",
      78,
    );
  }
  await log.ensureTopics(topicSpecs(prefix));
  return log;
}

export function topicSpecs(prefix: string): TopicSpec[] {
  return Object.values(TOPICS).map((topic) => ({
    ...topic,
    name: topicPath(topic.name, prefix),
    partitions: PARTITIONS_EMBEDDED,
    openToGuests: OPEN_TO_GUESTS.includes(topic.name),
  }));
}

type Observe = (stage: Stage, join: JoinOptions) => RunWatch;

function servicesOf(
  options: PipelineOptions,
  log: Log,
  events: Events,
  observe: Observe,
): readonly Part[] {
  const { settings, services } = options;
  const { config, rules, scoping, inventory, identityRules } = settings;
  const { prefix } = config.stream;
  const codec = new Codec(loadSchemas());
  const path = (topic: TopicName) => topicPath(topic, prefix);
  const place = (topic: TopicName) => ({ topic: path(topic), partitions: PARTITIONS_EMBEDDED });
  const clock = wallClock;
  const parts: Part[] = [];
  if (services.includes("notify")) {
    const sinks = createSinks(config.sinks, {
      clock,
      stdout: process.stdout,
      fileRepaired: (sink, file, cut) => events.notify.fileRepaired(sink, file, cut),
    });
    parts.push(
      createNotify({
        log,
        codec,
        clock,
        random: seededRandom(clock.nowMs()),
        events: { notify: events.notify, stream: events.stream },
        sinks,
        routes: config.routes,
        pagesPerMinute: config.limits.pagesPerMinute,
        topicPrefix: prefix,
        partitionsOf: () => PARTITIONS_EMBEDDED,
        observe,
      }),
    );
  }
  if (services.includes("detect")) {
    const detect = createDetect({
      log,
      codec,
      clock,
      events: detectEvents(events, options.onRevision),
      rules,
      scoping,
      inventory,
      retainSeconds: config.time.retainSeconds,
      graceSeconds: config.time.graceSeconds,
      path,
      partitionsOf: () => PARTITIONS_EMBEDDED,
      observe,
    });
    // The scope stage first: what the host stage says is then read at once.
    parts.push(...detect.toReversed());
  }
  if (services.includes("ingest")) {
    const group = `${prefix}ingest`;
    const lines = place("lines");
    const ingest = createIngest({
      log,
      codec,
      clock,
      events: events.ingest,
      lines,
      observations: place("observations"),
      rejected: place("rejected"),
      group,
      inputs: config.inputs.map(inputOf),
      positions: new FolderPositions(join(config.stream.path, "positions")),
      connectionsMax: config.limits.connections,
      rules: identityRules,
      retainMs: config.time.retainSeconds * 1_000,
      shipper: `tidegauge ${options.version}`,
      stdin: process.stdin,
      observer: observe("ingest", { group, topics: [lines.topic] }),
    });
    parts.push(...ingest.parts);
  }
  return parts;
}

function inputOf(input: Settings["config"]["inputs"][number]) {
  if (input.type === "kafka") {
    throw new Trouble(
      "input_missing",
      `input ${input.name}: type kafka is not in this version`,
      "use syslog, file or stdin until then",
      78,
    );
  }
  return { ...(input as InputSettings), zone: zoneOf(input.zone) };
}

function detectEvents(events: Events, onRevision?: (incident: Incident) => void): DetectEvents {
  const { detect, stream } = events;
  return {
    observationsFolded: (count) => detect.observationsFolded(count),
    talliesPublished: (tallies, runs) => detect.talliesPublished(tallies, runs),
    undecodable: (stage, topic, partition, offset, reason) =>
      stream.unreadable(stage, { topic, partition, offset }, reason),
    revisionPublished(incident) {
      detect.revisionPublished(incident);
      onRevision?.(incident);
    },
    snapshotWritten: (stage, bytes) => detect.snapshotWritten(stage, bytes),
    snapshotLoaded: (stage, partition, offset, bytes) =>
      detect.snapshotLoaded(stage, partition, offset, bytes),
    logTime: (stage, timeMs) => detect.logTimeLag(stage, (wallClock.nowMs() - timeMs) / 1_000),
  };
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
