import type { Admin, Kafka } from "kafkajs";
import type { Clock } from "../process/clock.ts";
import { createKafka, type KafkaConnection } from "./kafka-client.ts";
import { KafkaConsumer } from "./kafka-consumer.ts";
import { asStreamError } from "./kafka-errors.ts";
import { KafkaQuestions } from "./kafka-questions.ts";
import { KafkaReader } from "./kafka-reader.ts";
import { countBrokers, createTopics, describeTopics } from "./kafka-topics.ts";
import { KafkaWriter } from "./kafka-writer.ts";
import {
  KAFKA_BATCH_BYTES,
  KAFKA_BATCH_FRAME_BYTES,
  PENDING_APPENDS_MAX,
  PENDING_BYTES_MAX,
} from "./limits.ts";
import { PendingGate } from "./pending-gate.ts";
import { recordBytes } from "./record-frame.ts";
import { StreamError } from "./stream-error.ts";
import type {
  Appended,
  Consumer,
  JoinOptions,
  Log,
  NewRecord,
  OffsetRange,
  Position,
  Slice,
  TopicSpec,
} from "./stream.ts";
import {
  batchBytesOf,
  type FoundTopic,
  planTopics,
  replicationFor,
  type TopicPlan,
} from "./topic-plan.ts";
import { checkAppend, checkPartition, isCompacted } from "./topic-rules.ts";

export interface KafkaOptions {
  readonly connection: KafkaConnection;
  readonly clock: Clock;
  /** Copies of new topics; null is as many as the cluster carries, see topic-plan.ts. */
  readonly replication: number | null;
}

interface KnownTopic {
  readonly spec: TopicSpec;
  /** What one send may hold. */
  readonly batchBytesMax: number;
}

/** The log on Apache Kafka. What differs from the other adapters stands in stream.ts. */
export class KafkaLog implements Log {
  readonly #options: KafkaOptions;
  readonly #kafka: Kafka;
  readonly #admin: Admin;
  readonly #writer: KafkaWriter;
  readonly #reader: KafkaReader;
  readonly #gate = new PendingGate(PENDING_BYTES_MAX, PENDING_APPENDS_MAX);
  readonly #topics = new Map<string, KnownTopic>();
  readonly #consumers = new Set<KafkaConsumer>();
  /** To the admin client. */
  readonly #questions: KafkaQuestions;
  #closing: Promise<void> | null = null;

  private constructor(options: KafkaOptions) {
    this.#options = options;
    this.#kafka = createKafka(options.connection);
    this.#admin = this.#kafka.admin();
    const { place } = options.connection;
    this.#questions = new KafkaQuestions(options.clock, place);
    this.#writer = new KafkaWriter(this.#kafka, options.clock);
    this.#reader = new KafkaReader(this.#kafka, options.clock, place);
  }

  /** Throws `broker_unreachable`, `login_refused` where there is no way in. */
  static async open(options: KafkaOptions): Promise<KafkaLog> {
    const log = new KafkaLog(options);
    const { brokers } = options.connection;
    await log.#translated(`connecting to ${brokers.join(", ")}`, () => log.#admin.connect());
    return log;
  }

