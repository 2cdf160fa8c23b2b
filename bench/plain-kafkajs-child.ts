/**
 * Reads a topic as a program of few lines does: kafkajs with its own reader of answers, zstd from
 * Node's documentation, an eachBatch that does nothing. In a process of its own, because our reader
 * replaces that of kafkajs. Reads it twice and prints the timing of the second time as JSON: what
 * it is compared with is warm too. `node bench/plain-kafkajs-child.ts BROKERS TOPIC RECORDS`
 */
import { randomUUID } from "node:crypto";
import { promisify } from "node:util";
import { zstdDecompress } from "node:zlib";
import kafkajs from "kafkajs";
import { assert } from "../lib/domain/assert.ts";
import type { Timing } from "./pairs.ts";
import { Stopwatch } from "./stopwatch.ts";

const { CompressionCodecs, CompressionTypes, Kafka, logLevel } = kafkajs;
const [brokers, topic, records] = process.argv.slice(2);
assert(brokers !== undefined && topic !== undefined, "brokers and a topic are given");

const unpack = promisify(zstdDecompress);
CompressionCodecs[CompressionTypes.ZSTD] = () => ({
  compress: () => Promise.reject(new Error("nothing is written")),
  decompress: (packed: Buffer) => unpack(packed),
});
const kafka = new Kafka({ brokers: brokers.split(","), logLevel: logLevel.NOTHING });

await readOnce(topic, Number(records));
console.log(JSON.stringify(await readOnce(topic, Number(records))));

async function readOnce(topic: string, records: number): Promise<Timing> {
  const consumer = kafka.consumer({ groupId: randomUUID() });
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  const watch = new Stopwatch();
  consumer.on(consumer.events.GROUP_JOIN, () => watch.begin());
  let seen = 0;
  await new Promise<void>((resolve, reject) => {
    const eachBatch = async ({ batch }: { batch: { messages: readonly unknown[] } }) => {
      seen += batch.messages.length;
      if (seen >= records) resolve();
    };
    consumer.run({ eachBatch }).catch(reject);
  });
  const timing = watch.end();
  await consumer.disconnect();
  return timing;
}
