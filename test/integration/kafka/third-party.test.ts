import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import kafkajs from "kafkajs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { registerCodecs } from "../../../lib/stream/kafka-codecs.ts";
import { KAFKA_UNPACKED_BYTES_MAX } from "../../../lib/stream/limits.ts";
import { packSnappy } from "../../../lib/stream/snappy.ts";
import { limitLine } from "../../ingest/listen/listen-world.ts";
import {
  expectedRows,
  formatRecords,
  SHIPPER_TOPICS,
  shipperRecords,
} from "../../ingest/topics-world.ts";
import { onKafka, openKafka } from "../../support/kafka-client.ts";
import { FLOOD_RULE } from "../../support/live/flood-script.ts";
import { freePort, until, UpProcess, writeConfig } from "../../support/live/up-process.ts";
import { TopicsOfOthers } from "../../support/topics-of-others.ts";

const { CompressionCodecs, CompressionTypes } = kafkajs;
const TEXT = "Limiting tcp reset response from 422 to 192 packets/sec";

onKafka((brokers) => {
  const others = new TopicsOfOthers(brokers);
  beforeAll(() => others.connect());
  afterAll(() => others.close());

  describe("topics that shippers write", () => {
    it.each(SHIPPER_TOPICS)("every record of %s becomes what it says", async (vector) => {
      const topic = await others.create(4);
      const records = shipperRecords(vector);
      const messages = records.map(({ payload, key, partition, ts }) => {
        return { value: payload, key, partition, timestamp: String(ts) };
      });
      await others.send(topic, messages);
      const { rows, told } = await others.read(
        [topic],
        (seen) => seen.told.lines >= records.length,
      );
      expect(rows).toEqual(expectedRows(topic, records).map((row) => expect.objectContaining(row)));
      expect(told).toMatchObject({ passed: records.length, rejected: 0, dropped: 0 });
    });

    it("one topic holds every format, told record by record", async () => {
      const topic = await others.create(1);
      const records = formatRecords();
      const timestamp = String(Date.UTC(2026, 10, 20, 8, 50));
      await others.send(
        topic,
        records.map(({ bytes }) => ({ value: bytes, partition: 0, timestamp })),
      );
      const { rows, told } = await others.read(
        [topic],
        (seen) => seen.told.lines >= records.length,
      );
      const expected = records.flatMap(({ says }, offset) =>
        says["host"] === null ? [] : [{ ...says, at: `${topic}/0@${offset}#1` }],
      );
      expect(rows).toEqual(expected.map((row) => expect.objectContaining(row)));
      expect(told).toMatchObject({ passed: records.length, rejected: 0 });
    });

    it("goes on where it stood, and reads nothing twice", async () => {
      const topic = await others.create(1);
      await others.send(topic, [{ value: limitLine("a1") }]);
      const isCommitted = (offset: number) => async () =>
        (await others.committedOf(topic)) === offset;
      const first = await others.read([topic], isCommitted(1));
      await others.send(topic, [{ value: limitLine("a2") }]);
      const second = await others.read([topic], isCommitted(2));
      expect([first, second].map(({ rows }) => rows.map(({ host }) => host))).toEqual([
        ["a1"],
        ["a2"],
      ]);
    });

    it("waits for a topic that its first producer has not made yet", async () => {
      const topic = await others.create(1);
      const { told } = await others.read([`${topic}-later`], (seen) => {
        return seen.told.of("sourceRetried").length > 1;
      });
      expect(told.of("sourceRetried")[0]?.[1]).toMatchObject({ code: "topic_unknown" });
    });
  });

  describe("tidegauge up, its log in a folder", () => {
    let folder = "";
    beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), "tidegauge-others-"))));
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    it("reads topics of a cluster of their own, beside one that is away", async () => {
      const topic = await others.create(3);
      const port = await freePort();
      const away = { type: "kafka", topics: ["kernel"], brokers: ["127.0.0.1:1"] };
      const config = writeConfig(folder, {
        stream: { path: "./data" },
        inputs: [
          { name: "central", type: "kafka", topics: [topic], brokers },
          { name: "nowhere", ...away },
        ],
        rules: [FLOOD_RULE],
        sinks: [{ name: "archive", type: "file", path: "./incidents.jsonl" }],
        routes: [{ sinks: ["archive"] }],
      });
      const up = new UpProcess(config, port);
      try {
        const time = new Date().toISOString();
        const lines = Array.from({ length: 12 }, (_, n) => `${time} fra1-web-${n} kernel: ${TEXT}`);
        await others.send(
          topic,
          lines.map((value, n) => ({ value, partition: n % 3 })),
        );
        const archive = join(folder, "incidents.jsonl");
        await until("incident", () => existsSync(archive) && readFileSync(archive).length > 0);
        const [incident] = readFileSync(archive, "utf8").trim().split("\n");
        expect(JSON.parse(incident ?? "")).toMatchObject({
          state: "confirmed",
          kind: "host_count",
        });
        expect(incident, "evidence cites where its line is").toContain(`"at":"${topic}/`);
        await until(
          "a word of the cluster that is away",
          () => {
            return up.said.includes("topics of an input cannot be read, trying again");
          },
          50_000,
        );
      } finally {
        await up.stop();
      }
    });
  });

  describe("what no producer should write", () => {
    it("is kept as rejects of its records, and reading goes on behind it", async () => {
      const topic = await others.create(1);
      const poisons: readonly (readonly [reason: string, record: string | Buffer])[] = [
        ["bad_json", `{"message":"${TEXT}","host":"fw1`],
        ["bad_json", `{"a":${"[".repeat(900_000)}`],
        ["line_too_long", `${limitLine("fw1")} ${"x".repeat(900_000)}`],
        ["unsupported_encoding", Buffer.from("1f8b0800000000000003", "hex")],
        ["bad_record", Buffer.from("c3010102030405060708090a", "hex")],
        ["bad_record", Buffer.from([0, 0, 0, 0, 42, 1, 2, 3])],
        ["bad_protobuf", Buffer.from("0a7f12100a", "hex")],
      ];
      for (const [, value] of poisons) await others.send(topic, [{ value }]);
      await others.send(topic, [{ value: null, key: "gone" }, { value: limitLine("a1") }]);
      const lines = poisons.length + 2;
      const { rows, rejects, told } = await others.read(
        [topic],
        (seen) => seen.told.lines >= lines,
      );
      expect(rejects.map(({ reason, at }) => `${reason} ${at}`)).toEqual(
        poisons.map(([reason], offset) => `${reason} ${topic}/0@${offset}#1`),
      );
      expect(rows.map(({ host }) => host)).toEqual(["a1"]);
      expect(told).toMatchObject({ lines, passed: 1, dropped: 1, rejected: poisons.length });
    });

    it("is one reject for a batch that cannot be unpacked, with its exact offsets", async () => {
      const topic = await others.create(1);
      const send = (lines: readonly string[], codec?: kafkajs.CompressionTypes) =>
        others.send(
          topic,
          lines.map((value) => ({ value, partition: 0 })),
          codec,
        );
      await send([limitLine("a0")]);
      await send(bomb(), CompressionTypes.GZIP);
      await send([limitLine("a1")], CompressionTypes.GZIP);
      const { rows, rejects, told } = await others.read([topic], (seen) => seen.rows.length === 2);
      expect(rows.map(({ host }) => host)).toEqual(["a0", "a1"]);
      const last = bomb().length;
      expect(rejects.map(({ detail, at }) => [detail, at])).toEqual([
        [expect.stringMatching(`^offsets 1 to ${last}: .* unpacks to more than`), `${topic}/0@1#1`],
      ]);
      expect(told).toMatchObject({ lines: 3, passed: 2, rejected: 1 });
    });
  });

  describe("what producers may do", () => {
    it("pack with lz4, and with snappy as librdkafka does and in Java's frame", async () => {
      const topic = await others.create(1);
      const send = (host: string) =>
        others.send(topic, [{ value: limitLine(host) }], CompressionTypes.Snappy);
      await send("a1");
      await asPacked(CompressionTypes.Snappy, xerial, () => send("a2"));
      await others.send(topic, [{ value: limitLine("a3") }], CompressionTypes.ZSTD);
      await asPacked(CompressionTypes.LZ4, lz4, () =>
        others.send(topic, [{ value: limitLine("a4") }], CompressionTypes.LZ4),
      );
      const { rows } = await others.read([topic], (seen) => seen.rows.length === 4);
      expect(rows.map(({ host }) => host)).toEqual(["a1", "a2", "a3", "a4"]);
    });

    it("write in transactions: what was aborted is not read, markers hold nobody up", async () => {
      const topic = await others.create(1);
      const transactionalId = `t-${topic}`;
      const options = { transactionalId, idempotent: true, maxInFlightRequests: 1 };
      const producer = others.kafka.producer(options);
      await producer.connect();
      const write = async (host: string, end: "commit" | "abort") => {
        const transaction = await producer.transaction();
        await transaction.send({ topic, messages: [{ value: limitLine(host) }] });
        await transaction[end]();
      };
      await write("a1", "commit");
      await write("forgotten", "abort");
      await write("a2", "commit");
      await write("forgotten", "abort");
      await producer.disconnect();
      const end = await others.endOf(topic);
      expect(end, "four records and the marker behind each").toBe(8);
      const { rows } = await others.read([topic], async () => {
        return (await others.committedOf(topic)) === end;
      });
      expect(rows.map(({ host }) => host)).toEqual(["a1", "a2"]);
    });

    it("forget all keys of a compacted topic: its empty batches hold nobody up", async () => {
      const topic = await others.create(1, {
        "cleanup.policy": "compact",
        "delete.retention.ms": "0",
        "min.compaction.lag.ms": "0",
        "min.cleanable.dirty.ratio": "0.001",
        "segment.ms": "50",
        "segment.bytes": "1048576",
      });
      const producer = others.kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
      await producer.connect();
      const write = (key: string, value: string | null) =>
        producer.send({ topic, messages: [{ key, value, partition: 0 }] });
      await write("k", limitLine("forgotten"));
      await write("k", null);
      await producer.disconnect();
      const log = await openKafka(brokers);
      // Too large to share a segment: the last batch of that producer stays, empty, in its own.
      const padding = "x".repeat(1_048_300);
      const value = JSON.stringify({ message: TEXT, host: "kept", padding });
      const first = () => log.read({ topic, partition: 0, offset: 0 }, 1_000_000);
      while ((await first()).records.length > 0) await others.send(topic, [{ key: "l", value }]);
      await log.close();
      const end = await others.endOf(topic);
      const { rows } = await others.read([topic], async () => {
        return (await others.committedOf(topic)) === end;
      });
      expect(new Set(rows.map(({ host }) => host))).toEqual(new Set(["kept"]));
    });
  });
});

