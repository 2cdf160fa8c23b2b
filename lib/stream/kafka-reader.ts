import type { Broker, Cluster, Kafka, KafkaMessage } from "kafkajs";
import kafkajs from "kafkajs";
import { assert } from "../domain/assert.ts";
import type { Clock } from "../process/clock.ts";
import { holeOf } from "./kafka-hole.ts";
import { KafkaQuestions } from "./kafka-questions.ts";
import { countWithin, isUnreadable, recordOf } from "./kafka-record.ts";
import { BATCH_BYTES_DEFAULT } from "./limits.ts";
import { StreamError } from "./stream-error.ts";
import type { OffsetRange, Position, Slice } from "./stream.ts";

/** What kafkajs decodes of the one partition asked for; its own types leave it open. */
interface FetchedPartition {
  readonly highWatermark: string;
  readonly lastStableOffset?: string;
  /** The offset that the log begins with, under the name kafkajs gives it. */
  readonly lastStartOffset?: string;
  readonly messages: readonly (KafkaMessage & { readonly isControlRecord?: boolean })[];
}

const READ_COMMITTED = 1;

/**
 * Reads outside any group. kafkajs has no call for that, but it hands its typed cluster to a
 * partition assigner: a consumer is made that never joins, and the cluster asks the leaders. No
 * group is left behind in the cluster, and no right to one is needed.
 */
export class KafkaReader {
  readonly #cluster: Cluster;
  readonly #connect: () => Promise<void>;
  readonly #disconnect: () => Promise<void>;
  #connected: Promise<void> | null = null;
  readonly #questions: KafkaQuestions;

  constructor(kafka: Kafka, clock: Clock, place?: string) {
    this.#questions = new KafkaQuestions(clock, place);
    let cluster: Cluster | null = null;
    const consumer = kafka.consumer({
      groupId: "never joined",
      allowAutoTopicCreation: false,
      partitionAssigners: [
        (config) => {
          cluster = config.cluster;
          return kafkajs.PartitionAssigners.roundRobin(config);
        },
      ],
    });
    assert(cluster !== null, "kafkajs makes its assigners at once");
    this.#cluster = cluster;
    this.#connect = () => consumer.connect();
    this.#disconnect = () => consumer.disconnect();
  }

  read(from: Position, maxBytes: number): Promise<Slice> {
    const what = `reading ${from.topic}/${from.partition}`;
    return this.#patiently(what, () => this.#slice(from, maxBytes));
  }

