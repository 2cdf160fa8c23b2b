import type { Clock } from "../process/clock.ts";
import { Group } from "./group.ts";
import type { LocalStore } from "./local-consumer.ts";
import { LocalConsumer } from "./local-consumer.ts";
import { MemoryPartition } from "./memory-partition.ts";
import { StreamError } from "./stream-error.ts";
import type {
  Appended,
  JoinOptions,
  Log,
  NewRecord,
  OffsetRange,
  Position,
  Slice,
  TopicSpec,
} from "./stream.ts";
import { checkAppend, checkPartition, checkSameTopic } from "./topic-rules.ts";

/**
 * What happens to one append: `refused` leaves nothing behind; `ack_lost` keeps the records and
 * says it does not know; the crashes cut the client off before or after the records are in the log.
 */
export type AppendFault =
  "none" | "disk_full" | "refused" | "ack_lost" | "crash_before" | "crash_after";

export interface MemoryFaults {
  onAppend?(topic: string, partition: number, records: readonly NewRecord[]): AppendFault;
  /** `crash_after` has committed; either way the caller never hears of it. */
  onCommit?(group: string, positions: readonly Position[]): "none" | "crash_before" | "crash_after";
}

interface MemoryTopic {
  spec: TopicSpec;
  readonly partitions: readonly MemoryPartition[];
}

interface Watcher {
  readonly topics: readonly string[];
  readonly wake: () => void;
}

/** The log itself: it outlives the processes that connect to it. */
export class MemoryLog implements LocalStore {
  readonly clock: Clock;
  readonly faults: MemoryFaults;
  readonly #topics = new Map<string, MemoryTopic>();
  readonly #groups = new Map<string, Group>();
  readonly #committed = new Map<string, number>();
  readonly #watchers = new Set<Watcher>();

  constructor(clock: Clock, faults: MemoryFaults = {}) {
    this.clock = clock;
    this.faults = faults;
  }

  /** One process; it can crash without the log. */
  connect(): MemoryClient {
    return new MemoryClient(this);
  }

  ensure(spec: TopicSpec): void {
    const had = this.#topics.get(spec.name);
    if (had === undefined) {
      const partitions = Array.from({ length: spec.partitions }, (_, n) => new MemoryPartition(n));
      this.#topics.set(spec.name, { spec, partitions });
      return;
    }
    checkSameTopic(had.spec, spec);
    had.spec = spec;
  }

  spec(topic: string): TopicSpec {
    return this.#topic(topic).spec;
  }

  append(topic: string, partition: number, records: readonly NewRecord[]): Appended {
    const appended = this.#partition(topic, partition).append(records, this.clock.nowMs());
    for (const watcher of this.#watchers) if (watcher.topics.includes(topic)) watcher.wake();
    return appended;
  }

  slice({ topic, partition, offset }: Position, maxBytes: number): Slice {
    return this.#partition(topic, partition).slice(topic, offset, maxBytes);
  }

  committedOffset(group: string, topic: string, partition: number): number | null {
    return this.#committed.get(`${group} ${topic}/${partition}`) ?? null;
  }

  async commit(group: string, positions: readonly Position[]): Promise<void> {
    for (const { topic, partition, offset } of positions) {
      this.#committed.set(`${group} ${topic}/${partition}`, offset);
    }
  }

  watch(topics: readonly string[], wake: () => void): () => void {
    const watcher = { topics, wake };
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  group(name: string): Group {
    let group = this.#groups.get(name);
    if (group === undefined) {
      group = new Group((topic) => this.spec(topic).partitions);
      this.#groups.set(name, group);
    }
    return group;
  }

  /** Retention and compaction as of now. */
  clean(): void {
    for (const { spec, partitions } of this.#topics.values()) {
      for (const partition of partitions) partition.clean(spec, this.clock.nowMs());
    }
  }

  #topic(name: string): MemoryTopic {
    const topic = this.#topics.get(name);
    if (topic === undefined) throw new StreamError("topic_unknown", `there is no topic ${name}`);
    return topic;
  }

  #partition(name: string, partition: number): MemoryPartition {
    const topic = this.#topic(name);
    checkPartition(topic.spec, partition);
    return topic.partitions[partition] as MemoryPartition;
  }
}

