import type { Admin, ITopicConfig } from "kafkajs";
import kafkajs from "kafkajs";
import { asStreamError } from "./kafka-errors.ts";
import type { FoundTopic } from "./topic-plan.ts";
import { configOf } from "./topic-plan.ts";
import type { TopicSpec } from "./stream.ts";

const TOPIC = kafkajs.ConfigResourceTypes.TOPIC;

/**
 * The topics of these names that there are, with what the plan compares. Who may only write or read
 * a topic may not ask for its settings: `ifPermitted` leaves them empty then.
 */
export async function describeTopics(
  admin: Admin,
  names: readonly string[],
  settings: "needed" | "ifPermitted" = "needed",
): Promise<Map<string, FoundTopic>> {
  const there = new Set(await admin.listTopics());
  const wanted = names.filter((name) => there.has(name));
  if (wanted.length === 0) return new Map();
  const [{ topics }, { resources }] = await Promise.all([
    admin.fetchTopicMetadata({ topics: [...wanted] }),
    admin
      .describeConfigs({
        includeSynonyms: false,
        resources: wanted.map((name) => ({ type: TOPIC, name })),
      })
      .catch((error: unknown) => {
        const { code } = asStreamError(error, "asking for settings");
        if (settings === "ifPermitted" && code === "not_permitted") return { resources: [] };
        throw error;
      }),
  ]);
  const configs = new Map(
    resources.map(({ resourceName, configEntries }) => [
      resourceName,
      new Map(configEntries.map(({ configName, configValue }) => [configName, configValue])),
    ]),
  );
  return new Map(
    topics.map(({ name, partitions }) => [
      name,
      {
        partitions: partitions.length,
        replication: Math.min(...partitions.map(({ replicas }) => replicas.length)),
        config: configs.get(name) ?? new Map(),
      },
    ]),
  );
}

export async function countBrokers(admin: Admin): Promise<number> {
  const { brokers } = await admin.describeCluster();
  return brokers.length;
}

/** Creates topics; one that somebody else created meanwhile is left to the next look. */
export async function createTopics(
  admin: Admin,
  specs: readonly TopicSpec[],
  replication: number,
): Promise<void> {
  const topics = specs.map((spec): ITopicConfig => ({
    topic: spec.name,
    numPartitions: spec.partitions,
    replicationFactor: replication,
    configEntries: Object.entries(configOf(spec, replication)).map(([name, value]) => ({
      name,
      value,
    })),
  }));
  if (topics.length > 0) await admin.createTopics({ topics, waitForLeaders: true });
}