  /**
   * One per partition, in order. kafkajs's own call gives up at once while a partition changes its
   * leader, and goes on asking the old one for minutes.
   */
  ranges(topic: string): Promise<OffsetRange[]> {
    return this.#patiently(`asking for the ends of ${topic}`, async () => {
      await this.#prepare(topic);
      const numbers = this.#cluster.findTopicPartitionMetadata(topic);
      const partitions = numbers.map(({ partitionId }) => partitionId).sort((a, b) => a - b);
      const ends = await this.#offsets(topic, partitions, false);
      const starts = await this.#offsets(topic, partitions, true);
      return partitions.map((partition) => {
        const startOffset = starts.get(partition) ?? 0;
        return { topic, partition, startOffset, endOffset: ends.get(partition) ?? startOffset };
      });
    });
  }

  async close(): Promise<void> {
    await this.#questions.close();
    await this.#disconnect().catch(() => undefined);
  }

  /** While brokers are away or leaders change it asks again. */
  #patiently<T>(what: string, question: () => Promise<T>): Promise<T> {
    const again = async () => {
      this.#connected = null;
      await this.#cluster.refreshMetadata().catch(() => undefined);
    };
    return this.#questions.ask(question, { what, isPassing, again });
  }

  async #slice(from: Position, maxBytes: number): Promise<Slice> {
    const broker = await this.#leaderOf(from);
    try {
      return sliceOf(from, await this.#fetch(broker, from), maxBytes);
    } catch (error) {
      if ((error as Error).name !== "KafkaJSOffsetOutOfRange") throw error;
      const [startOffset, endOffset] = await this.#ends(from);
      if (from.offset < startOffset) return this.#slice({ ...from, offset: startOffset }, maxBytes);
      return { ...from, startOffset, endOffset, records: [], nextOffset: from.offset };
    }
  }

  async #prepare(topic: string): Promise<void> {
    this.#connected ??= this.#connect();
    await this.#connected;
    await this.#cluster.addTargetTopic(topic);
    await this.#cluster.refreshMetadataIfNecessary();
  }

  async #leaderOf({ topic, partition }: Position): Promise<Broker> {
    await this.#prepare(topic);
    const [nodeId] = Object.keys(this.#cluster.findLeaderForPartitions(topic, [partition]));
    // Without a leader it is asked like an unknown node, and metadata is refreshed.
    return this.#cluster.findBroker({ nodeId: nodeId ?? "-1" });
  }

  async #fetch(broker: Broker, { topic, partition, offset }: Position): Promise<FetchedPartition> {
    // Always the same size: what is over is cut off, and runs of compacted records are passed.
    const maxBytes = BATCH_BYTES_DEFAULT;
    const { responses } = (await broker.fetch({
      isolationLevel: READ_COMMITTED,
      maxWaitTime: 0,
      minBytes: 0,
      maxBytes,
      topics: [{ topic, partitions: [{ partition, fetchOffset: String(offset), maxBytes }] }],
    })) as { responses: { partitions: FetchedPartition[] }[] };
    const fetched = responses[0]?.partitions[0];
    assert(fetched !== undefined, "an answer has the partition that was asked for");
    return fetched;
  }

  async #ends({ topic, partition }: Position): Promise<[start: number, end: number]> {
    const starts = await this.#offsets(topic, [partition], true);
    const ends = await this.#offsets(topic, [partition], false);
    return [starts.get(partition) ?? 0, ends.get(partition) ?? 0];
  }

  /** By partition. */
  async #offsets(
    topic: string,
    numbers: readonly number[],
    fromBeginning: boolean,
  ): Promise<ReadonlyMap<number, number>> {
    const partitions = numbers.map((partition) => ({ partition }));
    const found = await this.#cluster.fetchTopicsOffset([{ topic, partitions, fromBeginning }]);
    const answers = found[0]?.partitions ?? [];
    return new Map(answers.map(({ partition, offset }) => [partition, Number(offset)]));
  }
}

function sliceOf(from: Position, fetched: FetchedPartition, maxBytes: number): Slice {
  const { topic, partition, offset } = from;
  const stable = Number(fetched.lastStableOffset ?? -1);
  const endOffset = stable < 0 ? Number(fetched.highWatermark) : stable;
  const startOffset = Math.max(0, Number(fetched.lastStartOffset ?? 0));
  const place = { topic, partition, startOffset, endOffset };
  const messages = fetched.messages.filter((message) => Number(message.offset) >= offset);
  refuseUnreadable(from, messages[0]);
  const end = messages.findIndex((message) => isUnreadable(message));
  const before = end < 0 ? messages : messages.slice(0, end);
  const readable = before.filter(
    (message) => holeOf(message) === null && message.isControlRecord !== true,
  );
  const count = maxBytes <= 0 ? 0 : countWithin(readable, 0, maxBytes);
  const records = readable.slice(0, count).map(recordOf);
  // An answer may be nothing, and not the end: it never goes over the end of a segment.
  const behind = Number(before.at(-1)?.offset ?? Math.min(offset, endOffset - 1)) + 1;
  const nextOffset = count < readable.length ? (records.at(-1)?.offset ?? offset - 1) + 1 : behind;
  return { ...place, records, nextOffset };
}

/** Only where it comes first: what stands before it can be read. */
function refuseUnreadable(from: Position, message: KafkaMessage | undefined): void {
  const hole = message === undefined ? null : holeOf(message);
  if (hole === null || hole.unreadable === null) return;
  const last = hole.toOffset - 1;
  const where = `${from.topic}/${from.partition}, offsets ${from.offset} to ${last}`;
  throw new StreamError("batch_unreadable", `${where}: ${hole.unreadable.why}`);
}

function isPassing(error: unknown): boolean {
  const { name, retriable } = error as { name?: unknown; retriable?: unknown };
  return retriable === true || name === "KafkaJSNumberOfRetriesExceeded";
}
