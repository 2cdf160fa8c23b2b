import { gzipSync } from "node:zlib";
import kafkajs, { type Admin } from "kafkajs";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createKafka } from "../../../lib/stream/kafka-client.ts";
import { KAFKA_UNPACKED_BYTES_MAX } from "../../../lib/stream/limits.ts";
import type { Log } from "../../../lib/stream/stream.ts";
import { COMPACTED, PLAIN, record, take, texts } from "../../contract/stream-harness.ts";
import { connectionTo, onKafka, openPrefixed } from "../../support/kafka-client.ts";
import type { PrefixedLog } from "../../support/prefixed-log.ts";

const PLACE = { topic: "plain", partition: 0 };

onKafka((brokers) => {
  describe("the kafka log on bad days", () => {
    const kafka = createKafka(connectionTo(brokers));
    let admin: Admin;
    let log: PrefixedLog;
    beforeEach(async () => {
      // One for each test: kafkajs does not connect again what was disconnected.
      admin = kafka.admin();
      await admin.connect();
      log = await openPrefixed(brokers);
      await log.ensureTopics([PLAIN]);
    });
    afterEach(async () => {
      await log.close();
      await admin.disconnect();
    });
    const named = (topic: string) => log.prefix + topic;
    /** What retention does, without its clock. */
    const forgetBefore = async (offset: number) => {
      const topic = named("plain");
      // Loads what the call below needs.
      await admin.fetchTopicOffsets(topic);
      const partitions = [{ partition: 0, offset: String(offset) }];
      await admin.deleteTopicRecords({ topic, partitions });
    };
    const fill = async (count: number) => {
      for (let n = 0; n < count; n++) await log.append("plain", 0, [record(`${n}`)]);
    };
    const read = (from = 0) => log.read({ ...PLACE, offset: from }, 1_000_000);

    it("tells who was away what retention took, with its exact extent", async () => {
      await fill(6);
      const before = await log.join({ group: "g", topics: ["plain"], batchBytes: 1 });
      await take(before, "assigned");
      await take(before, "records");
      await before.commit([{ ...PLACE, offset: 1 }]);
      await before.close();
      await forgetBefore(4);
      expect(await read()).toMatchObject({ startOffset: 4, endOffset: 6, nextOffset: 6 });

      const after = await log.join({ group: "g", topics: ["plain"] });
      await take(after, "assigned");
      expect(await take(after, "gap")).toMatchObject({ ...PLACE, fromOffset: 1, toOffset: 4 });
      expect(texts((await take(after, "records")).records)).toEqual(["4", "5"]);
    });

    it("tells a slow member that retention has overtaken it", async () => {
      await fill(2);
      const consumer = await log.join({ group: "g", topics: ["plain"] });
      await take(consumer, "assigned");
      const batch = await take(consumer, "records");
      await fill(5);
      await forgetBefore(batch.nextOffset + 3);
      const gap = await take(consumer, "gap");
      expect(gap).toMatchObject({ fromOffset: batch.nextOffset, toOffset: batch.nextOffset + 3 });
      expect(texts((await take(consumer, "records")).records)).toEqual(["3", "4"]);
    });

    it("does not begin behind the end of a log that was put back", async () => {
      await fill(3);
      const first = await log.join({ group: "g", topics: ["plain"] });
      await take(first, "assigned");
      await first.commit([{ ...PLACE, offset: 9_000 }]);
      await first.close();
      const second = await log.join({ group: "g", topics: ["plain"] });
      await expect(second.next()).rejects.toMatchObject({ code: "offset_unknown" });
    });

    it("goes over what compaction took without a gap", async () => {
      await compactedQuickly(log, named("compacted"));
      await log.append("compacted", 0, [record("a1", "a"), record("b1", "b")]);
      await log.append("compacted", 0, [record("a2", "a")]);
      await vi.waitFor(
        async () => {
          // A segment is compacted when a later append has closed it.
          await log.append("compacted", 0, [record("c", "c")]);
          const slice = await log.read({ topic: "compacted", partition: 0, offset: 0 }, 1e6);
          expect(texts(slice.records).slice(0, 2)).toEqual(["b1", "a2"]);
          expect(slice.startOffset).toBe(0);
        },
        { timeout: 40_000, interval: 300 },
      );
      const consumer = await log.join({ group: "g", topics: ["compacted"] });
      await take(consumer, "assigned");
      const event = await take(consumer, "records");
      expect(event.records.slice(0, 2).map(({ offset }) => offset)).toEqual([1, 2]);
      const later = await consumer.next();
      expect(later).toMatchObject({ type: "records" });
    });

    it("takes an append that is larger than a batch, whole and in order", async () => {
      const large = { ...PLAIN, name: "large", recordBytesMax: 1_000_000 };
      await log.ensureTopics([large]);
      const values = Array.from({ length: 7 }, (_, n) => `${n}`.repeat(400_000));
      const { firstOffset } = await log.append(
        "large",
        0,
        values.map((text) => record(text)),
      );
      const seen: string[] = [];
      for (let offset = firstOffset; seen.length < values.length;) {
        const slice = await log.read({ topic: "large", partition: 0, offset }, 1_000_000);
        seen.push(...texts(slice.records));
        offset = slice.nextOffset;
      }
      expect(seen).toEqual(values);
    });

    it("reads gzip of others, and tells what unpacks to more than any log as a gap", async () => {
      const raw = kafka.producer();
      await raw.connect();
      const send = (value: Buffer) =>
        raw.send({
          topic: named("plain"),
          compression: kafkajs.CompressionTypes.GZIP,
          messages: [{ value, partition: 0 }],
        });
      await send(Buffer.from("small"));
      expect(texts((await read()).records)).toEqual(["small"]);

      const bomb = Buffer.alloc(KAFKA_UNPACKED_BYTES_MAX + 1_000);
      expect(gzipSync(bomb).length).toBeLessThan(1_000_000);
      await send(bomb);
      await send(Buffer.from("behind it"));
      await raw.disconnect();
      const refused = read(1);
      await expect(refused).rejects.toMatchObject({ code: "batch_unreadable", retriable: false });
      await expect(refused).rejects.toThrow("/0, offsets 1 to 1: a record batch of");
      const consumer = await log.join({ group: "g", topics: ["plain"] });
      await take(consumer, "assigned");
      expect(texts((await take(consumer, "records")).records)).toEqual(["small"]);
      const gap = await take(consumer, "gap");
      expect(gap).toMatchObject({ ...PLACE, fromOffset: 1, toOffset: 2 });
      expect(gap.unreadable?.why).toContain("unpacks to more than");
      expect(texts((await take(consumer, "records")).records)).toEqual(["behind it"]);
    });

    it("refuses topics that do not fit, and says how to mend them", async () => {
      const topic = named("other");
      const configEntries = [{ name: "message.timestamp.type", value: "CreateTime" }];
      await admin.createTopics({ topics: [{ topic, numPartitions: 3, configEntries }] });
      const refused = log.ensureTopics([{ ...PLAIN, name: "other" }]);
      await expect(refused).rejects.toMatchObject({ code: "topic_mismatch" });
      await expect(refused).rejects.toThrow(
        `kafka-configs.sh --alter --topic ${topic} --add-config 'message.timestamp.type=LogApp`,
      );
    });

    it("says soon that nobody is there", async () => {
      const nowhere = { ...connectionTo(["127.0.0.1:1"]), retries: 1 };
      const { KafkaLog } = await import("../../../lib/stream/kafka.ts");
      const { wallClock } = await import("../../../lib/process/clock.ts");
      const opening = KafkaLog.open({ connection: nowhere, clock: wallClock, replication: null });
      await expect(opening).rejects.toMatchObject({ code: "broker_unreachable", retriable: true });
    });

    async function compactedQuickly(to: Log, topic: string): Promise<void> {
      const spec = { ...COMPACTED, cleanup: { ...COMPACTED.cleanup, compactAfterMs: 0 } };
      await to.ensureTopics([spec]);
      const configEntries = [
        { name: "cleanup.policy", value: "compact" },
        { name: "message.timestamp.type", value: "LogAppendTime" },
        { name: "min.compaction.lag.ms", value: "0" },
        { name: "segment.ms", value: "100" },
        { name: "min.cleanable.dirty.ratio", value: "0.01" },
      ];
      const type = kafkajs.ConfigResourceTypes.TOPIC;
      await admin.alterConfigs({
        validateOnly: false,
        resources: [{ type, name: topic, configEntries }],
      });
    }
  });
});
