import { expect, it } from "vitest";
import { Outbox } from "../../../services/ingest/listen/outbox.ts";
import { LINES, listenWorld } from "./listen-world.ts";

const record = { key: null, value: new Uint8Array([1]) };

it("ends a flush when what was put before it is in the log, whatever comes behind", async () => {
  const { world, log } = listenWorld();
  const outbox = new Outbox({ ...world, input: "x", failed: () => {} });
  let isEnough = false;
  const putMore = () => {
    if (!isEnough) outbox.put(LINES.topic, 0, record, putMore);
  };
  putMore();
  await outbox.flush();
  expect(
    log.slice({ topic: LINES.topic, partition: 0, offset: 0 }, Infinity).records.length,
  ).toBeGreaterThan(0);
  isEnough = true;
  await outbox.flush();
});

it("ends a flush with the reason when what was put never gets into the log", async () => {
  const { world } = listenWorld();
  const gone = new Error("gone");
  const failures: unknown[] = [];
  const failed = (error: unknown) => failures.push(error);
  const log = { append: () => Promise.reject(gone) };
  const outbox = new Outbox({ ...world, log, input: "x", failed });
  outbox.put(LINES.topic, 0, record);
  await expect(outbox.flush()).rejects.toBe(gone);
  await expect(outbox.flush()).rejects.toBe(gone);
  expect(failures).toEqual([gone]);
});
