import { EventEmitter } from "node:events";
import type { Kafka } from "kafkajs";
import kafkajs from "kafkajs";
import { describe, expect, it, vi } from "vitest";
import { ManualClock } from "../../../lib/process/manual-clock.ts";
import { KafkaConsumer } from "../../../lib/stream/kafka-consumer.ts";

const { events } = new kafkajs.Kafka({ brokers: ["nowhere:9092"] }).consumer({ groupId: "g" });
const PLACE = { topic: "t", partition: 0 };

/** What kafkajs does when it joins, once for each run. */
type Run = (emitter: EventEmitter) => void;

const joins: Run = (emitter) => emitter.emit(events.GROUP_JOIN, { memberAssignment: { t: [0] } });
const crashes =
  (error: Error): Run =>
  (emitter) =>
    emitter.emit(events.CRASH, { error, restart: false });

/** A consumer over a client that does this, run after run. */
async function started(...runs: readonly Run[]) {
  const emitter = new EventEmitter();
  const left = [...runs];
  const client = {
    events,
    on: (name: string, call: (event: object) => void) =>
      emitter.on(name, (payload) => call({ payload })),
    run: async () => left.shift()?.(emitter),
    ...Object.fromEntries(
      ["connect", "disconnect", "subscribe"].map((name) => [name, () => Promise.resolve()]),
    ),
    ...Object.fromEntries(["pause", "resume", "seek"].map((name) => [name, () => undefined])),
  };
  const kafka = { consumer: () => client } as unknown as Kafka;
  const clock = new ManualClock();
  const log = {
    offsets: async () => [{ ...PLACE, startOffset: 0, endOffset: 0 }],
    committed: async () => [],
  };
  const consumer = new KafkaConsumer(kafka, clock, { group: "g", topics: ["t"] }, log);
  await consumer.start();
  return { consumer, clock, left };
}

describe("where kafkajs gives up", () => {
  const away = Object.assign(new Error("Failed to find group coordinator"), {
    name: "KafkaJSGroupCoordinatorNotFound",
    retriable: false,
  });

  it("joins again until somebody names the coordinator", async () => {
    const { consumer, clock } = await started(crashes(away), crashes(away), joins);
    const event = consumer.next();
    for (let again = 0; again < 2; again++) {
      await vi.waitFor(() => expect(clock.nextDueMs()).not.toBeNull());
      clock.advance(1_000);
    }
    expect(await event).toEqual({ type: "assigned", partitions: [PLACE] });
  });

  it("joins no more when it was closed meanwhile", async () => {
    const { consumer, clock, left } = await started(crashes(away), joins);
    const event = consumer.next();
    await consumer.close();
    clock.advance(1_000);
    expect(await event).toEqual({ type: "closed" });
    expect(left).toHaveLength(1);
  });

  it("ends where joining again does not help", async () => {
    const refused = Object.assign(new Error("no"), { type: "GROUP_AUTHORIZATION_FAILED" });
    const { consumer } = await started(crashes(refused), joins);
    await expect(consumer.next()).rejects.toMatchObject({ code: "not_permitted" });
  });
});
