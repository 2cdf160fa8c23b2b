import { Readable } from "node:stream";
import type { Clock } from "../../lib/process/clock.ts";
import type { Part } from "../../lib/process/parts.ts";
import { seededRandom } from "../../lib/process/random.ts";
import type { Log } from "../../lib/stream/stream.ts";
import { Codec } from "../../lib/wire/codec.ts";
import { loadSchemas } from "../../lib/wire/schema.ts";
import { type TopicName, topicPath } from "../../lib/wire/topics.ts";
import { SILENT_EVENTS } from "../../services/detect/events.ts";
import { createDetect } from "../../services/detect/main.ts";
import { InputPath } from "../../services/ingest/listen/input.ts";
import type { Positions } from "../../services/ingest/listen/positions.ts";
import { createIngest } from "../../services/ingest/main.ts";
import type { Route } from "../../services/notify/core/route.ts";
import type { Sink } from "../../services/notify/deliver/sink.ts";
import type { Events } from "../../services/notify/events.ts";
import { createNotify, type Notify } from "../../services/notify/main.ts";
import type { World } from "../world.ts";
import type { LineAccount } from "./line-account.ts";
import { partitionsOf } from "./topics.ts";
import { WATCHED } from "./watched.ts";

/** Nothing in it changes, so every run shares it. */
export const codec = new Codec(loadSchemas());

export const INPUT = "relay";
/** Told of every revision. */
export const ARCHIVE = "archive";
/** Told what a person must hear. */
export const PAGER = "pager";

/** What a process is wired with, whichever service it runs. */
export interface Wiring {
  readonly world: World;
  readonly log: Log;
  readonly clock: Clock;
}

const ANYTHING = { severity: null, kind: null, rule: null, scope: null, value: null } as const;
const ROUTES: readonly Route[] = [
  { match: ANYTHING, sinks: [ARCHIVE], continue: true, pageOn: "suspected" },
  { match: ANYTHING, sinks: [PAGER], continue: false, pageOn: "confirmed" },
];

const NO_INPUT = Readable.from([]);
const NO_POSITIONS: Positions = { load: async () => "never", save: async () => undefined };

/** Ingest, with one input that takes what the relays send instead of a socket. */
export function ingestParts(
  { world, log, clock }: Wiring,
  account: LineAccount,
  listening: (path: InputPath) => void,
): readonly Part[] {
  const place = (topic: TopicName) => {
    return { topic: topicPath(topic), partitions: partitionsOf(world, topic) };
  };
  const { events } = account;
  const shared = { log, codec, clock, events, lines: place("lines"), rejected: place("rejected") };
  const service = createIngest({
    ...shared,
    observations: place("observations"),
    group: topicPath("ingest" as TopicName),
    inputs: [],
    positions: NO_POSITIONS,
    connectionsMax: 0,
    rules: WATCHED.identityRules,
    retainMs: WATCHED.retainSeconds * 1_000,
    shipper: "simulator",
    stdin: NO_INPUT,
  });
  const identity = { name: INPUT, realm: "", keep: "candidates" } as const;
  const input: Part = {
    name: INPUT,
    start({ died }) {
      listening(new InputPath({ ...shared, shipper: "simulator" }, identity, INPUT, died));
    },
    stop: () => undefined,
  };
  return [...service.parts, input];
}

export function detectParts({ world, log, clock }: Wiring): readonly Part[] {
  return createDetect({
    ...WATCHED,
    rules: world.rules,
    log,
    codec,
    clock,
    events: SILENT_EVENTS,
    path: topicPath,
    partitionsOf: (topic) => partitionsOf(world, topic),
  });
}

export function notifyPart(
  { world, log, clock }: Wiring,
  sinks: readonly Sink[],
  life: number,
): Notify {
  return createNotify({
    log,
    codec,
    clock,
    random: seededRandom(world.seed + life),
    events: SILENT_NOTIFY,
    sinks,
    routes: ROUTES,
    pagesPerMinute: world.pagesPerMinute,
    partitionsOf: (topic) => partitionsOf(world, topic),
  });
}

const SILENT_NOTIFY: Events = {
  notify: {
    delivered: () => undefined,
    deliveryRetried: () => undefined,
    deliveryDead: () => undefined,
    suppressed: () => undefined,
    pending: () => undefined,
    sinkDisabled: () => undefined,
    unreadable: () => undefined,
  },
  stream: { appendRetried: () => undefined, recordsLost: () => undefined },
};