  /** Compares without changing anything; see topic-plan.ts. */
  async planTopics(topics: readonly TopicSpec[]): Promise<TopicPlan[]> {
    this.#mustBeOpen();
    return this.#asked("looking at the topics", async () => {
      const replication = replicationFor(
        await countBrokers(this.#admin),
        this.#options.replication,
      );
      const names = topics.map(({ name }) => name);
      return planTopics(topics, await describeTopics(this.#admin, names), replication);
    });
  }

  /** Of those topics that are there: how many partitions each has. */
  async partitionCounts(topics: readonly string[]): Promise<ReadonlyMap<string, number>> {
    this.#mustBeOpen();
    const found = await this.#asked("looking at the topics", () =>
      describeTopics(this.#admin, topics),
    );
    return new Map([...found].map(([name, { partitions }]) => [name, partitions]));
  }

  /** Creates what the plan says is missing, and changes nothing that is there. */
  async createTopics(plans: readonly TopicPlan[]): Promise<void> {
    const missing = plans.filter(({ state }) => state === "create");
    const [first] = missing;
    if (first === undefined) return;
    const specs = missing.map(({ spec }) => spec);
    await this.#translated(`creating ${specs.map(({ name }) => name).join(", ")}`, () =>
      createTopics(this.#admin, specs, first.replication),
    );
  }

  async ensureTopics(topics: readonly TopicSpec[]): Promise<void> {
    let plans = await this.planTopics(topics);
    if (plans.some(({ state }) => state === "create")) {
      await this.createTopics(plans);
      plans = await this.planTopics(topics);
    }
    for (const plan of plans) {
      const fatal = plan.differences.find(({ isFatal }) => isFatal);
      if (fatal === undefined) continue;
      const { what, is, shouldBe, remedy } = fatal;
      const found = `topic ${plan.topic} has ${what} ${is}, not ${shouldBe} (${remedy})`;
      throw new StreamError("topic_mismatch", found);
    }
    for (const spec of topics) {
      this.#topics.set(spec.name, { spec, batchBytesMax: batchBytesOf(spec) });
    }
  }

  async append(topic: string, partition: number, records: readonly NewRecord[]): Promise<Appended> {
    this.#mustBeOpen();
    // Without a wait where the topic is known, so that it stays in the order of the calls.
    const { spec, batchBytesMax } = this.#topics.get(topic) ?? (await this.#topic(topic));
    checkAppend(spec, partition, records);
    const bytes = records.reduce((sum, record) => sum + recordBytes(record), 0);
    const entering = this.#gate.enter(bytes);
    if (entering !== null) await entering;
    try {
      const of = { batchBytesMax, isCompacted: isCompacted(spec) };
      return await this.#writer.append(topic, partition, records, of);
    } finally {
      this.#gate.leave(bytes);
    }
  }

  async read(from: Position, maxBytes: number): Promise<Slice> {
    this.#mustBeOpen();
    checkPartition((await this.#topic(from.topic)).spec, from.partition);
    return this.#reader.read(from, maxBytes);
  }

  async offsets(topic: string): Promise<readonly OffsetRange[]> {
    this.#mustBeOpen();
    await this.#topic(topic);
    return this.#reader.ranges(topic);
  }

  async committed(group: string, topic: string): Promise<readonly Position[]> {
    this.#mustBeOpen();
    await this.#topic(topic);
    return this.#asked(`asking for the offsets of group ${group}`, async () => {
      const found = await this.#admin.fetchOffsets({ groupId: group, topics: [topic] });
      return (found[0]?.partitions ?? [])
        .map(({ partition, offset }) => ({ topic, partition, offset: Number(offset) }))
        .filter(({ offset }) => offset >= 0)
        .sort((a, b) => a.partition - b.partition);
    });
  }

  async join(options: JoinOptions): Promise<Consumer> {
    this.#mustBeOpen();
    for (const topic of options.topics) await this.#topic(topic);
    const { connection, clock } = this.#options;
    const kafka = createKafka(connection);
    const consumer = new KafkaConsumer(kafka, clock, options, {
      offsets: (topic) => this.offsets(topic),
      committed: (group, topic) => this.committed(group, topic),
      place: connection.place,
    });
    this.#consumers.add(consumer);
    const what = `joining group ${options.group}`;
    await this.#translated(what, () => consumer.start());
    return consumer;
  }

  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  async #end(): Promise<void> {
    await this.#gate.drained();
    await Promise.all([...this.#consumers].map((consumer) => consumer.close()));
    await Promise.all([this.#writer.close(), this.#reader.close()]);
    await this.#questions.close();
    await this.#admin.disconnect().catch(() => undefined);
  }

  /**
   * kafkajs gives up at once where a group's coordinator moves, and where a broker has not heard of
   * a new topic yet: both pass within seconds.
   */
  #asked<T>(what: string, question: () => Promise<T>): Promise<T> {
    const isPassing = (error: unknown) => mayPass(asStreamError(error, what));
    return this.#questions.ask(question, { what, isPassing });
  }

  async #translated<T>(what: string, call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      throw asStreamError(error, what, { place: this.#options.connection.place });
    }
  }

  /** Of a topic that ensureTopics() was not told of: what the cluster says. */
  async #topic(topic: string): Promise<KnownTopic> {
    const known = this.#topics.get(topic);
    if (known !== undefined) return known;
    const found = await this.#asked(`looking at topic ${topic}`, async () =>
      (await describeTopics(this.#admin, [topic], "ifPermitted")).get(topic),
    );
    if (found === undefined) throw new StreamError("topic_unknown", `there is no topic ${topic}`);
    const asked = { spec: specOf(topic, found), batchBytesMax: batchBytesMaxOf(found) };
    this.#topics.set(topic, asked);
    return asked;
  }

  #mustBeOpen(): void {
    if (this.#closing !== null) throw new StreamError("closed", "this log was closed");
  }
}

function batchBytesMaxOf({ config }: FoundTopic): number {
  const batchBytes = Number(
    config.get("max.message.bytes") ?? KAFKA_BATCH_BYTES + KAFKA_BATCH_FRAME_BYTES,
  );
  return Math.max(1, batchBytes - KAFKA_BATCH_FRAME_BYTES);
}

function specOf(name: string, found: FoundTopic): TopicSpec {
  const isCompacted = found.config.get("cleanup.policy")?.includes("compact") === true;
  return {
    name,
    partitions: found.partitions,
    recordBytesMax: batchBytesMaxOf(found),
    cleanup: {
      policy: isCompacted ? "compact" : "delete",
      retentionMs: null,
      compactAfterMs: 0,
    },
  };
}

/** Not what kafkajs has tried itself, as often as the connection allows. */
function mayPass({ cause, retriable }: StreamError): boolean {
  if (!(cause instanceof Error)) return retriable;
  if (cause.name === "KafkaJSNumberOfRetriesExceeded") return false;
  return retriable || (cause as { readonly retriable?: boolean }).retriable === true;
}
