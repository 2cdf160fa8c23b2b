import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import type { KafkaLog } from "../../../lib/stream/kafka.ts";
import { readRange } from "../../../lib/stream/read-range.ts";
import type { NewRecord } from "../../../lib/stream/stream.ts";
import { Codec } from "../../../lib/wire/codec.ts";
import { decodeMessage } from "../../../lib/wire/message.ts";
import { loadSchemas } from "../../../lib/wire/schema.ts";
import { topicPath, TOPICS } from "../../../lib/wire/topics.ts";
import { openKafka } from "../../support/kafka-client.ts";
import { type JarCluster, missingForJars, startJars } from "../../support/kafka-jars.ts";
import { NumberedLines } from "../../support/live/numbered-lines.ts";
import { freePort, until, UpProcess, writeConfig } from "../../support/live/up-process.ts";
import { skipVisibly } from "../../support/skip-visibly.ts";

const WITHIN_MS = 120_000;
const codec = new Codec(loadSchemas());

/** A broker that is killed is always one of the jars: nobody else's may be. */
const missing = typeof inject("kafka") === "string" ? "no Kafka" : missingForJars();

describe("a host that ships to Kafka", () => {
  let cluster: JarCluster;
  let folder: string;
  let messages: string;
  let healthPort: number;
  let ship: UpProcess;
  const lines = new NumberedLines();

  beforeAll(async () => {
    if (missing !== null) return;
    cluster = await startJars(1);
    const log = await openKafka(cluster.addresses);
    const topics = [TOPICS.lines, TOPICS.rejected];
    await log.ensureTopics(topics.map((topic) => ({ ...topic, name: topicPath(topic.name) })));
    await log.close();
    folder = mkdtempSync(join(tmpdir(), "tidegauge-ship-"));
    messages = join(folder, "messages");
    writeFileSync(messages, "");
    healthPort = await freePort();
  }, WITHIN_MS);
  afterAll(async () => {
    await ship?.kill();
    await cluster?.stop();
    if (folder !== undefined) rmSync(folder, { recursive: true });
  }, WITHIN_MS);

  const start = (): UpProcess => {
    const config = writeConfig(folder, {
      stream: { engine: "kafka", kafka: { brokers: cluster.addresses } },
      inputs: [{ name: "messages", type: "file", path: messages, host: "fra1-relay" }],
      ship: { sources: [], spool: { path: "./spool" } },
    });
    return new UpProcess(config, healthPort, {}, ["ship"]);
  };
  const write = (count: number) => appendFileSync(messages, `${lines.next(count).join("\n")}\n`);
  const readSoFar = async () => {
    const metrics = await ship.metrics().catch(() => "");
    return Number(/^tidegauge_ingest_lines_read_total\S* (\d+)/m.exec(metrics)?.[1] ?? 0);
  };
  /** Everything that `lines` holds, as soon as nothing of it is missing or out of order. */
  const arrived = async (): Promise<string[]> => {
    const log = await openKafka(cluster.addresses);
    try {
      let found: string[] = [];
      await until(
        "lines in Kafka",
        async () => {
          found = (await valuesOf(log, "lines")).flatMap(linesIn);
          return lines.faultsOf(found).length === 0;
        },
        60_000,
      );
      return found;
    } finally {
      await log.close();
    }
  };

  it(
    "down at start: lines wait, and all of them arrive once",
    { timeout: WITHIN_MS },
    async (context) => {
      if (missing !== null) skipVisibly(context, missing);
      const [broker] = cluster.brokers;
      await broker!.kill();
      ship = start();
      write(300);
      await until("lines read", async () => (await readSoFar()) === 300);
      await broker!.start();
      expect(await arrived()).toHaveLength(300);
    },
  );

  it(
    "down in the middle, and both killed: nothing is lost",
    { timeout: WITHIN_MS },
    async (context) => {
      if (missing !== null) skipVisibly(context, missing);
      const [broker] = cluster.brokers;
      write(300);
      await broker!.kill();
      write(300);
      await until("lines read", async () => (await readSoFar()) === 900);
      await ship.kill();
      ship = start();
      write(300);
      await until("lines read", async () => (await readSoFar()) >= 300);
      await broker!.start();
      const found = await arrived();
      const doubled = found.length - lines.written;
      process.stderr.write(`ship: ${lines.written} lines, ${doubled} of them twice\n`);
      // What was on its way when it was killed, and no more.
      expect(doubled).toBeLessThanOrEqual(600);
    },
  );

  it("keeps what it rejects, also in Kafka", { timeout: WITHIN_MS }, async (context) => {
    if (missing !== null) skipVisibly(context, missing);
    appendFileSync(messages, `${"x".repeat(20_000)}\n`);
    const log = await openKafka(cluster.addresses);
    await until("reject", async () => (await valuesOf(log, "rejected")).length === 1);
    const [value] = await valuesOf(log, "rejected");
    await log.close();
    const message = decodeMessage(codec, value!, ["rejected"]);
    expect(message.ok && message.value).toMatchObject({
      reason: "line_too_long",
      input: "messages",
    });
  });

  it("stops cleanly while Kafka is away", { timeout: WITHIN_MS }, async (context) => {
    if (missing !== null) skipVisibly(context, missing);
    await cluster.brokers[0]!.kill();
    const before = await readSoFar();
    write(10);
    await until("lines read", async () => (await readSoFar()) > before);
    const sinceMs = performance.now();
    expect(await ship.stop()).toEqual({ code: 0, signal: null });
    expect(performance.now() - sinceMs).toBeLessThan(10_000);
  });
});

async function valuesOf(log: KafkaLog, name: "lines" | "rejected"): Promise<Uint8Array[]> {
  const values: Uint8Array[] = [];
  for (const range of await log.offsets(topicPath(name))) {
    for await (const { records } of readRange(log, range, 1e6)) {
      values.push(...records.map(({ value }: Pick<NewRecord, "value">) => value!));
    }
  }
  return values;
}

function linesIn(value: Uint8Array): string[] {
  const message = decodeMessage(codec, value, ["line-batch"]);
  if (!message.ok) throw new Error(message.detail);
  return Buffer.from(message.value.bytes).toString("utf8").split("\n").slice(0, -1);
}
