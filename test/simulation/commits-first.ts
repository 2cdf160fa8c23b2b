import type { Log } from "../../lib/stream/stream.ts";
import type { Service } from "../../sim/run-world.ts";

/**
 * A planted bug: ingest commits an offset as soon as it has read so far, before what it read is
 * published. A crash in between loses those lines.
 */
export function commitsFirst(log: Log, service: Service): Log {
  if (service !== "ingest") return log;
  return {
    ensureTopics: (topics) => log.ensureTopics(topics),
    append: (...record) => log.append(...record),
    read: (...place) => log.read(...place),
    offsets: (topic) => log.offsets(topic),
    committed: (...group) => log.committed(...group),
    close: () => log.close(),
    async join(options) {
      const consumer = await log.join(options);
      return {
        async next() {
          const event = await consumer.next();
          if (event.type !== "records") return event;
          const { topic, partition, nextOffset } = event;
          await consumer.commit([{ topic, partition, offset: nextOffset }]).catch(() => undefined);
          return event;
        },
        seek: (position) => consumer.seek(position),
        commit: (positions) => consumer.commit(positions),
        close: () => consumer.close(),
      };
    },
  };
}
