import { assert } from "../../lib/domain/assert.ts";
import type { TopicSpec } from "../../lib/stream/stream.ts";
import { TOPIC_PREFIX_DEFAULT, type TopicName, topicPath, TOPICS } from "../../lib/wire/topics.ts";
import type { World } from "../world.ts";

export function partitionsOf(world: World, topic: TopicName): number {
  return world.partitions[topic] ?? 1;
}

export function topicSpecs(world: World): TopicSpec[] {
  return Object.values(TOPICS).map(({ name, recordBytesMax, cleanup }) => ({
    name: topicPath(name),
    partitions: partitionsOf(world, name),
    recordBytesMax,
    cleanup,
  }));
}

/** The other way round: which of our topics a name of the log is. */
export function topicNameOf(path: string): TopicName {
  const name = path.slice(TOPIC_PREFIX_DEFAULT.length) as TopicName;
  assert(name in TOPICS, `${path} is a topic of ours`);
  return name;
}
