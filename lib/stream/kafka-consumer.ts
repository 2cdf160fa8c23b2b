import type { Consumer as Client, EachBatchPayload, Kafka } from "kafkajs";
import { assert } from "../domain/assert.ts";
import { type Clock, sleep } from "../process/clock.ts";
import { KafkaBatch } from "./kafka-batch.ts";
import { asStreamError } from "./kafka-errors.ts";
import { KafkaFetches } from "./kafka-fetches.ts";
import { KafkaHeartbeats } from "./kafka-heartbeats.ts";
import { Holdings } from "./kafka-holdings.ts";
import {
  BATCH_BYTES_DEFAULT,
  KAFKA_CONSUMER_RETRY,
  KAFKA_FETCH_BYTES_MAX,
  KAFKA_FETCH_PARTITION_BYTES,
  KAFKA_FETCH_WAIT_MS,
  KAFKA_HEARTBEAT_MS,
  KAFKA_REBALANCE_MS,
  KAFKA_RETRY,
  KAFKA_SESSION_MS,
} from "./limits.ts";
import { StreamError } from "./stream-error.ts";
import type {
  Consumer,
  ConsumerEvent,
  JoinOptions,
  Log,
  Position,
  TopicPartition,
} from "./stream.ts";

/** The log that the group reads. */
export interface GroupLog extends Pick<Log, "offsets" | "committed"> {
  /** As of StreamError. */
  readonly place?: string | undefined;
}

/** How long close() waits for a join under way, so that no ghost stays in the group. */
const JOIN_ENDS_WITHIN_MS = 3_000;

/**
 * A member of a group, kafkajs's push turned into a pull: eachBatch holds a batch out and keeps the
 * session alive until next() has taken all of it. A rebalance that begins meanwhile waits for the
 * event at hand, at most KAFKA_REBALANCE_MS; then the group goes on without this member.
 */
export class KafkaConsumer implements Consumer {
  readonly #client: Client;
  readonly #clock: Clock;
  readonly #options: JoinOptions;
  readonly #holdings: Holdings;
  readonly #place: string | undefined;
  readonly #fetches: KafkaFetches;
  readonly #heartbeats: KafkaHeartbeats;
  #running: Promise<unknown> = Promise.resolve();
  #batch: KafkaBatch | null = null;
  /** The caller has an event and has not asked for the next one yet. */
  #hasEvent = false;
  /** Work of the caller on earlier events. */
  #open: Promise<void> | null = null;
  #isAsking = false;
  #failure: StreamError | null = null;
  #closing: Promise<void> | null = null;
  #wake: () => void = () => {};
  #resume: () => void = () => {};
  #commits = 0;