/** More than any log unpacks to, in records that a broker takes. */
function bomb(): string[] {
  const part = "0".repeat(1_000_000);
  return Array.from({ length: Math.ceil(KAFKA_UNPACKED_BYTES_MAX / part.length) + 1 }, () => part);
}

/** With another packer for one codec, which this program's own producers never use. */
async function asPacked(
  type: kafkajs.CompressionTypes.LZ4 | kafkajs.CompressionTypes.Snappy,
  pack: (bytes: Buffer) => Buffer,
  send: () => Promise<void>,
): Promise<void> {
  CompressionCodecs[type] = () => ({
    compress: async ({ buffer }: { buffer: Buffer }) => pack(buffer),
    decompress: async (packed: Buffer) => packed,
  });
  await send().finally(registerCodecs);
}

/** One block that is not compressed, in lz4's frame. */
function lz4(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE((bytes.length | 0x80000000) >>> 0);
  const head = Buffer.from("04224d18604082", "hex");
  return Buffer.concat([head, length, bytes, Buffer.alloc(4)]);
}

/** As Java's producers frame snappy: magic, two versions, blocks after their lengths. */
function xerial(bytes: Buffer): Buffer {
  const head = Buffer.from("82534e41505059000000000100000001", "hex");
  const halves = [bytes.subarray(0, 10), bytes.subarray(10)].map((half) => packSnappy(half));
  const framed = halves.flatMap((block) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(block.length);
    return [length, block];
  });
  return Buffer.concat([head, ...framed]);
}
