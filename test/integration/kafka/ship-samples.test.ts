import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import type { SampleBatch } from "../../../lib/domain/sample-batch.ts";
import type { KafkaLog } from "../../../lib/stream/kafka.ts";
import { partitionOf } from "../../../lib/stream/partition.ts";
import { readRange } from "../../../lib/stream/read-range.ts";
import { Codec } from "../../../lib/wire/codec.ts";
import { decodeMessage } from "../../../lib/wire/message.ts";
import { loadSchemas } from "../../../lib/wire/schema.ts";
import { topicPath, TOPICS } from "../../../lib/wire/topics.ts";
import { openKafka } from "../../support/kafka-client.ts";
import { freePort, until, UpProcess, writeConfig } from "../../support/live/up-process.ts";
import { skipVisibly } from "../../support/skip-visibly.ts";

const WITHIN_MS = 60_000;
/** Names of its own, for the broker is everybody's; there is no topic for lines. */
const PREFIX = "ship-samples.";
const codec = new Codec(loadSchemas());
const kafka = inject("kafka");
const missing = typeof kafka === "string" ? kafka : null;

describe("a host that ships samples to Kafka", () => {
  let log: KafkaLog;
  let folder: string;
  let ship: UpProcess;

  beforeAll(async () => {
    if (typeof kafka === "string") return;
    log = await openKafka(kafka.brokers.split(","));
    await log.ensureTopics([{ ...TOPICS.samples, name: topicPath("samples", PREFIX) }]);
    folder = mkdtempSync(join(tmpdir(), "tidegauge-ship-"));
  }, WITHIN_MS);
  afterAll(async () => {
    await ship?.kill();
    await log?.close();
    if (folder !== undefined) rmSync(folder, { recursive: true });
  }, WITHIN_MS);

  const stored = async (): Promise<readonly (SampleBatch & { partition: number })[]> => {
    const found: (SampleBatch & { partition: number })[] = [];
    for (const range of await log.offsets(topicPath("samples", PREFIX))) {
      for await (const { records, partition } of readRange(log, range, 1e6)) {
        for (const { value } of records) {
          const message = decodeMessage(codec, value!, ["sample-batch"]);
          if (!message.ok) throw new Error(message.detail);
          found.push({ ...message.value, partition });
        }
      }
    }
    return found;
  };

  it(
    "puts them where its host belongs, though the topic of lines is missing",
    { timeout: WITHIN_MS },
    async (context) => {
      if (typeof kafka === "string") skipVisibly(context, missing!);
      if (process.platform !== "linux") skipVisibly(context, "needs Linux");
      const config = writeConfig(folder, {
        stream: { engine: "kafka", prefix: PREFIX, kafka: { brokers: kafka.brokers.split(",") } },
        ship: {
          host: "fra1-web-001",
          sources: [],
          samples: { interval: "200ms" },
          spool: { path: "./spool" },
        },
      });
      ship = new UpProcess(config, await freePort(), {}, ["ship"]);
      let batches: Awaited<ReturnType<typeof stored>> = [];
      await until(
        "samples in Kafka",
        async () => (batches = await stored()).length >= 5,
        WITHIN_MS,
      );
      expect(await ship.stop()).toEqual({ code: 0, signal: null });
      const partition = partitionOf("/fra1-web-001", TOPICS.samples.partitions);
      expect(new Set(batches.map((batch) => batch.partition))).toEqual(new Set([partition]));
      const times = batches.flatMap(({ samples }) => samples.map((each) => each.sampledAtMs));
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      expect(batches[0]).toMatchObject({ host: "fra1-web-001", os: "linux", input: "counters" });
      const names = batches[0]!.samples[0]!.counters.map(({ name }) => name);
      expect(names).toEqual(expect.arrayContaining(["Tcp.OutRsts", "TcpExt.ListenDrops"]));
    },
  );
});
