/**
 * Ingest on a real Kafka, broker and all on this machine.
 *   packed   a backlog of LineBatches in `lines`, as the listeners pack them
 *   single   a backlog with one line per record, through an input of type kafka
 *   latency  2,000 lines/s: from the append of the line that meets the rule to `incidents`
 * Backlogs are read by the real ingest in this process (observations published, offsets committed)
 * and by bare kafkajs loops that do nothing, in turn; timed from the assignment to the commit of
 * the last offset. One loop is kafkajs alone (plain-kafkajs-child.ts), one has our faster reader of
 * answers and our codecs, as ingest has. Ends with 1 where ingest did not find all limit lines.
 * `node bench/kafka-ingest.ts [packed] [single] [latency] [--lines N] [--singles N] [--floods N]
 *  [--rounds N]`; without names all three.
 */
import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { parseArgs, promisify } from "node:util";
import { assert } from "../lib/domain/assert.ts";
import { NO_IDENTITY_RULES } from "../lib/domain/host-identity.ts";
import { utcZone } from "../lib/domain/zone.ts";
import { wallClock } from "../lib/process/clock.ts";
import type { NewRecord, Position } from "../lib/stream/stream.ts";
import { RECORD_BYTES_MAX, TOPICS, type TopicName } from "../lib/wire/topics.ts";
import { LIMITS } from "../services/ingest/limits.ts";
import { MemoryPositions } from "../services/ingest/listen/positions.ts";
import { createIngest } from "../services/ingest/main.ts";
import { DEFAULT_OPTIONS } from "../sim/options.ts";
import { simulate, type Simulated } from "../sim/simulate.ts";
import { codec, Told } from "../test/ingest/listen/listen-world.ts";
import { WorldLog } from "../test/support/kafka/world-log.ts";
import { consumeBare } from "./bare-consumer.ts";
import { startBenchKafka } from "./kafka-broker.ts";
import { kafkaLatency } from "./live/kafka-latency.ts";
import { type Contender, inTurn, ratiosOf, spreadOf, type Timing } from "./pairs.ts";
import { temporaryFolder } from "./simulated-log.ts";
import { Stopwatch } from "./stopwatch.ts";
import { numberText, printTable, spreadText } from "./table.ts";

const PARTITIONS = 6;
const RECORDS_PER_APPEND = 500;
const RETAIN_MS = 48 * 3_600_000;
const AGE_SECONDS = 600;

const { values, positionals } = parseArgs({
  options: {
    lines: { type: "string", default: "2000000" },
    singles: { type: "string", default: "1000000" },
    floods: { type: "string", default: "120" },
    rounds: { type: "string", default: "3" },
  },
  allowPositionals: true,
});
const asked = (name: string) => positionals.length === 0 || positionals.includes(name);

interface Backlog {
  readonly log: WorldLog;
  readonly topic: string;
  readonly simulated: Simulated;
  readonly lines: number;
}

const kafka = await startBenchKafka();
const brokers = kafka.brokers.split(",");
try {
  if (asked("packed")) await measure("LineBatches of 64 KiB", packed(Number(values.lines)), false);
  if (asked("single")) await measure("one line per record", single(Number(values.singles)), true);
  if (asked("latency")) await kafkaLatency(brokers, Number(values.floods));
} finally {
  await kafka.stop();
}

/** 30 % limit lines of the last day. */
function simulated(lines: number): Simulated {
  const endSecond = Math.floor(Date.now() / 1_000) - AGE_SECONDS;
  const folder = join(temporaryFolder(), "sim");
  return simulate(folder, { ...DEFAULT_OPTIONS, lines, endSecond });
}

async function packed(lines: number): Promise<Backlog> {
  const log = await WorldLog.make(brokers, `${randomUUID()}.`, PARTITIONS);
  const world = simulated(lines);
  await log.appendFile(world.logs[0]!, LIMITS.lineBatchBytes, (chunk) => chunk % PARTITIONS);
  return { log, topic: log.path("lines"), simulated: world, lines };
}

async function single(lines: number): Promise<Backlog> {
  const log = await WorldLog.make(brokers, `${randomUUID()}.`, PARTITIONS);
  const world = simulated(lines);
  const topic = `${log.prefix}plain`;
  const { cleanup } = TOPICS.lines;
  await log.log.ensureTopics([
    { name: topic, partitions: PARTITIONS, cleanup, recordBytesMax: RECORD_BYTES_MAX },
  ]);
  const texts = readFileSync(world.logs[0]!, "latin1").split("\n").slice(0, -1);
  const records = texts.map((text): NewRecord => ({ key: null, value: Buffer.from(text) }));
  for (let at = 0, turn = 0; at < records.length; at += RECORDS_PER_APPEND, turn++) {
    const some = records.slice(at, at + RECORDS_PER_APPEND);
    await log.log.append(topic, turn % PARTITIONS, some);
  }
  return { log, topic, simulated: world, lines };
}

