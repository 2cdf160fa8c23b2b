import { KAFKA_BATCH_BYTES, KAFKA_BATCH_FRAME_BYTES } from "./limits.ts";
import type { TopicSpec } from "./stream.ts";

/** A topic as a cluster has it. */
export interface FoundTopic {
  readonly partitions: number;
  readonly replication: number;
  /** By Kafka's names, `cleanup.policy`; values as Kafka writes them. */
  readonly config: ReadonlyMap<string, string>;
}

export interface Difference {
  /** `partitions`, `replication`, or Kafka's name of a setting. */
  readonly what: string;
  readonly is: string;
  readonly shouldBe: string;
  /** The services do not start on a topic with it; the others are for a person to judge. */
  readonly isFatal: boolean;
  readonly remedy: string;
}

export interface TopicPlan {
  readonly topic: string;
  readonly spec: TopicSpec;
  readonly replication: number;
  /** `create`: it is missing; `differs`: see `differences`; `fits`: nothing to do. */
  readonly state: "create" | "differs" | "fits";
  readonly differences: readonly Difference[];
}

/** Three copies where there are brokers for them, else one: two would lose one broker's writes. */
export function replicationFor(brokers: number, configured: number | null): number {
  return configured ?? (brokers < 3 ? 1 : 3);
}

export function planTopics(
  specs: readonly TopicSpec[],
  found: ReadonlyMap<string, FoundTopic>,
  replication: number,
): TopicPlan[] {
  return specs.map((spec): TopicPlan => {
    const topic = found.get(spec.name);
    const plan = { topic: spec.name, spec, replication };
    if (topic === undefined) return { ...plan, state: "create", differences: [] };
    const differences = differencesOf(spec, topic, replication);
    return { ...plan, state: differences.length === 0 ? "fits" : "differs", differences };
  });
}

/** What a topic is created with. */
export function configOf(spec: TopicSpec, replication: number): Record<string, string> {
  const { policy, retentionMs, compactAfterMs } = spec.cleanup;
  return {
    "cleanup.policy": policy,
    "retention.ms": String(retentionMs ?? -1),
    "retention.bytes": String(spec.retentionBytes ?? -1),
    ...(policy === "delete" ? {} : { "min.compaction.lag.ms": String(compactAfterMs) }),
    "message.timestamp.type": "LogAppendTime",
    "max.message.bytes": String(batchBytesOf(spec) + KAFKA_BATCH_FRAME_BYTES),
    "min.insync.replicas": String(replication >= 3 ? 2 : 1),
  };
}

/** Raw bytes of records that one batch of the topic takes. */
export function batchBytesOf({ recordBytesMax }: Pick<TopicSpec, "recordBytesMax">): number {
  return Math.max(KAFKA_BATCH_BYTES, recordBytesMax);
}

/** What would make records vanish, never be cleaned up, or carry another clock's time. */
const FATAL = new Set(["cleanup.policy", "message.timestamp.type"]);
const NUMBERS_AT_LEAST = new Set(["max.message.bytes"]);

function differencesOf(spec: TopicSpec, found: FoundTopic, replication: number): Difference[] {
  const differences: Difference[] = [];
  if (found.partitions !== spec.partitions) {
    differences.push({
      what: "partitions",
      is: String(found.partitions),
      shouldBe: String(spec.partitions),
      isFatal: true,
      remedy: "a count cannot be changed while there is state: use another stream.prefix",
    });
  }
  if (found.replication < replication) {
    differences.push({
      what: "replication",
      is: String(found.replication),
      shouldBe: String(replication),
      isFatal: false,
      remedy: "kafka-reassign-partitions.sh, or set stream.kafka.replication",
    });
  }
  for (const [what, shouldBe] of Object.entries(configOf(spec, replication))) {
    const is = found.config.get(what) ?? "";
    if (isSame(what, is, shouldBe)) continue;
    differences.push({
      what,
      is,
      shouldBe,
      isFatal: FATAL.has(what) || NUMBERS_AT_LEAST.has(what),
      remedy: alterCommand(spec.name, what, shouldBe),
    });
  }
  return differences;
}

function isSame(what: string, is: string, shouldBe: string): boolean {
  if (NUMBERS_AT_LEAST.has(what)) return Number(is) >= Number(shouldBe);
  if (what !== "cleanup.policy") return is === shouldBe;
  const words = (text: string) =>
    text
      .split(",")
      .map((word) => word.trim())
      .sort()
      .join();
  return words(is) === words(shouldBe);
}

function alterCommand(topic: string, name: string, value: string): string {
  const entry = value.includes(",") ? `${name}=[${value}]` : `${name}=${value}`;
  return `kafka-configs.sh --alter --topic ${topic} --add-config '${entry}'`;
}
