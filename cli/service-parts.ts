import { join } from "node:path";
import type { Incident } from "../lib/domain/incident.ts";
import type { CanaryTrail } from "../lib/process/canary-trail.ts";
import { steadyClock, wallClock } from "../lib/process/clock.ts";
import type { Part } from "../lib/process/parts.ts";
import type { Health } from "../lib/process/progress.ts";
import { seededRandom } from "../lib/process/random.ts";
import { zoneOf } from "../lib/process/zone.ts";
import type { JoinOptions, Log } from "../lib/stream/stream.ts";
import type { Events } from "../lib/telemetry/events.ts";
import type { Stage } from "../lib/telemetry/labels.ts";
import type { RunWatch, RunWatchOptions } from "../lib/telemetry/run-observer.ts";
import { Codec } from "../lib/wire/codec.ts";
import { loadSchemas } from "../lib/wire/schema.ts";
import { type TopicName, topicPath } from "../lib/wire/topics.ts";
import type { DetectEvents } from "../services/detect/events.ts";
import { createDetect } from "../services/detect/main.ts";
import type { InputSettings } from "../services/ingest/listen/inputs.ts";
import { FolderPositions } from "../services/ingest/listen/positions.ts";
import { createIngest } from "../services/ingest/main.ts";
import { createSinks } from "../services/notify/deliver/create-sinks.ts";
import { Heartbeat } from "../services/notify/heartbeat.ts";
import { createNotify, type Notify } from "../services/notify/main.ts";
import { kafkaInputs } from "./kafka-inputs.ts";
import type { PartitionsOf } from "./open-log.ts";
import type { PipelineOptions } from "./pipeline.ts";
import { createStillHop } from "./still-hop.ts";
import type { Settings } from "./settings.ts";

/** A loop beside others of its stage, or over another log. */
export type ObservedLoop = Partial<Pick<RunWatchOptions, "log" | "of">>;

/** What the services of one process are made of. */
export interface Wiring {
  readonly options: PipelineOptions;
  readonly log: Log;
  readonly partitionsOf: PartitionsOf;
  readonly events: Events;
  readonly observe: (stage: Stage, join: JoinOptions, over?: ObservedLoop) => RunWatch;
  /** Follows canaries; null where a line's way may lead through other processes. */
  readonly trail: CanaryTrail | null;
  readonly health: () => Health | null;
}

/** The parts of the services that were asked for, the last of the pipeline first. */
export function servicesOf(wiring: Wiring): readonly Part[] {
  const { services } = wiring.options;
  const codec = new Codec(loadSchemas());
  return [
    ...(services.includes("notify") ? notifyParts(wiring, codec) : []),
    ...(services.includes("detect") ? detectParts(wiring, codec) : []),
    ...(services.includes("ingest") ? ingestParts(wiring, codec) : []),
  ];
}

function notifyParts(wiring: Wiring, codec: Codec): readonly Part[] {
  const { options, log, partitionsOf, events, observe } = wiring;
  const { config } = options.settings;
  const clock = wallClock;
  const sinks = createSinks(config.sinks, {
    clock,
    stdout: process.stdout,
    fileRepaired: (sink, file, cut) => events.notify.fileRepaired(sink, file, cut),
  });
  const notify = createNotify({
    log,
    codec,
    clock,
    random: seededRandom(clock.nowMs()),
    events: { notify: events.notify, stream: events.stream },
    sinks,
    routes: config.routes,
    pagesPerMinute: config.limits.pagesPerMinute,
    topicPrefix: config.stream.prefix,
    partitionsOf,
    observe,
  });
  return [notify, ...heartbeats(wiring, notify)];
}

function heartbeats({ options, events, trail, health }: Wiring, notify: Notify): readonly Part[] {
  const { sinks } = options.settings.config;
  return sinks.flatMap((config) => {
    if (config.type !== "heartbeat") return [];
    const stillHop = createStillHop({ trail, health, lanes: () => notify.status() });
    return [new Heartbeat({ config, clock: wallClock, events: events.watch, stillHop })];
  });
}

function detectParts(wiring: Wiring, codec: Codec): readonly Part[] {
  const { options, log, partitionsOf, events, observe, trail } = wiring;
  const { config, rules, scoping, inventory } = options.settings;
  const detect = createDetect({
    log,
    codec,
    clock: wallClock,
    events: detectEvents(events, options.onRevision),
    rules,
    scoping,
    inventory,
    retainSeconds: config.time.retainSeconds,
    graceSeconds: config.time.graceSeconds,
    path: (topic) => topicPath(topic, config.stream.prefix),
    partitionsOf,
    observe,
    ...(trail === null ? {} : { trail }),
  });
  // The scope stage first: what the host stage says is then read at once.
  return detect.toReversed();
}

function ingestParts(wiring: Wiring, codec: Codec): readonly Part[] {
  const { options, log, partitionsOf, events, observe, trail } = wiring;
  const { config, identityRules } = options.settings;
  const { prefix } = config.stream;
  const place = (topic: TopicName) => {
    return { topic: topicPath(topic, prefix), partitions: partitionsOf(topic) };
  };
  const group = `${prefix}ingest`;
  const lines = place("lines");
  const samples = place("samples");
  const ingest = createIngest({
    log,
    codec,
    // As the log stamps: its ticks are compared with those stamps.
    clock: steadyClock(wallClock),
    events: events.ingest,
    lines,
    samples,
    observations: place("observations"),
    rejected: place("rejected"),
    group,
    inputs: config.inputs.flatMap(listenerOf),
    kafkaInputs: kafkaInputs(wiring),
    positions: new FolderPositions(join(config.stream.path, "positions")),
    connectionsMax: config.limits.connections,
    rules: identityRules,
    retainMs: config.time.retainSeconds * 1_000,
    shipper: `tidegauge ${options.version}`,
    stdin: process.stdin,
    observer: observe("ingest", { group, topics: [lines.topic, samples.topic] }),
    ...(trail === null ? {} : { trail }),
  });
  return ingest.parts;
}

/** Inputs of type kafka are consumers, see kafka-inputs.ts. */
function listenerOf(input: Settings["config"]["inputs"][number]) {
  if (input.type === "kafka") return [];
  return [{ ...(input satisfies InputSettings), zone: zoneOf(input.zone) }];
}

function detectEvents(events: Events, onRevision?: (incident: Incident) => void): DetectEvents {
  const { detect, stream } = events;
  return {
    observationsFolded: (count) => detect.observationsFolded(count),
    observationsLost: (reason, count) => detect.observationsLost(reason, count),
    talliesPublished: (tallies, runs) => detect.talliesPublished(tallies, runs),
    undecodable: (stage, topic, partition, offset, reason) =>
      stream.unreadable(stage, { topic, partition, offset }, reason),
    revisionPublished(incident) {
      detect.revisionPublished(incident);
      onRevision?.(incident);
    },
    snapshotUnusable: (stage, partition, reason) => detect.snapshotFailed(stage, reason, partition),
    snapshotWritten: (stage, bytes) => detect.snapshotWritten(stage, bytes),
    snapshotLoaded: (stage, partition, offset, bytes) =>
      detect.snapshotLoaded(stage, partition, offset, bytes),
    logTime: (stage, timeMs) => detect.logTimeLag(stage, (wallClock.nowMs() - timeMs) / 1_000),
  };
}