  constructor(kafka: Kafka, clock: Clock, options: JoinOptions, log: GroupLog) {
    this.#clock = clock;
    this.#options = options;
    this.#place = log.place;
    this.#client = kafka.consumer({
      groupId: options.group,
      allowAutoTopicCreation: false,
      sessionTimeout: KAFKA_SESSION_MS,
      rebalanceTimeout: KAFKA_REBALANCE_MS,
      heartbeatInterval: KAFKA_HEARTBEAT_MS,
      maxWaitTimeInMs: KAFKA_FETCH_WAIT_MS,
      maxBytesPerPartition: Math.min(options.batchBytes ?? Infinity, KAFKA_FETCH_PARTITION_BYTES),
      maxBytes: KAFKA_FETCH_BYTES_MAX,
      retry: { ...KAFKA_CONSUMER_RETRY, restartOnFailure: async () => this.#closing === null },
    });
    this.#fetches = new KafkaFetches(this.#client, () => this.#wake());
    this.#holdings = new Holdings({ log, options, clock, moved: () => this.#wake() });
    const isAtHand = () => this.#hasEvent || this.#open !== null;
    this.#heartbeats = new KafkaHeartbeats(clock, this.#holdings, isAtHand);
    this.#listen();
  }

  /** Resolves when the brokers were reached; the first event tells when it has partitions. */
  async start(): Promise<void> {
    await this.#client.connect();
    // Always from the start: `from: end` is a seek, so that a reset cannot jump over records.
    await this.#client.subscribe({ topics: [...this.#options.topics], fromBeginning: true });
    this.#run();
  }

  #run(): void {
    this.#running = this.#client
      .run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: 1,
        eachBatch: (payload) => this.#work(payload),
      })
      .catch((error: unknown) => this.#fail(error));
  }

  async next(open: Promise<void> | null = null): Promise<ConsumerEvent> {
    assert(!this.#isAsking, "one next() at a time");
    this.#isAsking = true;
    this.#hasEvent = false;
    void this.#follow(open);
    // The seeks that answer an assignment are made by now.
    if (this.#holdings.isSettled) this.#resume();
    try {
      const event = await this.#await();
      this.#hasEvent = true;
      return event;
    } finally {
      this.#isAsking = false;
    }
  }

  seek(position: Position): void {
    this.#mustHold(position);
    this.#holdings.move(position);
    const { topic, partition, offset } = position;
    this.#client.seek({ topic, partition, offset: String(offset) });
    if (this.#batch?.topic === topic && this.#batch.partition === partition) this.#drop();
  }

  async commit(positions: readonly Position[]): Promise<void> {
    for (const position of positions) this.#mustHold(position);
    const { group } = this.#options;
    const offsets = positions.map((at) => ({ ...at, offset: String(at.offset) }));
    const before = this.#commits;
    try {
      await this.#client.commitOffsets(offsets);
    } catch (error) {
      const trouble = this.#troubleOf(error, `committing for group ${group}`);
      // Who could not speak to the coordinator for so long is no member any more.
      if (trouble.code !== "broker_unreachable") throw trouble;
      throw new StreamError("fenced", trouble.what, error);
    }
    // A kafkajs consumer that is stopping says nothing and commits nothing.
    if (this.#commits > before || positions.length === 0) return;
    throw new StreamError("fenced", `group ${group} was left before the commit`);
  }

  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  async #end(): Promise<void> {
    this.#holdings.end();
    this.#drop();
    this.#wake();
    await Promise.race([this.#running, sleep(this.#clock, JOIN_ENDS_WITHIN_MS)]);
    await this.#client.disconnect().catch(() => undefined);
  }

  async #await(): Promise<ConsumerEvent> {
    const { idleAfterMs } = this.#options;
    const asked = this.#fetches.mark();
    let isDue = idleAfterMs === 0;
    const cancel =
      idleAfterMs === undefined || isDue
        ? () => {}
        : this.#clock.after(idleAfterMs, () => {
            isDue = true;
            this.#wake();
          });
    try {
      for (;;) {
        const event = this.#take();
        if (event !== null) return event;
        // Nothing came only when a fetch that began after the call has found nothing.
        if (isDue && this.#holdings.isSettled && this.#fetches.foundNothingSince(asked)) {
          return { type: "idle" };
        }
        await new Promise<void>((wake) => (this.#wake = wake));
      }
    } finally {
      cancel();
    }
  }

  async #follow(open: Promise<void> | null): Promise<void> {
    if (open === this.#open) return;
    this.#open = open;
    await open;
    if (this.#open !== open) return;
    this.#open = null;
    this.#wake();
  }

  #take(): ConsumerEvent | null {
    if (this.#closing !== null) return { type: "closed" };
    if (this.#failure !== null) throw this.#failure;
    const change = this.#holdings.takeChange();
    if (change !== null) return change;
    const batch = this.#batch;
    const { generation } = this.#holdings;
    if (batch === null || batch.generation !== generation) return null;
    // More of it would put the rebalance off.
    if (this.#heartbeats.isLeaving(generation)) return null;
    if (batch.isEmpty) {
      // It waits for no more: kafkajs fetches what comes behind it. Where nothing does, that would
      // find a rebalance while work is open.
      if (!batch.isAtEnd || this.#open === null) this.#drop();
      return null;
    }
    const event = batch.take(this.#holdings.offsetOf(batch.generation, batch) ?? 0);
    const offset = event.type === "gap" ? event.toOffset : event.nextOffset;
    this.#holdings.move({ ...event, offset });
    return event;
  }

  /** One batch of kafkajs, until it is worked off. */
  async #work(payload: EachBatchPayload): Promise<void> {
    const { generation } = this.#holdings;
    const { topic, partition } = payload.batch;
    // The assignment may not be told yet, because another event is at hand.
    await this.#heartbeats.keepAlive(payload, generation, this.#holdings.told(generation));
    const fromOffset = this.#holdings.offsetOf(generation, { topic, partition });
    if (fromOffset === null || payload.isStale()) return;
    const bytesMax = this.#options.batchBytes ?? BATCH_BYTES_DEFAULT;
    const batch = new KafkaBatch(payload, { generation, fromOffset, bytesMax });
    try {
      await this.#holdings.checkJump({ topic, partition, offset: fromOffset }, batch);
    } catch (error) {
      return this.#fail(error);
    }
    if (batch.isEmpty) return batch.resolve(batch.endOffset - 1);
    if (batch.isStale || this.#closing !== null) return;
    this.#batch = batch;
    this.#wake();
    try {
      await this.#heartbeats.keepAlive(payload, generation, batch.finished);
    } finally {
      if (this.#batch === batch) this.#batch = null;
    }
    const at = this.#holdings.offsetOf(generation, batch);
    if (at !== null && !batch.isStale) batch.resolve(at - 1);
    await this.#heartbeats.askForRebalance(payload, generation);
  }

  #drop(): void {
    this.#batch?.finish();
    this.#batch = null;
  }

  #listen(): void {
    const { events } = this.#client;
    this.#client.on(events.GROUP_JOIN, ({ payload }) => {
      const partitions = Object.entries(payload.memberAssignment).flatMap(([topic, numbers]) =>
        numbers.map((partition): TopicPartition => ({ topic, partition })),
      );
      // Until it is known where to begin: kafkajs would reset an offset out of range by itself.
      const held = Object.entries(payload.memberAssignment).map(([topic, numbers]) => ({
        topic,
        partitions: [...numbers],
      }));
      this.#client.pause(held);
      this.#resume = () => {};
      this.#holdings.grant(partitions, {
        begin: (seeks) => {
          for (const at of seeks) this.#client.seek({ ...at, offset: String(at.offset) });
          this.#resume = () => this.#client.resume(held);
        },
        failed: (error) => this.#fail(error),
      });
    });
    this.#client.on(events.STOP, () => this.#holdings.lose());
    this.#client.on(events.REBALANCING, () => this.#holdings.lose());
    this.#client.on(events.COMMIT_OFFSETS, () => void this.#commits++);
    this.#client.on(events.CRASH, ({ payload }) => {
      this.#holdings.lose();
      if (!payload.restart) void this.#runAgain(payload.error);
    });
  }

  /** kafkajs ends where nobody could name the coordinator, also when brokers were just starting. */
  async #runAgain(error: unknown): Promise<void> {
    if (!this.#troubleOf(error, "").retriable) return this.#fail(error);
    await sleep(this.#clock, KAFKA_RETRY.maxRetryTime);
    if (this.#closing === null) this.#run();
  }

  #fail(error: unknown): void {
    const { group } = this.#options;
    this.#failure ??= this.#troubleOf(error, `group ${group} cannot be read for`);
    this.#drop();
    this.#wake();
  }

  #troubleOf(error: unknown, what: string): StreamError {
    return asStreamError(error, what, { place: this.#place });
  }

  #mustHold({ topic, partition }: TopicPartition): void {
    if (this.#closing === null && this.#holdings.isHeld({ topic, partition })) return;
    const { group } = this.#options;
    throw new StreamError("fenced", `group ${group} has taken ${topic}/${partition} away`);
  }
}
