import { beforeEach, describe, expect, it } from "vitest";
import { ManualClock } from "../../lib/process/manual-clock.ts";
import { type MemoryClient, MemoryLog } from "../../lib/stream/memory.ts";
import { encodeMessage } from "../../lib/wire/message.ts";
import { topicPath, TOPICS } from "../../lib/wire/topics.ts";
import { revisionOf } from "../../sim/live/kept.ts";
import { codec } from "../../sim/live/wiring.ts";
import { PublishedRevisions } from "../../services/detect/published-revisions.ts";
import { MESSAGE_SAMPLES } from "../lib/wire/message-samples.ts";

const topic = topicPath("incidents");
const incident = (revision: number, id = "tg-1") => {
  return { ...MESSAGE_SAMPLES.incident, id, revision };
};

describe("published revisions", () => {
  let log: MemoryClient;
  let published: PublishedRevisions;
  beforeEach(() => {
    const memory = new MemoryLog(new ManualClock(1_000));
    memory.ensure({ ...TOPICS.incidents, name: topic, partitions: 1 });
    log = memory.connect();
    published = new PublishedRevisions({ log, codec, path: topicPath });
  });
  const append = (revision: number, id = "tg-1") => {
    const value = encodeMessage(codec, "incident", incident(revision, id));
    return log.append(topic, 0, [{ key: id, value }]);
  };

  it("tells what the log holds from what is new, also what others wrote meanwhile", async () => {
    await append(1);
    await published.catchUp();
    expect(published.isNew(incident(1))).toBe(false);
    expect(published.isNew(incident(2))).toBe(true);
    expect(published.isNew(incident(2))).toBe(false);
    await append(2);
    await append(3);
    await published.catchUp();
    expect(published.isNew(incident(3))).toBe(false);
    expect(published.isNew(incident(4))).toBe(true);
  });

  it("writes the newest revision again where an older one came behind it, once", async () => {
    await append(1);
    await append(3);
    await append(2);
    await append(7, "tg-2");
    await published.catchUp();
    const mends = await published.mends();
    const written = mends.flatMap(({ records }) => records);
    expect(written.map(({ value }) => revisionOf(value!).incident.revision)).toEqual([3]);
    for (const { partition, records } of mends) await log.append(topic, partition, records);
    await published.catchUp();
    expect(await published.mends()).toEqual([]);
  });

  it("mends nothing of what it has told itself and the log does not hold yet", async () => {
    await append(1);
    await published.catchUp();
    expect([2, 3].map((revision) => published.isNew(incident(revision)))).toEqual([true, true]);
    await append(2);
    await published.catchUp();
    expect(await published.mends()).toEqual([]);
  });
});
