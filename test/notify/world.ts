import type { Control } from "../../lib/domain/control.ts";
import type { Delivery } from "../../lib/domain/delivery.ts";
import type { Incident } from "../../lib/domain/incident.ts";
import { ManualClock } from "../../lib/process/manual-clock.ts";
import { seededRandom } from "../../lib/process/random.ts";
import type { MemoryClient, MemoryFaults } from "../../lib/stream/memory.ts";
import { MemoryLog } from "../../lib/stream/memory.ts";
import { partitionOf } from "../../lib/stream/partition.ts";
import { Codec } from "../../lib/wire/codec.ts";
import { decodeMessage, encodeMessage } from "../../lib/wire/message.ts";
import { loadSchemas } from "../../lib/wire/schema.ts";
import type { TopicName } from "../../lib/wire/topics.ts";
import { topicPath, TOPICS } from "../../lib/wire/topics.ts";
import type { Sink } from "../../services/notify/deliver/sink.ts";
import type { Events } from "../../services/notify/events.ts";
import type { Notify, NotifyOptions } from "../../services/notify/main.ts";
import { createNotify } from "../../services/notify/main.ts";
import { NOW_MS } from "./incidents.ts";

const codec = new Codec(loadSchemas());
const NOTIFY_TOPICS = ["incidents", "controls", "deliveries", "history"] as const;

/** What the notifier told, as `what sink reason`. */
export type Told = string;

/** A notifier on a log in memory, under a clock that the test moves. */
export class World {
  readonly clock = new ManualClock(NOW_MS);
  readonly faults: MemoryFaults = {};
  readonly log = new MemoryLog(this.clock, this.faults);
  readonly told: Told[] = [];
  readonly deaths: unknown[] = [];
  #client: MemoryClient = this.log.connect();
  #notify: Notify | null = null;

  constructor() {
    for (const name of NOTIFY_TOPICS) {
      const { partitions, recordBytesMax, cleanup } = TOPICS[name];
      this.log.ensure({ name: topicPath(name), partitions, recordBytesMax, cleanup });
    }
  }

  /** A process of its own; the log is the same. */
  async start(sinks: readonly Sink[], over: Partial<NotifyOptions> = {}): Promise<Notify> {
    this.#client = this.log.connect();
    this.#notify = createNotify({
      log: this.#client,
      codec,
      clock: this.clock,
      random: seededRandom(7),
      events: this.#events(),
      sinks,
      routes: [],
      pagesPerMinute: 10_000,
      ...over,
    });
    const died = (reason: unknown) => void this.deaths.push(reason);
    await this.#notify.start({ died, stopping: new AbortController().signal });
    await settle();
    return this.#notify;
  }

  async stop(): Promise<void> {
    const stopping = this.#notify?.stop();
    await settle();
    await stopping;
  }

  /** kill -9. */
  crash(): void {
    void this.#client.crash();
  }

  publish(...incidents: readonly Incident[]): void {
    for (const incident of incidents) this.#append("incidents", incident.id, "incident", incident);
  }

  control(control: Control): void {
    this.#append("controls", control.id, "control", control);
  }

  deliver(delivery: Delivery): void {
    const key = `${delivery.sink}/${delivery.incidentId}`;
    this.#append("deliveries", key, "delivery", delivery);
  }

  /** Everything that falls due in this time happens, each at its own moment. */
  async run(forMs: number): Promise<void> {
    const untilMs = this.clock.nowMs() + forMs;
    await settle();
    for (let dueMs = this.clock.nextDueMs(); dueMs !== null && dueMs <= untilMs;) {
      this.clock.advance(Math.max(0, dueMs - this.clock.nowMs()));
      await settle();
      dueMs = this.clock.nextDueMs();
    }
    this.clock.advance(untilMs - this.clock.nowMs());
    await settle();
  }

  deliveries(): Delivery[] {
    return this.#read("deliveries").map((bytes) => {
      const message = decodeMessage(codec, bytes, ["delivery"]);
      if (!message.ok) throw new Error(message.reason);
      return message.value;
    });
  }

  history(): { incidentId: string; kind: string; inner: string; evidence: number }[] {
    return this.#read("history").map((bytes) => {
      const message = decodeMessage(codec, bytes, ["history-entry"]);
      if (!message.ok) throw new Error(message.reason);
      const { incidentId, kind, record, evidence } = message.value;
      const inner = decodeMessage(codec, record, ["incident", "control", "delivery"]);
      return { incidentId, kind, inner: inner.ok ? inner.name : "?", evidence: evidence.length };
    });
  }

  #append(
    topic: TopicName,
    key: string,
    name: "incident" | "control" | "delivery",
    value: Incident | Control | Delivery,
  ): void {
    const partition = partitionOf(key, TOPICS[topic].partitions);
    const bytes = encodeMessage(codec, name, value as never);
    this.log.append(topicPath(topic), partition, [{ key, value: bytes }]);
  }

  #read(topic: TopicName): Uint8Array[] {
    return Array.from({ length: TOPICS[topic].partitions }, (_, partition) => {
      const from = { topic: topicPath(topic), partition, offset: 0 };
      return this.log.slice(from, Number.POSITIVE_INFINITY).records;
    }).flatMap((records) => records.flatMap(({ value }) => value ?? []));
  }

  #events(): Events {
    const say = (...words: unknown[]) => void this.told.push(words.join(" "));
    return {
      notify: {
        delivered: ({ sink, key }) => say("delivered", sink, key),
        deliveryRetried: ({ sink }, reason) => say("retried", sink, reason),
        deliveryDead: ({ sink }, reason) => say("dead", sink, reason),
        suppressed: (sink, reason) => say("suppressed", sink, reason),
        pending: () => {},
        sinkDisabled: (sink) => say("disabled", sink),
        unreadable: (topic, partition, offset, reason) =>
          say("unreadable", `${topic}/${partition}@${offset}`, reason),
      },
      stream: {
        appendRetried: (stage) => say("append retried", stage),
        recordsLost: (stage, { topic }) => say("lost", stage, topic),
      },
    };
  }
}

/** Until nothing happens any more without the clock: the log in memory needs no real time. */
export async function settle(): Promise<void> {
  for (let round = 0; round < 3; round++) await new Promise((resolve) => setImmediate(resolve));
}

export function count(words: readonly string[], start: string): number {
  return words.filter((word) => word.startsWith(start)).length;
}
