import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Log } from "../../lib/stream/stream.ts";
import type { LogHarness } from "./stream-harness.ts";
import { consume, PLAIN, record, take, takeRevoked, texts } from "./stream-harness.ts";

const HEARD_WITHIN_MS = 2_000;

export function describeGroups(harness: LogHarness): void {
  describe("groups", () => {
    let log: Log;
    beforeEach(async () => {
      log = await harness.open();
      await log.ensureTopics([PLAIN]);
    });
    afterEach(() => harness.close(log));
    const fill = async (count: number) => {
      for (let n = 0; n < count; n++) await log.append("plain", n % 3, [record(`${n}`)]);
    };

    it("each group reads everything, each partition in order", async () => {
      await fill(30);
      for (const group of ["one", "two"]) {
        const consumer = await log.join({ group, topics: ["plain"], batchBytes: 50 });
        const seen = (await consume(consumer, 30)).map(Number);
        for (const partition of [0, 1, 2]) {
          const own = seen.filter((n) => n % 3 === partition);
          expect(own).toEqual([...own].sort((a, b) => a - b));
        }
        expect(new Set(seen).size).toBe(30);
      }
    });

    it("goes on from its commits when opened again, and repeats the rest", async () => {
      await fill(9);
      const before = await log.join({ group: "g", topics: ["plain"] });
      expect(await log.committed("g", "plain")).toEqual([]);
      await take(before, "assigned");
      const done = await take(before, "records");
      await before.commit([{ topic: "plain", partition: done.partition, offset: 2 }]);
      await take(before, "records");

      log = await harness.reopen(log);
      expect(await log.committed("g", "plain")).toEqual([
        { topic: "plain", partition: done.partition, offset: 2 },
      ]);
      const after = await log.join({ group: "g", topics: ["plain"] });
      const seen = await consume(after, 7);
      expect(seen.map(Number).filter((n) => n % 3 === done.partition)).toHaveLength(1);
    });

    it("hands new records to a consumer that waits", async () => {
      const consumer = await log.join({ group: "g", topics: ["plain"] });
      await take(consumer, "assigned");
      const waiting = take(consumer, "records");
      await log.append("plain", 2, [record("now")]);
      const event = await waiting;
      expect(texts(event.records)).toEqual(["now"]);
      expect(event.endOffset).toBe(event.nextOffset);
    });

    it("starts at the end when told to, and where seek says", async () => {
      await fill(9);
      const consumer = await log.join({ group: "g", topics: ["plain"], from: "end" });
      await take(consumer, "assigned");
      await log.append("plain", 0, [record("new")]);
      expect(texts((await take(consumer, "records")).records)).toEqual(["new"]);
      consumer.seek({ topic: "plain", partition: 1, offset: 2 });
      expect(texts((await take(consumer, "records")).records)).toEqual(["7"]);
    });

    it("tells when nothing comes", async () => {
      const consumer = await log.join({ group: "g", topics: ["plain"], idleAfterMs: 0 });
      await take(consumer, "assigned");
      await take(consumer, "idle");
      await log.append("plain", 0, [record("a")]);
      await take(consumer, "records");
      await take(consumer, "idle");
    });

    it("ends a waiting consumer when it or the log is closed", async () => {
      const first = await log.join({ group: "g", topics: ["plain"] });
      await take(first, "assigned");
      const waiting = take(first, "closed");
      await first.close();
      await waiting;
      await take(first, "closed");

      const second = await log.join({ group: "g", topics: ["plain"] });
      await take(second, "assigned");
      const alsoWaiting = take(second, "closed");
      await log.close();
      await alsoWaiting;
    });

    it("deals partitions out anew as members come and go, after work at hand", async () => {
      await fill(3);
      const first = await log.join({ group: "g", topics: ["plain"] });
      expect((await take(first, "assigned")).partitions).toHaveLength(3);
      const batch = await take(first, "records");

      const second = await log.join({ group: "g", topics: ["plain"] });
      let early = true;
      const joined = second.next().then((event) => {
        expect(early, "partitions are dealt out while their holder is at work").toBe(false);
        return event;
      });
      // The first is still at work: it may commit, and nobody else has its partition.
      const { partition } = batch;
      await first.commit([{ topic: "plain", partition, offset: batch.nextOffset }]);
      early = false;
      await takeRevoked(first, harness.rebalancesAtOnce);
      const kept = await take(first, "assigned");
      const taken = await joined;
      expect(taken.type).toBe("assigned");
      const held = [...kept.partitions, ...(taken.type === "assigned" ? taken.partitions : [])];
      expect(held.map((each) => each.partition).sort((a, b) => a - b)).toEqual([0, 1, 2]);

      await second.close();
      await takeRevoked(first, harness.rebalancesAtOnce);
      expect((await take(first, "assigned")).partitions).toHaveLength(3);
      expect((await consume(first, 2)).map(Number)).not.toContain(partition);
    });

    it("deals partitions out anew after work that is open while more is asked for", async () => {
      await fill(1);
      const first = await log.join({ group: "g", topics: ["plain"] });
      await take(first, "assigned");
      const { topic, partition, nextOffset } = await take(first, "records");
      const open = Promise.withResolvers<void>();
      const revoked = first.next(open.promise);

      const second = await log.join({ group: "g", topics: ["plain"] });
      let isEarly = true;
      const joined = second.next().then((event) => {
        expect(isEarly, "partitions are dealt out while work on them is open").toBe(false);
        return event;
      });
      // That nothing happens shows in time only: here, more than a heartbeat.
      await Promise.race([joined, pause(harness.rebalancesAtOnce ? 1 : HEARD_WITHIN_MS)]);
      await first.commit([{ topic, partition, offset: nextOffset }]);
      isEarly = false;
      open.resolve();
      expect((await revoked).type).toBe("revoked");
      await take(first, "assigned");
      expect((await joined).type).toBe("assigned");
    });

    it("refuses the commit and the seek of a partition that is not held", async () => {
      await fill(3);
      const first = await log.join({ group: "g", topics: ["plain"] });
      const second = await log.join({ group: "g", topics: ["plain"] });
      const { partitions } = await take(first, "assigned");
      await take(second, "assigned");
      const foreign = [0, 1, 2].find((n) => partitions.every(({ partition }) => partition !== n));
      const place = { topic: "plain", partition: foreign ?? -1, offset: 1 };
      await expect(first.commit([place])).rejects.toMatchObject({ code: "fenced" });
      expect(() => first.seek(place)).toThrow(/partition|taken/);
      expect(await log.committed("g", "plain")).toEqual([]);
    });
  });
}
