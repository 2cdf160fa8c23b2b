import { wallClock } from "../lib/process/clock.ts";
import { EmbeddedLog } from "../lib/stream/embedded.ts";
import type { KafkaConnection, KafkaEntry } from "../lib/stream/kafka-client.ts";
import type { KafkaLog } from "../lib/stream/kafka.ts";
import { MemoryLog } from "../lib/stream/memory.ts";
import type { Log, TopicSpec } from "../lib/stream/stream.ts";
import { type TopicName, topicPath, TOPICS } from "../lib/wire/topics.ts";
import { kafkaConnection } from "./kafka-connection.ts";
import type { Settings } from "./settings.ts";

export type Engine = Settings["config"]["stream"]["engine"];
export type PartitionsOf = (topic: TopicName) => number;

/** One process reads every partition of the embedded log: more of them would only cost flushes. */
const PARTITIONS_LOCAL = 1;

/** What people append from other processes: decisions, and `deliveries retry`. */
const OPEN_TO_GUESTS: readonly TopicName[] = ["controls", "deliveries"];

export function partitionsFor(engine: Engine): PartitionsOf {
  return (topic) => (engine === "kafka" ? TOPICS[topic].partitions : PARTITIONS_LOCAL);
}

export function topicSpecs(prefix: string, engine: Engine = "embedded"): TopicSpec[] {
  const partitionsOf = partitionsFor(engine);
  return Object.values(TOPICS).map((topic) => ({
    ...topic,
    name: topicPath(topic.name, prefix),
    partitions: partitionsOf(topic.name),
    openToGuests: OPEN_TO_GUESTS.includes(topic.name),
  }));
}

/** The configured log with its topics: in a folder, on a cluster, or in memory for nobody. */
export async function openLog(
  settings: Settings,
  who: string,
  told: (entry: KafkaEntry) => void,
): Promise<Log> {
  const { engine, path, prefix } = settings.config.stream;
  const log = await open();
  await log.ensureTopics(topicSpecs(prefix, engine));
  return log;

  async function open(): Promise<Log> {
    switch (engine) {
      case "kafka":
        return openKafka(settings, who, { told });
      case "memory":
        return new MemoryLog(wallClock).connect();
      case "embedded":
        return EmbeddedLog.open({ path, role: "owner", who, clock: wallClock });
    }
  }
}

/** What a service lacks: a person who waits. */
const RETRIES_OF_COMMANDS = 5;

/** The same cluster for a command, its topics as they are. */
export function openKafkaForCommand(settings: Settings, who: string): Promise<KafkaLog> {
  return openKafka(settings, who, { retries: RETRIES_OF_COMMANDS });
}

async function openKafka(
  { config }: Settings,
  who: string,
  over: Pick<KafkaConnection, "retries" | "told">,
): Promise<KafkaLog> {
  // Only who speaks to a cluster loads the client.
  const { KafkaLog } = await import("../lib/stream/kafka.ts");
  const replication = config.stream.kafka?.replication ?? null;
  const connection = { ...(await kafkaConnection(config, who)), ...over };
  return KafkaLog.open({ connection, clock: wallClock, replication });
}
