import type { KafkaConnection } from "../lib/stream/kafka-client.ts";
import { type RunningKafka, startTestKafka } from "../test/support/kafka-cluster.ts";

/** The Kafka to measure on; throws what is missing. */
export async function startBenchKafka(): Promise<RunningKafka> {
  const kafka = await startTestKafka();
  if (typeof kafka === "string") throw new Error(`no Kafka to measure on: ${kafka}`);
  return kafka;
}

export function connectionOf(brokers: string): KafkaConnection {
  return { brokers: brokers.split(","), clientId: "tidegauge-bench", tls: null, login: null };
}
