import { randomUUID } from "node:crypto";
import kafkajs, { type Admin, type CompressionTypes, type Kafka, type Message } from "kafkajs";
import { NO_IDENTITY_RULES } from "../../lib/domain/host-identity.ts";
import { utcZone } from "../../lib/domain/zone.ts";
import { sleep, wallClock } from "../../lib/process/clock.ts";
import { createKafka } from "../../lib/stream/kafka-client.ts";
import { kafkaInput } from "../../services/ingest/kafka-input.ts";
import {
  codec,
  listenWorld,
  OBSERVATIONS,
  REJECTED,
  rejectedOf,
} from "../ingest/listen/listen-world.ts";
import { rowsOf } from "../ingest/topics-world.ts";
import { connectionTo, openKafka } from "./kafka-client.ts";

const READ_WITHIN_MS = 45_000;
const LOOK_EVERY_MS = 50;

export type TopicConfig = Readonly<Record<string, string>>;

/** A cluster where other programs write, and a pipeline on a log of its own that reads there. */
export class TopicsOfOthers {
  readonly #brokers: readonly string[];
  readonly #kafka: Kafka;
  readonly #admin: Admin;

  constructor(brokers: readonly string[]) {
    this.#brokers = brokers;
    this.#kafka = createKafka(connectionTo(brokers));
    this.#admin = this.#kafka.admin();
  }

  /** The client that other programs write with. */
  get kafka(): Kafka {
    return this.#kafka;
  }

  /** A new topic, of which nothing goes unless its settings say so. */
  async create(partitions: number, config: TopicConfig = { "retention.ms": "-1" }) {
    const topic = randomUUID();
    const configEntries = Object.entries(config).map(([name, value]) => ({ name, value }));
    await this.#admin.createTopics({
      topics: [{ topic, numPartitions: partitions, configEntries }],
    });
    return topic;
  }

  async send(
    topic: string,
    messages: readonly Message[],
    compression: CompressionTypes = kafkajs.CompressionTypes.None,
  ): Promise<void> {
    // A partition that has no leader yet makes it send again: to all of them, but for this.
    const producer = this.#kafka.producer({
      allowAutoTopicCreation: false,
      idempotent: true,
      maxInFlightRequests: 1,
    });
    await producer.connect();
    await producer.send({ topic, messages: [...messages], compression });
    await producer.disconnect();
  }

  /** The next offset of partition 0. */
  async endOf(topic: string): Promise<number> {
    const [range] = await this.#admin.fetchTopicOffsets(topic);
    return Number(range?.high ?? Number.NaN);
  }

  /** Where the group of `reads` stands in partition 0; -1 where it has not committed. */
  async committedOf(topic: string): Promise<number> {
    const asked = { groupId: groupOf(topic), topics: [topic] };
    // A broker that loads what groups have committed answers with an error until it has.
    const found = await this.#admin.fetchOffsets(asked).catch(() => []);
    return Number(found[0]?.partitions[0]?.offset ?? -1);
  }

  /** Reads a topic until `isDone`, and says what came of it. */
  async read(topics: readonly string[], isDone: (seen: Seen) => boolean | Promise<boolean>) {
    const { log, told } = listenWorld();
    const deaths: unknown[] = [];
    const brokers = this.#brokers;
    const part = kafkaInput(
      {
        name: "central",
        realm: "",
        topics,
        format: "auto",
        from: "beginning",
        zone: utcZone,
        group: groupOf(topics[0]!),
        source: { open: () => openKafka(brokers), isShared: false },
      },
      {
        log: log.connect(),
        clock: wallClock,
        codec,
        events: told.events,
        observations: OBSERVATIONS,
        rejected: REJECTED,
        rules: () => NO_IDENTITY_RULES,
        // The vectors are of one day of 2026, whenever they are read.
        retainMs: 365 * 86_400_000,
      },
    );
    const seen = () => ({ told, rows: rowsOf(log), rejects: rejectedOf(log) });
    await part.start({ died: (reason) => void deaths.push(reason), stopping: never });
    try {
      const deadlineMs = Date.now() + READ_WITHIN_MS;
      while (deaths.length === 0 && !(await isDone(seen()))) {
        if (Date.now() > deadlineMs) throw new Error(`not read: ${JSON.stringify(told.calls)}`);
        await sleep(wallClock, LOOK_EVERY_MS);
      }
    } finally {
      await part.stop();
    }
    if (deaths.length > 0) throw deaths[0];
    return seen();
  }

  async connect(): Promise<void> {
    await this.#admin.connect();
  }

  async close(): Promise<void> {
    await this.#admin.disconnect();
  }
}

export interface Seen {
  readonly told: ReturnType<typeof listenWorld>["told"];
  readonly rows: ReturnType<typeof rowsOf>;
  readonly rejects: ReturnType<typeof rejectedOf>;
}

const never = new AbortController().signal;

function groupOf(topic: string): string {
  return `ingest.${topic}`;
}
