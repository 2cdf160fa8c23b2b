import { describe, expect, it } from "vitest";
import { LIMITS } from "../../services/ingest/limits.ts";
import { limitLine } from "./listen/listen-world.ts";
import {
  batchesOf,
  expectedRows,
  formatRecords,
  GROUP,
  reading,
  rowsOf,
  SHIPPER_TOPICS,
  shipperRecords,
  START_MS,
  TOPIC,
  topicsWorld,
} from "./topics-world.ts";

const TEXT = "Limiting tcp reset response from 422 to 192 packets/sec";

describe("topics of others to observations", () => {
  it.each(SHIPPER_TOPICS)("reads every record of %s", async (topic) => {
    const { log, put, turns, stop, told } = reading();
    const records = shipperRecords(topic);
    for (const { partition, payload } of records) put(payload, partition);
    await turns();
    await stop();
    const expected = expectedRows(TOPIC, records);
    expect(rowsOf(log)).toEqual(expected.map((row) => expect.objectContaining(row)));
    expect(told).toMatchObject({ lines: records.length, passed: records.length, rejected: 0 });
  });

  it.each(formatRecords())("reads $shipper, told by content or by name", async (record) => {
    const { bytes, says, format } = record;
    for (const told of ["auto", format] as const) {
      const { rows, told: events } = await reading(topicsWorld(), { format: told }).read(bytes);
      expect(events).toMatchObject({ lines: 1, passed: 1 });
      expect(rows).toEqual(says["host"] === null ? [] : [expect.objectContaining(says)]);
    }
  });

  it("commits behind what it has published, and goes on there", async () => {
    const made = topicsWorld();
    await reading(made).read(limitLine("a1"), limitLine("a2"));
    expect(made.log.committedOffset(GROUP, TOPIC, 0)).toBe(2);
    const { rows } = await reading(made).read(limitLine("a3"));
    expect(rows.map(({ host, trust }) => [host, trust])).toEqual([
      ["a1", "connected"],
      ["a2", "connected"],
      ["a3", "connected"],
    ]);
  });

  it("begins at the end where it says so, once and for all", async () => {
    const made = topicsWorld();
    made.log.append(TOPIC, 0, [{ key: null, value: Buffer.from(limitLine("old")) }]);
    const first = reading(made, { from: "end" });
    await first.turns();
    // Nothing was read, and yet it must not be the end of another day after a restart.
    made.clock.advance(LIMITS.idleAfterMs);
    await first.turns();
    await first.stop();
    made.log.append(TOPIC, 0, [{ key: null, value: Buffer.from(limitLine("meanwhile")) }]);
    const { rows } = await reading(made, { from: "end" }).read(limitLine("new"));
    expect(rows.map(({ host }) => host)).toEqual(["meanwhile", "new"]);
  });

  it("ticks for each of its partitions, as far as it has read", async () => {
    const made = topicsWorld();
    await reading(made).read(limitLine("a1"));
    const ticks = batchesOf(made.log).flatMap((batch) => batch.ticks);
    expect(new Set(ticks.map(({ source }) => source))).toEqual(
      new Set([0, 1, 2, 3].map((partition) => `${TOPIC}/${partition}`)),
    );
    for (const { arrivalMs } of ticks) expect(arrivalMs).toBeLessThan(START_MS + 1_000);
  });

  it("takes every line of a record, JSON over several lines, and a JSON string", async () => {
    const pretty = JSON.stringify({ message: TEXT, host: "b1", timestamp: START_MS }, null, 2);
    const { rows } = await reading().read(
      `${limitLine("a1")}\n${limitLine("a2")}\n`,
      pretty,
      JSON.stringify(limitLine("c1")),
      `{"message":"${TEXT}","host":"d1"}\n{"message":"${TEXT}","host":"d2"}`,
    );
    expect(rows.map(({ host, at }) => `${host} ${at}`)).toEqual([
      `a1 ${TOPIC}/0@0#1`,
      `a2 ${TOPIC}/0@0#2`,
      `b1 ${TOPIC}/0@1#1`,
      `c1 ${TOPIC}/0@2#1`,
      `d1 ${TOPIC}/0@3#1`,
      `d2 ${TOPIC}/0@3#2`,
    ]);
  });

  it("drops tombstones and blanks as empty", async () => {
    const { told, rejects } = await reading().read(null, "", "\n \n", "\0\0\0\0\0\0");
    expect(told).toMatchObject({ lines: 4, dropped: 4 });
    expect(rejects).toEqual([]);
  });
});

describe("the stamp of a record of others", () => {
  async function rowAt(stampMs: number, line = limitLine("fw1")) {
    const { step, log, told } = reading();
    const record = {
      offset: 0,
      arrivalMs: stampMs,
      key: null,
      headers: {},
      value: Buffer.from(line),
    };
    const place = { topic: TOPIC, partition: 0 };
    await step.assigned([place]);
    const { publish, done } = await step.handle({
      ...place,
      type: "records",
      nextOffset: 1,
      endOffset: 1,
      records: [record],
    });
    for (const { topic, partition, records } of publish) log.append(topic, partition, records);
    done?.();
    return { row: rowsOf(log)[0], told };
  }

  it("stands where it may be a backlog: years and beliefs follow it", async () => {
    const { row, told } = await rowAt(Date.UTC(2023, 10, 20, 9));
    expect(row).toMatchObject({ time: "2023-11-20T08:30:00.000Z", timeSource: "line" });
    expect(told.of("stampsReplaced")).toEqual([]);
  });

  it.each([
    ["is none", -1],
    ["is zero", 0],
    ["lies ahead of our clock", START_MS + 86_400_000 * 400],
    ["is no time at all", 2 ** 62],
  ])("is replaced by our clock where it %s", async (_what, stampMs) => {
    const { row, told } = await rowAt(stampMs);
    expect(row).toMatchObject({ time: "2026-11-20T08:30:00.000Z", timeSource: "line" });
    expect(told.of("stampsReplaced")).toEqual([["central", 1]]);
  });
});
