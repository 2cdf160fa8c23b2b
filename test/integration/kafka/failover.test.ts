import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import type { KafkaLog } from "../../../lib/stream/kafka.ts";
import { isStreamError } from "../../../lib/stream/stream-error.ts";
import { PLAIN, record, take, texts } from "../../contract/stream-harness.ts";
import { until } from "../../support/live/up-process.ts";
import { KilledReader } from "../../support/kafka/killed-reader.ts";
import { openKafka } from "../../support/kafka-client.ts";
import { type JarCluster, missingForJars, startJars } from "../../support/kafka-jars.ts";
import { skipVisibly } from "../../support/skip-visibly.ts";

const KILLS = Number(process.env["KAFKA_KILLS"] ?? 3);
const PARTITIONS = 6;
const TOPIC = { ...PLAIN, name: "failover", partitions: PARTITIONS };
const STARTS_WITHIN_MS = 120_000;

/** Brokers that are killed are always those of the jars: nobody else's may be. */
const missing = typeof inject("kafka") === "string" ? "no Kafka" : missingForJars();

describe("three brokers, one killed at a time", () => {
  let cluster: JarCluster;
  let log: KafkaLog;
  beforeAll(async () => {
    if (missing !== null) return;
    cluster = await startJars(3);
    log = await openKafka(cluster.addresses);
    await log.ensureTopics([TOPIC]);
  }, STARTS_WITHIN_MS);
  afterAll(async () => {
    await log?.close();
    await cluster?.stop();
  }, STARTS_WITHIN_MS);

  it("loses and doubles nothing that was acknowledged", { timeout: 900_000 }, async (context) => {
    if (missing !== null) skipVisibly(context, missing);
    const load = new Load(log);
    const running = load.run();
    const reader = new KilledReader(cluster.addresses, "killed", TOPIC.name);
    reader.start();
    const stallsMs: number[] = [];
    for (let kill = 0; kill < KILLS; kill++) {
      const broker = cluster.brokers[kill % cluster.brokers.length]!;
      await load.acknowledgedMore(300);
      load.longestMs = 0;
      await broker.kill();
      await load.acknowledgedMore(300);
      stallsMs.push(load.longestMs);
      await reader.kill();
      reader.start();
      await broker.start();
    }
    await load.acknowledgedMore(300);
    load.stop();
    await running;
    const isRead = () => load.acknowledged.every((text) => reader.seen.has(text));
    await until("reader at the end", () => isRead() || reader.death !== null, 120_000);
    await reader.kill();
    expect({ death: reader.death, gaps: reader.gaps }).toEqual({ death: null, gaps: 0 });

    const found = new Map<string, number>();
    for (let partition = 0; partition < PARTITIONS; partition++) {
      for (const text of await readAll(log, partition)) {
        found.set(text, (found.get(text) ?? 0) + 1);
      }
    }
    const lost = load.acknowledged.filter((text) => !found.has(text));
    const doubled = load.acknowledged.filter((text) => (found.get(text) ?? 0) > 1);
    stallsMs.sort((a, b) => a - b);
    const median = stallsMs[stallsMs.length >> 1] ?? 0;
    const again = [...reader.seen.values()].reduce((sum, times) => sum + times - 1, 0);
    process.stderr.write(
      `failover: ${KILLS} kills of a leader and of a reader, ${load.acknowledged.length} appends ` +
        `acknowledged, ${load.unknown} unknown, ${again} read again; appends stalled ` +
        `${Math.round(median)} ms (median), ${Math.round(stallsMs.at(-1) ?? 0)} ms (longest)\n`,
    );
    expect({ lost, doubled }).toEqual({ lost: [], doubled: [] });
  });

  it("a member reads on by itself when a broker dies", { timeout: 120_000 }, async (context) => {
    if (missing !== null) skipVisibly(context, missing);
    const topic = { ...TOPIC, name: "readers" };
    await log.ensureTopics([topic]);
    const consumer = await log.join({ group: "g", topics: ["readers"] });
    await take(consumer, "assigned");
    const seen = new Set<string>();
    const readUntil = async (count: number) => {
      while (seen.size < count) {
        const event = await consumer.next();
        if (event.type !== "records") continue;
        for (const text of texts(event.records)) seen.add(text);
        const { partition, nextOffset } = event;
        await consumer
          .commit([{ topic: "readers", partition, offset: nextOffset }])
          .catch((error: unknown) => expect(error).toMatchObject({ code: "fenced" }));
      }
    };
    const append = async (from: number) => {
      for (let n = from; n < from + 30; n++) {
        await log.append("readers", n % PARTITIONS, [record(`${n}`)]);
      }
    };
    await append(0);
    await readUntil(30);
    for (const [index, broker] of cluster.brokers.entries()) {
      await broker.kill();
      await append(30 * (index + 1));
      await readUntil(30 * (index + 2));
      await broker.start();
    }
    expect(seen.size).toBe(120);
    await consumer.close();
  });
});

async function readAll(log: KafkaLog, partition: number): Promise<string[]> {
  const seen: string[] = [];
  for (let offset = 0; ;) {
    const slice = await log.read({ topic: TOPIC.name, partition, offset }, 1_000_000);
    seen.push(...texts(slice.records));
    if (slice.nextOffset >= slice.endOffset) return seen;
    offset = slice.nextOffset;
  }
}

/** Many appends at a time, each with a text of its own, and what became of them. */
class Load {
  readonly acknowledged: string[] = [];
  unknown = 0;
  longestMs = 0;
  readonly #log: KafkaLog;
  #count = 0;
  #isStopped = false;
  #waiting: { readonly until: number; readonly resolve: () => void }[] = [];

  constructor(log: KafkaLog) {
    this.#log = log;
  }

  /** 24 callers, each waiting for its own append. */
  async run(): Promise<void> {
    await Promise.all(Array.from({ length: 24 }, () => this.#caller()));
  }

  stop(): void {
    this.#isStopped = true;
  }

  acknowledgedMore(count: number): Promise<void> {
    const until = this.acknowledged.length + count;
    return new Promise((resolve) => this.#waiting.push({ until, resolve }));
  }

  async #caller(): Promise<void> {
    while (!this.#isStopped) {
      const number = this.#count++;
      const text = `${number}`;
      const since = performance.now();
      try {
        await this.#log.append(TOPIC.name, number % PARTITIONS, [record(text)]);
        this.#took(text, performance.now() - since);
      } catch (error) {
        if (!isStreamError(error) || !error.retriable) throw error;
        this.unknown++;
      }
    }
  }

  #took(text: string, tookMs: number): void {
    this.acknowledged.push(text);
    this.longestMs = Math.max(this.longestMs, tookMs);
    this.#waiting = this.#waiting.filter(({ until, resolve }) => {
      if (this.acknowledged.length < until) return true;
      resolve();
      return false;
    });
  }
}
