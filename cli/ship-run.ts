import { join } from "node:path";
import { wallClock } from "../lib/process/clock.ts";
import { EXIT_CODES } from "../lib/process/exit-code.ts";
import { Answer } from "../lib/process/output.ts";
import type { Part } from "../lib/process/parts.ts";
import { Trouble } from "../lib/process/trouble.ts";
import { EmbeddedLog } from "../lib/stream/embedded.ts";
import type { KafkaEntry } from "../lib/stream/kafka-client.ts";
import { isStreamError, type StreamError } from "../lib/stream/stream-error.ts";
import { RunWatch } from "../lib/telemetry/run-observer.ts";
import { Codec } from "../lib/wire/codec.ts";
import { loadSchemas } from "../lib/wire/schema.ts";
import { RECORD_BYTES_MAX, type TopicName, topicPath } from "../lib/wire/topics.ts";
import { FolderPositions, MemoryPositions } from "../services/ingest/listen/positions.ts";
import { FolderCursors, MemoryCursors } from "../services/ship/cursors.ts";
import { JsonLinesLog } from "../services/ship/json-lines-log.ts";
import { LIMITS } from "../services/ship/limits.ts";
import { createShip } from "../services/ship/main.ts";
import type { Spool } from "../services/ship/spool.ts";
import type { Upstream } from "../services/ship/upstream.ts";
import { ClusterUpstream } from "../services/ship/upstream/cluster.ts";
import { SyslogServer } from "../services/ship/upstream/syslog-server.ts";
import { kafkaConnection, openKafka } from "./kafka-connection.ts";
import { type Frame, type Framed, type FrameOptions, runFramed } from "./process-frame.ts";
import type { Settings } from "./settings.ts";
import { shipInputs } from "./ship-inputs.ts";
import { hasSamples, shipSamples } from "./ship-samples.ts";

export type Destination =
  | { readonly type: "kafka" }
  | { readonly type: "syslog"; readonly host: string; readonly port: number }
  | { readonly type: "stdout" };

export interface ShipRunOptions extends Omit<FrameOptions, "service" | "eventsOf"> {
  readonly settings: Settings;
  readonly to: Destination;
  readonly ships: "lines" | "samples" | "both";
  /** How often counters are read; null as configured. */
  readonly intervalMs: number | null;
}

const WHO = "tidegauge ship";

/** Ships until a signal or a death. */
export async function runShip(options: ShipRunOptions): Promise<void> {
  const { to } = options;
  await runFramed({ ...options, service: "tidegauge-ship" }, (frame) =>
    to.type === "stdout" ? printing(options, frame) : shipping(options, to, frame),
  );
}

/** Without a spool and without a memory: whoever reads the pipe sees all there is. */
async function printing(options: ShipRunOptions, { events }: Frame): Promise<Framed> {
  const codec = new Codec(loadSchemas());
  const answer = new Answer("json");
  const write = (object: object) => answer.writeText(answer.textOf(object, () => ""));
  const log = new JsonLinesLog({ codec, clock: wallClock, events: events.ship, write });
  const positions = new MemoryPositions();
  const cursors = new MemoryCursors();
  const around = { ...options, codec, events, log };
  const inputs =
    options.ships === "samples" ? [] : await shipInputs({ ...around, positions, cursors });
  return { parts: [...inputs, ...shipSamples(around)], questions: [] };
}

/** A way out of the spool. */
interface WayOut {
  readonly group: string;
  readonly topics: readonly TopicName[];
  /** Tells it from the other one; absent for lines. */
  readonly of?: string;
}

/** Each on a connection of its own, so that one topic that is missing holds up no other. */
function waysOut(options: ShipRunOptions, to: Destination): readonly WayOut[] {
  // A syslog server has no place for what was rejected.
  const topics: TopicName[] = to.type === "kafka" ? ["lines", "rejected"] : ["lines"];
  return [
    ...(options.ships === "samples" ? [] : [{ group: "ship", topics }]),
    ...(hasSamples(options)
      ? [{ group: "ship.samples", topics: ["samples"] as const, of: "samples" }]
      : []),
  ];
}

