import { randomUUID } from "node:crypto";
import { createKafka } from "../lib/stream/kafka-client.ts";
import { connectionOf } from "./kafka-broker.ts";

/**
 * Reads a topic with kafkajs alone and does nothing with it; `begun` when it has its partitions,
 * and resolves with so many records.
 */
export async function consumeBare(
  brokers: string,
  topic: string,
  records: number,
  begun: () => void,
  done: () => void,
): Promise<void> {
  const consumer = createKafka(connectionOf(brokers)).consumer({ groupId: randomUUID() });
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  let seen = 0;
  consumer.on(consumer.events.GROUP_JOIN, begun);
  await new Promise<void>((resolve, reject) => {
    const eachBatch = async ({ batch }: { batch: { messages: readonly unknown[] } }) => {
      seen += batch.messages.length;
      if (seen < records) return;
      done();
      resolve();
    };
    consumer.run({ eachBatch }).catch(reject);
  });
  await consumer.disconnect();
}