/** What one process holds of a MemoryLog. After crash() none of its promises settles any more. */
export class MemoryClient implements Log {
  readonly #log: MemoryLog;
  readonly #consumers = new Set<LocalConsumer>();
  #state: "open" | "closed" | "crashed" = "open";

  constructor(log: MemoryLog) {
    this.#log = log;
  }

  async ensureTopics(topics: readonly TopicSpec[]): Promise<void> {
    await this.#alive();
    for (const topic of topics) this.#log.ensure(topic);
  }

  async append(topic: string, partition: number, records: readonly NewRecord[]): Promise<Appended> {
    if (this.#state !== "open") await this.#alive();
    checkAppend(this.#log.spec(topic), partition, records);
    const fault = this.#log.faults.onAppend?.(topic, partition, records) ?? "none";
    const what = `the append to ${topic}/${partition}`;
    if (fault === "disk_full") throw new StreamError("disk_full", `${what} found no space`);
    if (fault === "refused") throw new StreamError("log_busy", `${what} was refused`);
    if (fault === "crash_before") return this.crash();
    const appended = this.#log.append(topic, partition, records);
    if (fault === "crash_after") return this.crash();
    if (fault === "ack_lost") throw new StreamError("append_unknown", `${what} was not answered`);
    return appended;
  }

  async read(from: Position, maxBytes: number): Promise<Slice> {
    await this.#alive();
    return this.#log.slice(from, maxBytes);
  }

  async offsets(topic: string): Promise<readonly OffsetRange[]> {
    await this.#alive();
    return Array.from({ length: this.#log.spec(topic).partitions }, (_, partition) => {
      const { startOffset, endOffset } = this.#log.slice({ topic, partition, offset: 0 }, 0);
      return { topic, partition, startOffset, endOffset };
    });
  }

  async committed(group: string, topic: string): Promise<readonly Position[]> {
    await this.#alive();
    const positions: Position[] = [];
    for (let partition = 0; partition < this.#log.spec(topic).partitions; partition++) {
      const offset = this.#log.committedOffset(group, topic, partition);
      if (offset !== null) positions.push({ topic, partition, offset });
    }
    return positions;
  }

  async join(options: JoinOptions): Promise<LocalConsumer> {
    // Without a pause: a crash in it would leave a member that nobody is.
    if (this.#state !== "open") await this.#alive();
    for (const topic of options.topics) this.#log.spec(topic);
    const store: LocalStore = {
      slice: (from, maxBytes) => this.#log.slice(from, maxBytes),
      committedOffset: (...place) => this.#log.committedOffset(...place),
      commit: (group, positions) => this.#commit(group, positions),
      watch: (topics, wake) => this.#log.watch(topics, wake),
    };
    const group = this.#log.group(options.group);
    const consumer = new LocalConsumer(store, group, this.#log.clock, options);
    this.#consumers.add(consumer);
    return consumer;
  }

  async close(): Promise<void> {
    if (this.#state !== "open") return;
    this.#state = "closed";
    for (const consumer of this.#consumers) await consumer.close();
  }

  /** kill -9: its consumers leave their groups without a commit, nothing answers any more. */
  crash(): Promise<never> {
    this.#state = "crashed";
    for (const consumer of this.#consumers) consumer.vanish();
    this.#consumers.clear();
    return new Promise(() => {});
  }

  async #commit(group: string, positions: readonly Position[]): Promise<void> {
    if (this.#state !== "open") await this.#alive();
    const fault = this.#log.faults.onCommit?.(group, positions) ?? "none";
    if (fault === "crash_before") return this.crash();
    await this.#log.commit(group, positions);
    if (fault === "crash_after") return this.crash();
  }

  async #alive(): Promise<void> {
    if (this.#state === "crashed") return new Promise(() => {});
    if (this.#state === "closed") throw new StreamError("closed", "this log was closed");
  }
}
