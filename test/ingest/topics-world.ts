import { GAUGES } from "../../lib/domain/gauge.ts";
import { NO_IDENTITY_RULES } from "../../lib/domain/host-identity.ts";
import { KINDS, TIME_SOURCES, TRUSTS } from "../../lib/domain/observation.ts";
import { formatTime } from "../../lib/domain/time.ts";
import { utcZone } from "../../lib/domain/zone.ts";
import { ManualClock } from "../../lib/process/manual-clock.ts";
import { runStep } from "../../lib/stream/run.ts";
import { decodeMessage } from "../../lib/wire/message.ts";
import { TOPICS } from "../../lib/wire/topics.ts";
import type { RecordFormat } from "../../services/ingest/stranger-record.ts";
import { topicsJoin, TopicsStep } from "../../services/ingest/topics-step.ts";
import { readJsonLines } from "./described.ts";
import { codec, listenWorld, OBSERVATIONS, REJECTED, rejectedOf } from "./listen/listen-world.ts";

export const START_MS = Date.UTC(2026, 10, 20, 8, 50);
export const TOPIC = "central";
export const GROUP = "ingest.central";
const settle = () => new Promise((resolve) => setImmediate(resolve));

type World = ReturnType<typeof listenWorld>;

/** One observation as a reader of `observations` sees it. */
export interface Row {
  readonly at: string;
  readonly kind: string;
  readonly class: string | null;
  readonly offered: number;
  readonly host: string;
  readonly time: string;
  readonly timeSource: string;
  readonly trust: string;
}

export function batchesOf(log: World["log"]) {
  return Array.from({ length: OBSERVATIONS.partitions }, (_, partition) =>
    log.slice({ topic: OBSERVATIONS.topic, partition, offset: 0 }, Infinity),
  ).flatMap(({ records }) =>
    records.map(({ value }) => {
      const message = decodeMessage(codec, value!, ["observation-batch"]);
      if (!message.ok) throw new Error(message.detail);
      return message.value;
    }),
  );
}

/** In the order of their positions. */
export function rowsOf(log: World["log"]): readonly Row[] {
  return batchesOf(log)
    .flatMap((batch) =>
      Array.from({ length: batch.host.length }, (_, row) => ({
        at: `${batch.origins[batch.origin[row]!]}#${batch.line[row]}`,
        kind: KINDS[batch.kind[row]!]!,
        class: GAUGES[batch.gauge[row]!] ?? null,
        offered: batch.offered[row]!,
        host: batch.hosts[batch.host[row]!]!.name,
        time: formatTime(batch.timeMs[row]!),
        timeSource: TIME_SOURCES[batch.timeSource[row]!]!,
        trust: TRUSTS[batch.trust[row]!]!,
      })),
    )
    .toSorted((a, b) => a.at.localeCompare(b.at, "en", { numeric: true }));
}

/** A record as a shipper put it on a topic, and what it says. */
export interface ShipperRecord {
  readonly partition: number;
  readonly offset: number;
  readonly ts: number;
  readonly key: string | null;
  readonly payload: string;
  readonly says: Readonly<Record<string, unknown>>;
}

export const SHIPPER_TOPICS = [
  "rs-default",
  "rs-5424",
  "rs-json-list",
  "sn-default",
  "sn-json-rfc5424",
  "sn-json-selected",
] as const;

const VECTORS = new URL("../vectors/shippers/", import.meta.url);

/** What real daemons put on one topic, in the order of its partitions. */
export function shipperRecords(topic: (typeof SHIPPER_TOPICS)[number]): readonly ShipperRecord[] {
  interface Expected extends ShipperRecord {
    readonly topic: string;
    readonly expect: Readonly<Record<string, unknown>>;
  }
  const expected = readJsonLines(new URL("expected.jsonl", VECTORS)) as readonly Expected[];
  const records = readJsonLines(new URL(`${topic}.jsonl`, VECTORS)) as readonly ShipperRecord[];
  const withWords = records.map((record) => {
    const { partition, offset } = record;
    const found = expected.find(
      (one) => one.topic === topic && one.partition === partition && one.offset === offset,
    );
    if (found === undefined) throw new Error(`${topic}/${partition}@${offset} has no expectation`);
    return { ...record, says: found.expect };
  });
  return withWords.toSorted((a, b) => a.partition - b.partition || a.offset - b.offset);
}

/** The rows that such records must become; what names no host is counted and is none. */
export function expectedRows(topic: string, records: readonly ShipperRecord[]) {
  return records.flatMap(({ partition, offset, says }) => {
    const { kind, host, time, timeSource, offered } = says;
    if (host === null) return [];
    const at = `${topic}/${partition}@${offset}#1`;
    const isLimit = kind === "limit";
    return [{ at, kind, host, time, timeSource, ...(isLimit ? { offered } : {}) }];
  });
}

/** One record in one format of a shipper, and what it says. */
export interface FormatRecord {
  readonly shipper: string;
  readonly format: "text" | "json" | "influx" | "otlp";
  readonly bytes: Buffer;
  readonly says: Readonly<Record<string, unknown>>;
}

/** One record of each format of docs/shippers.md. */
export function formatRecords(): readonly FormatRecord[] {
  interface Written {
    readonly shipper: string;
    readonly format: FormatRecord["format"];
    readonly payload?: string;
    readonly payloadBase64?: string;
    readonly expect: Readonly<Record<string, unknown>>;
  }
  const written = readJsonLines(new URL("formats.jsonl", VECTORS)) as readonly Written[];
  return written.map(({ shipper, format, payload, payloadBase64, expect }) => ({
    shipper,
    format,
    bytes: Buffer.from(payload ?? payloadBase64 ?? "", payload === undefined ? "base64" : "utf8"),
    says: expect,
  }));
}

interface Choice {
  readonly format?: RecordFormat;
  readonly from?: "start" | "end";
}

export function topicsWorld() {
  const clock = new ManualClock(START_MS);
  const made = listenWorld({}, clock);
  const { cleanup } = TOPICS.lines;
  made.log.ensure({ name: TOPIC, partitions: 4, cleanup, recordBytesMax: 2_000_000 });
  return { ...made, clock };
}

/** The step as the service runs it, on a log of this process. */
export function reading(made = topicsWorld(), { format = "auto", from = "start" }: Choice = {}) {
  const { log, told, clock } = made;
  const client = log.connect();
  const step = new TopicsStep({
    log: client,
    codec,
    clock,
    events: told.events,
    observations: OBSERVATIONS,
    rejected: REJECTED,
    rules: () => NO_IDENTITY_RULES,
    retainMs: 86_400_000,
    isShared: true,
    group: GROUP,
    input: "central",
    realm: "",
    zone: utcZone,
    format,
    from,
  });
  const abort = new AbortController();
  const join = topicsJoin({ group: GROUP, from }, [TOPIC]);
  const ended = runStep({ log: client, clock, join, step, stop: abort.signal });
  const put = (value: string | Uint8Array | null, partition = 0) => {
    const bytes = typeof value === "string" ? Buffer.from(value) : value;
    log.append(TOPIC, partition, [{ key: null, value: bytes }]);
  };
  const stop = async () => {
    abort.abort();
    await settle();
    clock.advance(1_000);
    await ended;
  };
  /** Long enough for what is there to be read. */
  const turns = async () => {
    for (let turn = 0; turn < 20; turn++) await settle();
  };
  const read = async (...values: readonly (string | Uint8Array | null)[]) => {
    for (const value of values) put(value);
    await turns();
    await stop();
    return { rows: rowsOf(log), rejects: rejectedOf(log), told };
  };
  return { ...made, step, put, turns, stop, read };
}
