import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Log } from "../../lib/stream/stream.ts";
import { describeCleaning } from "./stream-cleaning.ts";
import { describeGroups } from "./stream-groups.ts";
import type { LogHarness } from "./stream-harness.ts";
import { COMPACTED, PLAIN, record, texts } from "./stream-harness.ts";

/** What lib/stream/stream.ts promises, for every adapter. */
export function describeLog(name: string, harness: LogHarness): void {
  describe(`the ${name} log keeps its promises`, () => {
    describeAppends(harness);
    describeGroups(harness);
    if (harness.clean !== null) describeCleaning(harness, harness.clean);
  });
}

function describeAppends(harness: LogHarness): void {
  let log: Log;
  beforeEach(async () => {
    log = await harness.open();
    await log.ensureTopics([PLAIN, COMPACTED]);
  });
  afterEach(() => harness.close(log));

  it("gives the records of an append consecutive offsets and one stamp", async () => {
    const before = harness.nowMs();
    const first = await log.append("plain", 0, [record("a"), record("b")]);
    const second = await log.append("plain", 0, [record("c")]);
    expect([first.firstOffset, second.firstOffset]).toEqual([0, 2]);

    const { records } = await log.read({ topic: "plain", partition: 0, offset: 0 }, 1_000);
    expect(records.map(({ offset }) => offset)).toEqual([0, 1, 2]);
    expect(records.map(({ arrivalMs }) => arrivalMs)).toEqual([
      first.arrivalMs,
      first.arrivalMs,
      second.arrivalMs,
    ]);
    expect(first.arrivalMs).toBeGreaterThanOrEqual(before);
    expect(first.arrivalMs).toBeLessThanOrEqual(harness.nowMs());
  });

  it("gives back what was appended, byte for byte, also after it was opened again", async () => {
    const text = fc.string({ unit: "grapheme", maxLength: 20 });
    const anyRecord = fc.record({
      key: fc.option(text),
      value: fc.option(fc.uint8Array({ maxLength: 300 })),
      headers: fc.dictionary(text, text, { maxKeys: 4, noNullPrototype: true }),
    });
    const appends = fc.array(fc.array(anyRecord, { minLength: 1, maxLength: 5 }), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(appends, async (batches) => {
        const [range] = await log.offsets("plain");
        for (const batch of batches) await log.append("plain", 0, batch);
        log = await harness.reopen(log);
        const from = { topic: "plain", partition: 0, offset: range?.endOffset ?? 0 };
        const { records } = await log.read(from, 1_000_000);
        expect(records.map(({ key, value, headers }) => ({ key, value, headers }))).toEqual(
          batches.flat().map(({ key, value, headers }) => ({
            key,
            value,
            headers: { ...headers },
          })),
        );
      }),
      { numRuns: harness.slow ? 10 : 50 },
    );
  });

  it("keeps the order of calls, when nobody waits and when the appends are many", async () => {
    const calls = Array.from({ length: 2_000 }, (_, n) =>
      log.append("plain", n % 3, [record(`${n}`)]),
    );
    await Promise.all(calls);
    for (const partition of [0, 1, 2]) {
      const slice = await log.read({ topic: "plain", partition, offset: 0 }, 10_000_000);
      const numbers = slice.records.map((each) => Number(texts([each])[0]));
      expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
      expect(slice.records.length).toBe(Math.ceil((2_000 - partition) / 3));
    }
  });

  it("reads from any offset, at least one record at a time, to the end", async () => {
    for (const text of ["a", "b", "c", "d"]) await log.append("plain", 1, [record(text)]);
    const seen: string[] = [];
    let offset = 1;
    for (;;) {
      const slice = await log.read({ topic: "plain", partition: 1, offset }, 1);
      if (slice.records.length === 0) break;
      seen.push(...texts(slice.records));
      offset = slice.nextOffset;
    }
    expect(seen).toEqual(["b", "c", "d"]);
    expect(await log.offsets("plain")).toEqual([
      { topic: "plain", partition: 0, startOffset: 0, endOffset: 0 },
      { topic: "plain", partition: 1, startOffset: 0, endOffset: 4 },
      { topic: "plain", partition: 2, startOffset: 0, endOffset: 0 },
    ]);
  });

  it.each([
    ["topic_unknown", () => log.append("nowhere", 0, [record("a")])],
    ["topic_unknown", () => log.join({ group: "g", topics: ["nowhere"] })],
    ["partition_unknown", () => log.append("plain", 3, [record("a")])],
    ["partition_unknown", () => log.append("plain", -1, [record("a")])],
    ["batch_empty", () => log.append("plain", 0, [])],
    ["record_too_large", () => log.append("plain", 0, [record("x".repeat(20_000))])],
    ["key_missing", () => log.append("compacted", 0, [record("a")])],
    ["topic_mismatch", () => log.ensureTopics([{ ...PLAIN, partitions: 4 }])],
  ])("refuses with %s, says what to do, and keeps nothing of it", async (code, call) => {
    await expect(call()).rejects.toMatchObject({ code, retriable: false });
    await expect(call()).rejects.toThrow(/: \w+/);
    for (const { endOffset } of await log.offsets("plain")) expect(endOffset).toBe(0);
  });

  it("refuses to work after it was closed, and closes twice", async () => {
    await log.close();
    await log.close();
    await expect(log.append("plain", 0, [record("a")])).rejects.toMatchObject({ code: "closed" });
    await expect(log.offsets("plain")).rejects.toMatchObject({ code: "closed" });
  });

  it("writes what is being appended when it is closed", async () => {
    const last = log.append("plain", 0, [record("last")]);
    log = await harness.reopen(log);
    await last;
    const { records } = await log.read({ topic: "plain", partition: 0, offset: 0 }, 1_000);
    expect(texts(records)).toEqual(["last"]);
  });
}