async function measure(name: string, making: Promise<Backlog>, isOfOthers: boolean): Promise<void> {
  const backlog = await making;
  const rounds = Number(values.rounds);
  const plain: Contender = { name: "kafkajs alone", run: () => runPlain(backlog) };
  const bare: Contender = { name: "kafkajs with our reader", run: () => runBare(backlog) };
  const own: Contender = { name: "ingest", run: () => runIngest(backlog, isOfOthers) };
  const timings = await inTurn([plain, bare, own], rounds);
  const [plains, bares, owns] = timings as [Timing[], Timing[], Timing[]];
  const perSecond = (timings: Timing[], of: keyof Timing) =>
    spreadText(spreadOf(timings.map((timing) => backlog.lines / timing[of])), 0);
  const row = ({ name }: Contender, timings: Timing[]) => [
    name,
    perSecond(timings, "wallSeconds"),
    perSecond(timings, "cpuSeconds"),
    ...[plains, bares].map((to) => spreadText(ratiosOf(timings, to, "wallSeconds"))),
  ];
  printTable(`${numberText(backlog.lines)} lines, ${name}, ${rounds} rounds`, [
    ["", "lines/s", "lines/s of CPU", `of ${plain.name}`, `of ${bare.name}`],
    row(plain, plains),
    row(bare, bares),
    row(own, owns),
  ]);
  await backlog.log.close();
}

async function recordsOf({ log, topic }: Backlog): Promise<number> {
  const ends = await log.log.offsets(topic);
  return ends.reduce((sum, { endOffset }) => sum + endOffset, 0);
}

async function runPlain(backlog: Backlog): Promise<Timing> {
  const records = String(await recordsOf(backlog));
  const child = new URL("plain-kafkajs-child.ts", import.meta.url).pathname;
  const read = promisify(execFile)(process.execPath, [
    "--no-warnings",
    child,
    kafka.brokers,
    backlog.topic,
    records,
  ]);
  return JSON.parse((await read).stdout) as Timing;
}

async function runBare(backlog: Backlog): Promise<Timing> {
  const records = await recordsOf(backlog);
  const watch = new Stopwatch();
  const [begun, done] = [() => watch.begin(), () => void watch.end()];
  await consumeBare(kafka.brokers, backlog.topic, records, begun, done);
  return watch.timing!;
}

/** The service as `tidegauge run ingest` makes it, in a group of its own. */
async function runIngest({ log, topic, simulated }: Backlog, isOfOthers: boolean): Promise<Timing> {
  const place = (name: TopicName, partitions: number) => ({ topic: log.path(name), partitions });
  const left = new Map((await log.log.offsets(topic)).map((at) => [at.partition, at.endOffset]));
  const watch = new Stopwatch();
  const group = randomUUID();
  const told = new Told();
  let stop = async () => {};
  await new Promise<void>((resolve, reject) => {
    const observer = {
      done(event: { readonly type: string } & Partial<Position> & { nextOffset?: number }) {
        if (event.type === "assigned") watch.begin();
        if (event.type !== "records" || event.topic !== topic) return;
        if (event.nextOffset! >= left.get(event.partition!)!) left.delete(event.partition!);
        if (left.size > 0) return;
        watch.end();
        resolve();
      },
    };
    const source = { open: async () => log.log, isShared: true };
    const of = {
      name: "plain",
      realm: "",
      topics: [topic],
      format: "auto",
      zone: utcZone,
    } as const;
    const input = { ...of, from: "beginning", group: `${group}.plain`, source, observer } as const;
    const { parts } = createIngest({
      log: log.log,
      codec,
      clock: wallClock,
      events: told.events,
      lines: place("lines", PARTITIONS),
      observations: place("observations", PARTITIONS),
      rejected: place("rejected", 1),
      group,
      inputs: [],
      kafkaInputs: isOfOthers ? [input] : [],
      positions: new MemoryPositions(),
      connectionsMax: 0,
      rules: () => NO_IDENTITY_RULES,
      retainMs: RETAIN_MS,
      shipper: "bench",
      stdin: Readable.from([]),
      ...(isOfOthers ? {} : { observer }),
    });
    const stopping = new AbortController().signal;
    for (const part of parts) void part.start({ died: reject, stopping });
    stop = async () => {
      for (const part of parts) await part.stop();
    };
  });
  await stop();
  const { relevantLines } = simulated.truth;
  assert(told.passed === relevantLines, `${told.passed} of ${relevantLines} limit lines`);
  return watch.timing!;
}