async function shipping(
  options: ShipRunOptions,
  to: Exclude<Destination, { type: "stdout" }>,
  { events, progress }: Frame,
): Promise<Framed> {
  const { spool: place } = options.settings.config.ship;
  const { prefix } = options.settings.config.stream;
  const codec = new Codec(loadSchemas());
  const ways = waysOut(options, to);
  const upstreams = await Promise.all(ways.map(() => upstreamOf(options, to, codec, events)));
  const log = await openSpool(place.path, place.bytes, hasSamples(options), (error) =>
    events.ship.spoolTrouble(error),
  );
  const watches: RunWatch[] = [];
  const parts: Part[] = [{ name: "spool", start: () => undefined, stop: () => log.close() }];
  for (const [index, { group, topics, of }] of ways.entries()) {
    const upstream = upstreams[index]!;
    const named = of === undefined ? {} : { of };
    const { spool, forward } = createShip({
      log,
      group,
      topics,
      path: (topic) => topicPath(topic as TopicName, prefix),
      bytes: place.bytes,
      upstream,
      codec,
      clock: wallClock,
      events: events.ship,
      observe: (join) => {
        const { group } = join;
        const told = { events: events.stream, progress, log, join: { group } };
        const watch = new RunWatch({ stage: "ship", ...told, duty: "mayWait", ...named });
        watches.push(watch);
        return watch;
      },
      attempts: progress.source(`ship${of === undefined ? "" : ` ${of}`} to ${upstream.name}`),
    });
    parts.push(forward, ...(await fillersOf(options, { of, spool, codec, events })));
  }
  return { parts, questions: watches };
}

/** What fills the spool for a way out. */
async function fillersOf(
  options: ShipRunOptions,
  way: { of: string | undefined; spool: Spool; codec: Codec; events: Frame["events"] },
): Promise<readonly Part[]> {
  const { of, spool: log, codec, events } = way;
  const around = { ...options, codec, events, log };
  if (of !== undefined) return shipSamples(around);
  const { path } = options.settings.config.ship.spool;
  const positions = new FolderPositions(join(path, "positions"));
  const cursors = new FolderCursors(join(path, "cursors"));
  return shipInputs({ ...around, positions, cursors });
}

/** Everything in one order, so one partition; what was sent goes when there is no more room. */
async function openSpool(
  path: string,
  bytes: number,
  keepsSamples: boolean,
  onTrouble: (error: unknown) => void,
): Promise<EmbeddedLog> {
  const opening = EmbeddedLog.open({ path, role: "owner", who: WHO, clock: wallClock, onTrouble });
  const log = await opening.catch((error: unknown) => {
    throw isStreamError(error, "log_owned") ? spoolOwned(error) : error;
  });
  const rejectedBytes = Math.floor(bytes * LIMITS.spoolRejectedShare);
  const samplesBytes = keepsSamples ? Math.floor(bytes * LIMITS.spoolSamplesShare) : 0;
  const linesBytes = bytes - rejectedBytes - samplesBytes;
  const topic = (name: TopicName, retentionBytes: number) => ({
    name,
    partitions: 1,
    recordBytesMax: RECORD_BYTES_MAX,
    cleanup: { policy: "delete" as const, retentionMs: null, compactAfterMs: 0 },
    retentionBytes,
  });
  await log.ensureTopics([
    topic("lines", linesBytes),
    topic("rejected", rejectedBytes),
    ...(keepsSamples ? [topic("samples", samplesBytes)] : []),
  ]);
  return log;
}

function spoolOwned(error: StreamError): Trouble {
  return new Trouble(
    "spool_owned",
    error.what,
    "stop that process, or give this one another ship.spool.path",
    EXIT_CODES.tryAgain,
  );
}

async function upstreamOf(
  { settings }: ShipRunOptions,
  to: Exclude<Destination, { type: "stdout" }>,
  codec: Codec,
  { ship, stream }: Frame["events"],
): Promise<Upstream> {
  if (to.type === "syslog") {
    const { host, port } = to;
    return new SyslogServer({ host, port, codec, clock: wallClock, events: ship });
  }
  // Certificates that cannot be read are told now, not when the first line wants to go.
  const connection = await kafkaConnection(settings.config, WHO);
  const name = `kafka ${connection.brokers.join(",")}`;
  const told = (entry: KafkaEntry) => stream.clientTold(entry);
  const open = () => openKafka({ ...connection, told });
  return new ClusterUpstream({ name, open, events: ship });
}
