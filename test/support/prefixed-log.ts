import type {
  Consumer,
  ConsumerEvent,
  JoinOptions,
  Log,
  NewRecord,
  Position,
  TopicPartition,
  TopicSpec,
} from "../../lib/stream/stream.ts";

/**
 * An empty log of its own on a cluster that others use: topics and groups get a prefix on the way
 * in and lose it on the way out. Nothing else is changed.
 */
export class PrefixedLog implements Log {
  readonly inner: Log;
  readonly prefix: string;

  constructor(inner: Log, prefix: string) {
    this.inner = inner;
    this.prefix = prefix;
  }

  ensureTopics(topics: readonly TopicSpec[]) {
    return this.inner.ensureTopics(topics.map((spec) => ({ ...spec, name: this.#in(spec.name) })));
  }

  append(topic: string, partition: number, records: readonly NewRecord[]) {
    return this.inner.append(this.#in(topic), partition, records);
  }

  async read(from: Position, maxBytes: number) {
    return this.#out(await this.inner.read(this.#into(from), maxBytes));
  }

  async offsets(topic: string) {
    return (await this.inner.offsets(this.#in(topic))).map((range) => this.#out(range));
  }

  async committed(group: string, topic: string) {
    const positions = await this.inner.committed(this.#in(group), this.#in(topic));
    return positions.map((position) => this.#out(position));
  }

  async join(options: JoinOptions): Promise<Consumer> {
    const consumer = await this.inner.join({
      ...options,
      group: this.#in(options.group),
      topics: options.topics.map((topic) => this.#in(topic)),
    });
    return {
      next: async (open) => this.#outEvent(await consumer.next(open)),
      seek: (position) => consumer.seek(this.#into(position)),
      commit: (positions) => consumer.commit(positions.map((each) => this.#into(each))),
      close: () => consumer.close(),
    };
  }

  close() {
    return this.inner.close();
  }

  #outEvent(event: ConsumerEvent): ConsumerEvent {
    if (event.type === "assigned" || event.type === "revoked") {
      return { ...event, partitions: event.partitions.map((each) => this.#out(each)) };
    }
    return "topic" in event ? this.#out(event) : event;
  }

  #in(name: string): string {
    return this.prefix + name;
  }

  #into<At extends TopicPartition>(at: At): At {
    return { ...at, topic: this.#in(at.topic) };
  }

  #out<At extends TopicPartition>(at: At): At {
    return { ...at, topic: at.topic.slice(this.prefix.length) };
  }
}
