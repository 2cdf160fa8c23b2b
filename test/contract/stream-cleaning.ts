import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Log, TopicSpec } from "../../lib/stream/stream.ts";
import type { LogHarness } from "./stream-harness.ts";
import { COMPACTED, PLAIN, record, take, texts } from "./stream-harness.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

const AGED: TopicSpec = {
  ...PLAIN,
  name: "aged",
  partitions: 1,
  cleanup: { policy: "delete", retentionMs: MINUTE_MS, compactAfterMs: 0 },
};

export function describeCleaning(
  harness: LogHarness,
  clean: NonNullable<LogHarness["clean"]>,
): void {
  describe("retention and compaction", () => {
    let log: Log;
    beforeEach(async () => {
      log = await harness.open();
      await log.ensureTopics([AGED, COMPACTED]);
    });
    afterEach(() => harness.close(log));
    const readAll = (topic: string) => log.read({ topic, partition: 0, offset: 0 }, 1_000_000);

    it("forgets by age; who stood before the start learns what is missing", async () => {
      await log.append("aged", 0, [record("old"), record("older")]);
      const consumer = await log.join({ group: "g", topics: ["aged"] });
      await take(consumer, "assigned");
      await take(consumer, "records");
      await consumer.commit([{ topic: "aged", partition: 0, offset: 1 }]);
      await consumer.close();

      await clean(log, harness.nowMs() + MINUTE_MS / 2);
      expect((await readAll("aged")).records).toHaveLength(2);
      await clean(log, harness.nowMs() + MINUTE_MS + 1_000);
      await log.append("aged", 0, [record("new")]);
      expect(await log.offsets("aged")).toMatchObject([{ startOffset: 2, endOffset: 3 }]);
      expect(texts((await readAll("aged")).records)).toEqual(["new"]);

      const late = await log.join({ group: "g", topics: ["aged"] });
      await take(late, "assigned");
      expect(await take(late, "gap")).toMatchObject({ fromOffset: 1, toOffset: 2 });
      expect(texts((await take(late, "records")).records)).toEqual(["new"]);
      const fresh = await log.join({ group: "never read", topics: ["aged"] });
      await take(fresh, "assigned");
      await take(fresh, "records");
    });

    it("forgets by size, the oldest first", async () => {
      await log.ensureTopics([{ ...AGED, retentionBytes: 3_000 }]);
      for (let n = 0; n < 10; n++) await log.append("aged", 0, [record(`${n}`.repeat(900))]);
      await clean(log, harness.nowMs());
      const { records, startOffset } = await readAll("aged");
      expect(texts(records).map((text) => text[0])).toEqual(["7", "8", "9"]);
      expect(startOffset).toBe(7);
    });

    it("keeps the latest of each key, at its offset, and what is too young", async () => {
      await log.append("compacted", 0, [record("a1", "a"), record("b1", "b")]);
      await log.append("compacted", 0, [record("a2", "a"), record("a3", "a")]);
      await log.append("compacted", 0, [record("c1", "c")]);
      await clean(log, harness.nowMs());
      expect((await readAll("compacted")).records).toHaveLength(5);

      await clean(log, harness.nowMs() + 2 * MINUTE_MS);
      const { records, startOffset } = await readAll("compacted");
      expect(texts(records)).toEqual(["b1", "a3", "c1"]);
      expect(records.map(({ offset }) => offset)).toEqual([1, 3, 4]);
      expect(startOffset).toBe(0);
      log = await harness.reopen(log);
      expect(texts((await readAll("compacted")).records)).toEqual(["b1", "a3", "c1"]);
    });

    it("goes over holes without a gap", async () => {
      await log.append("compacted", 0, [record("a1", "a")]);
      await log.append("compacted", 0, [record("a2", "a")]);
      await clean(log, harness.nowMs() + 2 * MINUTE_MS);
      const consumer = await log.join({ group: "g", topics: ["compacted"] });
      await take(consumer, "assigned");
      const event = await take(consumer, "records");
      expect(texts(event.records)).toEqual(["a2"]);
      expect(event.nextOffset).toBe(2);
    });

    it("forgets a key a day after its record without value", async () => {
      await log.append("compacted", 0, [record("a1", "a"), record("b1", "b")]);
      await log.append("compacted", 0, [{ key: "a", value: null }]);
      await clean(log, harness.nowMs() + 2 * MINUTE_MS);
      const early = (await readAll("compacted")).records;
      expect(early.map(({ key, value }) => [key, value === null])).toEqual([
        ["b", false],
        ["a", true],
      ]);
      await clean(log, harness.nowMs() + DAY_MS + MINUTE_MS);
      expect((await readAll("compacted")).records.map(({ key }) => key)).toEqual(["b"]);
      await log.append("compacted", 0, [record("a4", "a")]);
      expect(texts((await readAll("compacted")).records)).toEqual(["b1", "a4"]);
    });
  });
}
