import { expect } from "vitest";
import type {
  Consumer,
  ConsumerEvent,
  Log,
  LogRecord,
  NewRecord,
  TopicSpec,
} from "../../lib/stream/stream.ts";

/** What the contract suite needs of an adapter under test. */
export interface LogHarness {
  /** An empty log. */
  open(): Promise<Log>;
  /** Closes, and opens what was written. */
  reopen(log: Log): Promise<Log>;
  /** Closes and clears away. */
  close(log: Log): Promise<void>;
  nowMs(): number;
  /**
   * Retention and compaction as they would be at `nowMs`. Null where they follow a clock that no
   * test can turn: a broker's. Those adapters show the same promises in a suite of their own.
   */
  readonly clean: ((log: Log, nowMs: number) => Promise<void>) | null;
  /**
   * A member hears of a rebalance at its next event. False where it hears with a heartbeat, and may
   * get records that it holds rightly before that.
   */
  readonly rebalancesAtOnce: boolean;
  /** Opening it costs more than a few milliseconds. */
  readonly slow: boolean;
}

const FOREVER = { policy: "delete", retentionMs: null, compactAfterMs: 0 } as const;

export const PLAIN: TopicSpec = {
  name: "plain",
  partitions: 3,
  recordBytesMax: 10_000,
  cleanup: FOREVER,
};

export const COMPACTED: TopicSpec = {
  name: "compacted",
  partitions: 1,
  recordBytesMax: 10_000,
  cleanup: { policy: "compact", retentionMs: null, compactAfterMs: 60_000 },
};

export function record(text: string, key: string | null = null): NewRecord {
  return { key, value: new TextEncoder().encode(text) };
}

export function texts(records: readonly LogRecord[]): string[] {
  return records.map(({ value }) => (value === null ? "" : new TextDecoder().decode(value)));
}

/** The next event, which must be of this type. */
export async function take<Type extends ConsumerEvent["type"]>(
  consumer: Consumer,
  type: Type,
): Promise<Extract<ConsumerEvent, { type: Type }>> {
  const event = await consumer.next();
  expect(event.type).toBe(type);
  return event as Extract<ConsumerEvent, { type: Type }>;
}

/** The next `revoked`, which no other change comes before. */
export async function takeRevoked(consumer: Consumer, atOnce: boolean): Promise<void> {
  let event = await consumer.next();
  if (!atOnce) while (event.type === "records") event = await consumer.next();
  expect(event.type).toBe("revoked");
}

/** Reads and commits until `count` records have come; the texts in order of arrival. */
export async function consume(consumer: Consumer, count: number): Promise<string[]> {
  const seen: string[] = [];
  while (seen.length < count) {
    const event = await consumer.next();
    if (event.type !== "records") continue;
    seen.push(...texts(event.records));
    const { topic, partition, nextOffset } = event;
    await consumer.commit([{ topic, partition, offset: nextOffset }]);
  }
  return seen;
}
