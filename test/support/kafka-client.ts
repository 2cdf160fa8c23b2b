import { randomUUID } from "node:crypto";
import { inject, it } from "vitest";
import { wallClock } from "../../lib/process/clock.ts";
import type { KafkaConnection } from "../../lib/stream/kafka-client.ts";
import { KafkaLog } from "../../lib/stream/kafka.ts";
import { PrefixedLog } from "./prefixed-log.ts";
import { skipVisibly } from "./skip-visibly.ts";

/** Runs `describeTests` on the Kafka of this run, or says visibly that there is none. */
export function onKafka(describeTests: (brokers: readonly string[]) => void): void {
  const kafka = inject("kafka");
  if (typeof kafka === "string") {
    it("runs on a real Kafka", (context) => skipVisibly(context, kafka));
    return;
  }
  describeTests(kafka.brokers.split(","));
}

export function connectionTo(
  brokers: readonly string[],
  over: Partial<KafkaConnection> = {},
): KafkaConnection {
  return { brokers, clientId: "tidegauge-test", tls: null, login: null, ...over };
}

/** The log on its own; names are those of the cluster. */
export function openKafka(brokers: readonly string[]): Promise<KafkaLog> {
  return KafkaLog.open({ connection: connectionTo(brokers), clock: wallClock, replication: null });
}

/** An empty log of its own on the cluster; with a prefix what was written under it. */
export async function openPrefixed(
  brokers: readonly string[],
  prefix = `${randomUUID()}.`,
): Promise<PrefixedLog> {
  return new PrefixedLog(await openKafka(brokers), prefix);
}
