import { wallClock } from "../lib/process/clock.ts";
import { EmbeddedLog } from "../lib/stream/embedded.ts";
import type { KafkaConnection, KafkaEntry } from "../lib/stream/kafka-client.ts";
import type { KafkaLog } from "../lib/stream/kafka.ts";
import { MemoryLog } from "../lib/stream/memory.ts";
import type { Log, TopicSpec } from "../lib/stream/stream.ts";
import { type TopicName, topicPath, TOPICS } from "../lib/wire/topics.ts";
import { kafkaConnection, openKafka } from "./kafka-connection.ts";
import type { Settings } from "./settings.ts";

export type PartitionsOf = (topic: TopicName) => number;

/** One process reads every partition of the embedded log: more of them would only cost flushes. */
const PARTITIONS_LOCAL = 1;

/** What people append from other processes: decisions, `deliveries retry` and `reprocess`. */
const OPEN_TO_GUESTS: readonly TopicName[] = ["controls", "deliveries", "observations"];

/** A control holds from its place among all others, so they share one partition. */
const ONE_PARTITION: readonly TopicName[] = ["controls"];

const partitionsLocal: PartitionsOf = () => PARTITIONS_LOCAL;

/** What the cluster has; the table says how a topic is made that is missing (decision 10). */
async function partitionsOn(log: KafkaLog, prefix: string): Promise<PartitionsOf> {
  const names = Object.values(TOPICS).map(({ name }) => topicPath(name, prefix));
  const found = await log.partitionCounts(names);
  return (topic) => {
    const { partitions } = TOPICS[topic];
    if (ONE_PARTITION.includes(topic)) return partitions;
    return found.get(topicPath(topic, prefix)) ?? partitions;
  };
}

export function topicSpecs(prefix: string, partitionsOf = partitionsLocal): TopicSpec[] {
  return Object.values(TOPICS).map((topic) => ({
    ...topic,
    name: topicPath(topic.name, prefix),
    partitions: partitionsOf(topic.name),
    openToGuests: OPEN_TO_GUESTS.includes(topic.name),
  }));
}

/** A log whose topics are there, and how many partitions they have. */
export interface OpenLog {
  readonly log: Log;
  readonly partitionsOf: PartitionsOf;
}

/** The configured log with its topics: in a folder, on a cluster, or in memory for nobody. */
export async function openLog(
  settings: Settings,
  who: string,
  told: (entry: KafkaEntry) => void,
): Promise<OpenLog> {
  const { path, prefix } = settings.config.stream;
  const { log, partitionsOf } = await open();
  await closedOnFailure(log, () => log.ensureTopics(topicSpecs(prefix, partitionsOf)));
  return { log, partitionsOf };

  async function open(): Promise<OpenLog> {
    switch (settings.config.stream.engine) {
      case "kafka":
        return openCluster(settings, who, { told });
      case "memory":
        return { log: new MemoryLog(wallClock).connect(), partitionsOf: partitionsLocal };
      case "embedded": {
        const log = await EmbeddedLog.open({ path, role: "owner", who, clock: wallClock });
        return { log, partitionsOf: partitionsLocal };
      }
    }
  }
}

/** What a service lacks: a person who waits. */
const RETRIES_OF_COMMANDS = 5;

/** The same cluster for a command, its topics as they are. */
export function openKafkaForCommand(settings: Settings, who: string): Promise<OpenCluster> {
  return openCluster(settings, who, { retries: RETRIES_OF_COMMANDS });
}

export interface OpenCluster extends OpenLog {
  readonly log: KafkaLog;
}

async function openCluster(
  { config }: Settings,
  who: string,
  over: Pick<KafkaConnection, "retries" | "told">,
): Promise<OpenCluster> {
  const replication = config.stream.kafka?.replication ?? null;
  const connection = { ...(await kafkaConnection(config, who)), ...over };
  const log = await openKafka(connection, replication);
  const asking = () => partitionsOn(log, config.stream.prefix);
  return { log, partitionsOf: await closedOnFailure(log, asking) };
}

/** Open connections would keep a process alive that has nothing left to do. */
async function closedOnFailure<T>(log: Log, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await log.close();
    throw error;
  }
}
