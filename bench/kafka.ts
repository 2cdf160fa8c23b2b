/**
 * The Kafka adapter against bare kafkajs loops on the same broker, in the same run: records of 100
 * lines, and one line per record. `KAFKA_BROKERS` names a cluster, else one is started as the tests
 * do. Prints lines per second and the ratios.
 */
import kafkajs, { type Message } from "kafkajs";
import { randomUUID } from "node:crypto";
import { wallClock } from "../lib/process/clock.ts";
import { type Random, seededRandom } from "../lib/process/random.ts";
import { createKafka } from "../lib/stream/kafka-client.ts";
import { KafkaLog } from "../lib/stream/kafka.ts";
import type { NewRecord } from "../lib/stream/stream.ts";
import { consumeBare } from "./bare-consumer.ts";
import { connectionOf, startBenchKafka } from "./kafka-broker.ts";

const PARTITIONS = 6;
const SEED = 1;
const FOREVER = { policy: "delete", retentionMs: null, compactAfterMs: 0 } as const;

interface Shape {
  readonly name: string;
  readonly lines: number;
  readonly linesPerRecord: number;
  readonly recordsPerAppend: number;
}

const SHAPES: readonly Shape[] = [
  { name: "packed", lines: 2_000_000, linesPerRecord: 100, recordsPerAppend: 50 },
  { name: "single", lines: 400_000, linesPerRecord: 1, recordsPerAppend: 500 },
];

const broker = await startBenchKafka();
try {
  for (const shape of SHAPES) await measure(shape);
} finally {
  await broker.stop();
}

async function measure(shape: Shape): Promise<void> {
  const connection = connectionOf(broker.brokers);
  const log = await KafkaLog.open({ connection, clock: wallClock, replication: 1 });
  const name = `bench-${randomUUID()}`;
  const spec = { partitions: PARTITIONS, recordBytesMax: 1_000_000, cleanup: FOREVER };
  await log.ensureTopics([
    { ...spec, name: `${name}.own` },
    { ...spec, name: `${name}.bare` },
  ]);
  const random = seededRandom(SEED);
  const values = Array.from({ length: shape.recordsPerAppend }, () =>
    new TextEncoder().encode(
      Array.from({ length: shape.linesPerRecord }, () => lineOf(random)).join("\n"),
    ),
  );
  const appends = shape.lines / shape.linesPerRecord / shape.recordsPerAppend;
  const rates = {
    produceBare: await rated(shape, () => produceBare(`${name}.bare`, values, appends)),
    produceOwn: await rated(shape, () => produceOwn(log, `${name}.own`, values, appends)),
    consumeBare: await rated(shape, () => consumeBareLoop(`${name}.own`, shape)),
    consumeOwn: await rated(shape, () => consumeOwn(log, `${name}.own`, shape)),
  };
  const text = Object.entries(rates).map(([key, rate]) => `${key} ${Math.round(rate / 1_000)}`);
  const ratio = (a: number, b: number) => (a / b).toFixed(2);
  const produced = ratio(rates.produceOwn, rates.produceBare);
  const consumed = ratio(rates.consumeOwn, rates.consumeBare);
  process.stdout.write(
    `${shape.name}: ${text.join(", ")} klines/s; produce ${produced}, consume ${consumed} of bare
`,
  );
  await log.close();
}

/** As different from the next one as a fleet's lines are. */
function lineOf(random: Random): string {
  const number = (below: number) => random.below(below);
  const second = `${number(10)}${number(10)}`;
  return (
    `Nov 20 08:30:${second} fra${number(9)}-web-${number(900)} kernel: [${number(1e9)}] Limiting ` +
    `closed port RST response from ${number(40_000)} to 192 packets/sec`
  );
}

/** Lines per second of `work`, which leaves out its own preparation. */
async function rated({ lines }: Shape, work: () => Promise<number>): Promise<number> {
  return (lines / (await work())) * 1_000;
}

/** Milliseconds; four sends of one partition each under way, with the same codec. */
async function produceBare(topic: string, values: Uint8Array[], appends: number): Promise<number> {
  const producer = createKafka(connectionOf(broker.brokers)).producer({
    idempotent: true,
    allowAutoTopicCreation: false,
    createPartitioner:
      () =>
      ({ message }: { message: Message }) =>
        message.partition ?? 0,
  });
  await producer.connect();
  const since = performance.now();
  let next = 0;
  const sender = async () => {
    for (let n = next++; n < appends; n = next++) {
      const partition = n % PARTITIONS;
      const messages = values.map((value) => ({ value: Buffer.from(value), partition }));
      const compression = kafkajs.CompressionTypes.ZSTD;
      await producer.send({ topic, messages, acks: -1, compression });
    }
  };
  await Promise.all(Array.from({ length: 4 }, sender));
  const tookMs = performance.now() - since;
  await producer.disconnect();
  return tookMs;
}

async function produceOwn(
  log: KafkaLog,
  topic: string,
  values: Uint8Array[],
  appends: number,
): Promise<number> {
  const records = values.map((value): NewRecord => ({ key: null, value }));
  const since = performance.now();
  let next = 0;
  const sender = async () => {
    for (let n = next++; n < appends; n = next++) await log.append(topic, n % PARTITIONS, records);
  };
  await Promise.all(Array.from({ length: 24 }, sender));
  return performance.now() - since;
}

async function consumeBareLoop(topic: string, shape: Shape): Promise<number> {
  let since = 0;
  let tookMs = 0;
  await consumeBare(
    broker.brokers,
    topic,
    shape.lines / shape.linesPerRecord,
    () => void (since = performance.now()),
    () => void (tookMs = performance.now() - since),
  );
  return tookMs;
}

async function consumeOwn(log: KafkaLog, topic: string, shape: Shape): Promise<number> {
  const consumer = await log.join({ group: randomUUID(), topics: [topic] });
  const wanted = shape.lines / shape.linesPerRecord;
  let since = 0;
  for (let seen = 0; seen < wanted;) {
    const event = await consumer.next();
    if (event.type === "assigned") since = performance.now();
    if (event.type !== "records") continue;
    seen += event.records.length;
  }
  const tookMs = performance.now() - since;
  await consumer.close();
  return tookMs;
}
