import { expect, test } from "vitest";
import { ManualClock } from "../../lib/process/manual-clock.ts";
import { MemoryLog } from "../../lib/stream/memory.ts";
import type { Log } from "../../lib/stream/stream.ts";
import { Codec } from "../../lib/wire/codec.ts";
import { loadSchemas } from "../../lib/wire/schema.ts";
import { topicPath, TOPICS } from "../../lib/wire/topics.ts";
import type { Events } from "../../services/notify/events.ts";
import { Ledger } from "../../services/notify/ledger.ts";
import { MESSAGE_SAMPLES } from "../lib/wire/message-samples.ts";
import { NOW_MS } from "./incidents.ts";

const codec = new Codec(loadSchemas());
const stop = new AbortController().signal;
const delivery = { ...MESSAGE_SAMPLES.delivery, attemptedAtMs: NOW_MS, nextAttemptAtMs: null };
const { sink, incidentId } = delivery;

function ledgerOn(log: Log): Ledger {
  const { partitions } = TOPICS.deliveries;
  const topic = topicPath("deliveries");
  // Nothing is told here: all records are whole and the log takes them.
  const events = {} as Events;
  return new Ledger({ log, codec, clock: new ManualClock(NOW_MS), events, topic, partitions });
}

test("meeting its own records again brings no older standing back", async () => {
  const memory = new MemoryLog(new ManualClock(NOW_MS));
  const client = memory.connect();
  memory.ensure({ ...TOPICS.deliveries, name: topicPath("deliveries") });
  const seen: number[] = [];
  const log: Log = Object.assign(Object.create(client) as Log, {
    append: client.append.bind(client),
    offsets: client.offsets.bind(client),
    read: async (...[from]: Parameters<Log["read"]>) => {
      seen.push(ledger.standing(sink, incidentId).toldRevision);
      return client.read(from, 1);
    },
  });
  const ledger = ledgerOn(log);
  for (const revision of [1, 2, 3]) {
    const told = { toldRevision: revision, toldEscalation: 1 };
    await ledger.record([{ ...delivery, revision, state: "sent", ...told }], stop);
  }
  await ledger.catchUp();
  expect(seen).toEqual([3, 3, 3]);

  const other = ledgerOn(client);
  await other.catchUp();
  expect(other.standing(sink, incidentId)).toEqual(ledger.standing(sink, incidentId));
});

test("the latest record alone says what was told before", async () => {
  const memory = new MemoryLog(new ManualClock(NOW_MS));
  memory.ensure({ ...TOPICS.deliveries, name: topicPath("deliveries") });
  const ledger = ledgerOn(memory.connect());
  const told = { toldRevision: 3, toldEscalation: 2, toldInDigest: true };
  const failed = {
    ...delivery,
    revision: 5,
    state: "failed" as const,
    nextAttemptAtMs: NOW_MS + 9,
  };
  await ledger.record([{ ...failed, ...told, attempts: 4 }], stop);
  expect(ledger.standing(sink, incidentId)).toMatchObject({
    ...told,
    settledRevision: 3,
    failed: { revision: 5, attempts: 4, nextAttemptAtMs: NOW_MS + 9 },
  });
});
