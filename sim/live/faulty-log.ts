import { crc32 } from "node:zlib";
import type { Clock } from "../../lib/process/clock.ts";
import { sleep } from "../../lib/process/clock.ts";
import { SECOND_MS } from "../../lib/domain/time.ts";
import type { LocalConsumer } from "../../lib/stream/local-consumer.ts";
import { StreamError } from "../../lib/stream/stream-error.ts";
import type {
  Appended,
  Consumer,
  ConsumerEvent,
  JoinOptions,
  Log,
  NewRecord,
  OffsetRange,
  Position,
  Slice,
  TopicSpec,
} from "../../lib/stream/stream.ts";
import type { TopicName } from "../../lib/wire/topics.ts";
import type { CallFault, Faults } from "./faults.ts";
import type { Life } from "./life.ts";
import { topicNameOf } from "./topics.ts";
import type { Trace } from "./trace.ts";

export interface FaultyLogOptions {
  readonly life: Life;
  readonly clock: Clock;
  readonly faults: Faults;
  readonly trace: Trace;
  /** Whether an append may be held back until another process has taken over. */
  readonly canStall: boolean;
  /** Told of what is in the log now, before the process that wrote it can be killed. */
  readonly appended: (topic: TopicName, records: readonly NewRecord[]) => void;
  /** It hangs for so long; somebody else will do its work. */
  readonly stalled: (life: Life, stallMs: number) => void;
}

const STALL_SECONDS_MAX = 12;

/** The log as one process sees it: each call is a place where that process may be killed. */
export class FaultyLog implements Log {
  readonly #options: FaultyLogOptions;
  #stall: Promise<void> | null = null;

  constructor(options: FaultyLogOptions) {
    this.#options = options;
  }

  async ensureTopics(topics: readonly TopicSpec[]): Promise<void> {
    await this.#options.life.client.ensureTopics(topics);
  }

  async append(topic: string, partition: number, records: readonly NewRecord[]): Promise<Appended> {
    const { life, faults, trace, canStall } = this.#options;
    if (life.isDead) return life.kill("");
    const name = topicNameOf(topic);
    const fault = this.#stall === null ? faults.onAppend(name, canStall) : "none";
    const place = `${name}/${partition}`;
    if (fault === "crash_before") return life.kill(`before an append to ${place}`);
    if (fault === "refused") {
      trace.note(life.name, `was refused an append to ${place}`);
      throw new StreamError("log_busy", `the append to ${place} was refused`);
    }
    if (fault === "stall") this.#beginStall(place);
    await this.#whileStalled();
    if (life.isDead) return life.kill("");
    const appended = await this.#append(topic, partition, records, place);
    if (fault === "crash_after") return life.kill(`after an append to ${place}`);
    if (fault === "ack_lost") {
      trace.note(life.name, `did not hear of ${place}@${appended.firstOffset}`);
      throw new StreamError("append_unknown", `the append to ${place} was not answered`);
    }
    return appended;
  }

  async read(from: Position, maxBytes: number): Promise<Slice> {
    const { client } = this.#options.life;
    return this.#call("a read", this.#options.faults.onRead(), () => client.read(from, maxBytes));
  }

  async offsets(topic: string): Promise<readonly OffsetRange[]> {
    const { life, faults } = this.#options;
    const ranges = await this.#call("a look at offsets", faults.onRead(), () =>
      life.client.offsets(topic),
    );
    if (!life.hasLostSnapshots || topicNameOf(topic) !== "snapshots") return ranges;
    return ranges.map((range) => ({ ...range, startOffset: range.endOffset }));
  }

  async committed(group: string, topic: string): Promise<readonly Position[]> {
    const { life, faults } = this.#options;
    return this.#call("a look at commits", faults.onRead(), () =>
      life.client.committed(group, topic),
    );
  }

  async join(options: JoinOptions): Promise<Consumer> {
    const { life, faults } = this.#options;
    const consumer = await this.#call("a join", faults.onRead(), () => life.client.join(options));
    life.consumers.add(consumer);
    return {
      next: (open) => this.#next(consumer, open),
      seek: (position) => consumer.seek(position),
      commit: (positions) => this.#commit(options.group, consumer, positions),
      close: () => consumer.close(),
    };
  }

  async close(): Promise<void> {
    await this.#options.life.client.close();
  }

  async #append(
    topic: string,
    partition: number,
    records: readonly NewRecord[],
    place: string,
  ): Promise<Appended> {
    const { life, trace, appended: tell } = this.#options;
    const appended = await life.client.append(topic, partition, records);
    let check = 0;
    for (const { key, value } of records) {
      if (key !== null) check = crc32(key, check);
      if (value !== null) check = crc32(value, check);
    }
    const hex = check.toString(16).padStart(8, "0");
    trace.note(life.name, `appended ${records.length} to ${place}@${appended.firstOffset} ${hex}`);
    tell(topicNameOf(topic), records);
    return appended;
  }

  async #next(consumer: LocalConsumer, open?: Promise<void> | null): Promise<ConsumerEvent> {
    const event = await consumer.next(open);
    const { life, trace } = this.#options;
    if (life.isDead) return life.kill("");
    if (event.type === "assigned" || event.type === "revoked") {
      const places = event.partitions.map(
        ({ topic, partition }) => `${topicNameOf(topic)}/${partition}`,
      );
      trace.note(life.name, `${event.type} ${places.join(" ")}`);
    }
    return event;
  }

  async #commit(
    group: string,
    consumer: LocalConsumer,
    positions: readonly Position[],
  ): Promise<void> {
    await this.#whileStalled();
    const { faults, life, trace } = this.#options;
    const what = positions.map(
      ({ topic, partition, offset }) => `${topicNameOf(topic)}/${partition}@${offset}`,
    );
    await this.#call(`a commit of ${group}`, faults.onCommit(), () => consumer.commit(positions));
    trace.note(life.name, `committed ${what.join(" ")}`);
  }

  async #call<T>(what: string, fault: CallFault, call: () => Promise<T>): Promise<T> {
    const { life } = this.#options;
    if (life.isDead) return life.kill("");
    if (fault === "crash_before") return life.kill(`before ${what}`);
    const result = await call();
    if (fault === "crash_after") return life.kill(`after ${what}`);
    return life.isDead ? life.kill("") : result;
  }

  /** It hangs in the middle of an append, for longer than others wait for it. */
  #beginStall(place: string): void {
    const { life, faults, trace, stalled } = this.#options;
    const stallMs = faults.between(1, STALL_SECONDS_MAX) * SECOND_MS;
    trace.note(life.name, `hangs for ${stallMs} ms before an append to ${place}`);
    this.#stall = this.#hang(stallMs);
    life.loseSession();
    stalled(life, stallMs);
  }

  async #hang(stallMs: number): Promise<void> {
    await sleep(this.#options.clock, stallMs);
    this.#stall = null;
  }

  async #whileStalled(): Promise<void> {
    if (this.#stall !== null) await this.#stall;
  }
}
