/**
 * Child of failover.test.ts: reads a topic in a group and prints each record's text, then commits.
 * `node consume-until-killed.ts BROKERS GROUP TOPIC`
 */
import { writeSync } from "node:fs";
import { wallClock } from "../../../lib/process/clock.ts";
import { KafkaLog } from "../../../lib/stream/kafka.ts";
import { isStreamError } from "../../../lib/stream/stream-error.ts";

const [brokers, group, topic] = process.argv.slice(2) as [string, string, string];
const login = { clientId: "reader", tls: null, login: null };
const log = await KafkaLog.open({
  connection: { brokers: brokers.split(","), ...login },
  clock: wallClock,
  replication: null,
});
const consumer = await log.join({ group, topics: [topic] });
const decoder = new TextDecoder();

for (;;) {
  const event = await consumer.next();
  if (event.type === "gap") writeSync(1, `gap ${event.fromOffset} ${event.toOffset}\n`);
  if (event.type !== "records" || event.records.length === 0) continue;
  writeSync(1, `${event.records.map(({ value }) => decoder.decode(value)).join("\n")}\n`);
  const { partition, nextOffset } = event;
  try {
    await consumer.commit([{ topic, partition, offset: nextOffset }]);
  } catch (error) {
    // Another member has the partition by now, or the coordinator is away: it is read again.
    if (!isStreamError(error, "fenced")) throw error;
  }
}
