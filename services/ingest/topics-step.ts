import type { Tick } from "../../lib/domain/observation.ts";
import type { Zone } from "../../lib/domain/zone.ts";
import type { Clock } from "../../lib/process/clock.ts";
import type { Step, Work } from "../../lib/stream/run.ts";
import type {
  GapEvent,
  JoinOptions,
  Log,
  LogRecord,
  Position,
  RecordsEvent,
  TopicPartition,
} from "../../lib/stream/stream.ts";
import type { IngestEvents } from "./events.ts";
import { LIMITS } from "./limits.ts";
import { ReadingWork, type ReadingWorkOptions } from "./reading-work.ts";
import { SourceTicks } from "./source-ticks.ts";
import { type RecordFormat, StrangerRecords } from "./stranger-record.ts";
import { arrivalOf } from "./stranger-stamp.ts";

export interface TopicsStepOptions extends ReadingWorkOptions {
  readonly events: IngestEvents;
  /** Where the topics are. */
  readonly log: Pick<Log, "offsets" | "committed">;
  readonly clock: Clock;
  /** The log of the pipeline holds the topics too, so their names are enough to tell them apart. */
  readonly isShared: boolean;
  readonly group: string;
  /** Name of the configured input. */
  readonly input: string;
  readonly realm: string;
  readonly zone: Zone;
  readonly format: RecordFormat;
  readonly from: "start" | "end";
}

/** How the step wants to be run by lib/stream/run.ts. */
export function topicsJoin(
  { group, from }: Pick<TopicsStepOptions, "group" | "from">,
  topics: readonly string[],
): JoinOptions {
  return { group, topics, from, idleAfterMs: LIMITS.idleAfterMs };
}

/**
 * Topics of others in, `observations` out. Per batch of records, in this order:
 *
 * 1. tell what each record is made of (envelopes/record-form.ts) and read it (stranger-record.ts)
 * 2. pack observations into the partitions of their hosts, and keep what is rejected
 * 3. tick, each second, into every partition: how far each topic has been read (source-ticks.ts)
 * 4. publish, then commit; the loop of lib/stream/run.ts does both
 *
 * A record ends in as many outcomes as it has lines or events, and in one if it has none.
 */
export class TopicsStep implements Step {
  readonly #options: TopicsStepOptions;
  readonly #work: ReadingWork;
  readonly #records: StrangerRecords;
  readonly #ticks = new Map<string, SourceTicks>();
  #lastTickMs = Number.NEGATIVE_INFINITY;
  #stampsReplaced = 0;
  #held: readonly TopicPartition[] = [];
  /** Where partitions begin that were never committed: the next commit says so. */
  #begun: Position[] = [];

  constructor(options: TopicsStepOptions) {
    this.#options = options;
    this.#work = new ReadingWork(options);
    this.#records = new StrangerRecords({ ...options, work: this.#work });
  }

  /** What it was assigned last. */
  get held(): readonly TopicPartition[] {
    return this.#held;
  }

  async assigned(partitions: readonly TopicPartition[]): Promise<readonly Position[]> {
    this.confirm();
    this.#forget();
    this.#held = partitions;
    const { log, group, from, input, isShared } = this.#options;
    for (const topic of new Set(partitions.map((at) => at.topic))) {
      const ticks = new SourceTicks(isShared ? topic : `${input}:${topic}`);
      const held = partitions.filter((at) => at.topic === topic);
      this.#begun.push(...(await ticks.assignFrom(held, { log, group, topic, from })));
      this.#ticks.set(topic, ticks);
    }
    return this.#begun;
  }

  revoked(): void {
    this.confirm();
    this.#forget();
  }

  async handle(event: RecordsEvent): Promise<Work> {
    this.confirm();
    this.#work.makeRoom();
    const { topic, partition, nextOffset } = event;
    const nowMs = this.#options.clock.nowMs();
    const records = event.records.map((record) => this.#stamped(record, nowMs));
    for (const record of records) this.#read(event, record);
    this.#ticks.get(topic)?.published({ ...event, records });
    return this.#workOf([{ topic, partition, offset: nextOffset }]);
  }

  idle(): Promise<Work> {
    this.confirm();
    return this.#workOf([]);
  }

  /** Retention was faster than we, or nobody can unpack what stands there: told, and read on. */
  gap(event: GapEvent): Promise<Work> {
    this.confirm();
    const { topic, partition, fromOffset, toOffset, unreadable } = event;
    const { events, input, clock } = this.#options;
    if (unreadable === undefined) {
      events.recordsLost(topic, partition, toOffset - fromOffset);
    } else {
      const at = `${topic}/${partition}@${fromOffset}`;
      const detail = `offsets ${fromOffset} to ${toOffset - 1}: ${unreadable.why}`;
      const record = { input, at, arrivalMs: clock.nowMs() };
      this.#records.refuseBatch(record, detail, unreadable.bytes);
    }
    this.#ticks.get(topic)?.skipped(partition, toOffset);
    return this.#workOf([{ topic, partition, offset: toOffset }]);
  }

  /** The work handed out last has been published: tells what it was. Call once more at the end. */
  confirm(): void {
    const { events, input } = this.#options;
    this.#work.confirm();
    if (this.#stampsReplaced > 0) events.stampsReplaced(input, this.#stampsReplaced);
    this.#stampsReplaced = 0;
  }

  #read({ topic, partition }: RecordsEvent, { offset, value, arrivalMs }: LogRecord): void {
    const { input } = this.#options;
    const at = `${topic}/${partition}@${offset}`;
    this.#records.read({ input, at, arrivalMs }, value ?? new Uint8Array(0));
  }

  #stamped(record: LogRecord, nowMs: number): LogRecord {
    const arrivalMs = arrivalOf(record.arrivalMs, nowMs);
    if (arrivalMs === record.arrivalMs) return record;
    this.#stampsReplaced += 1;
    return { ...record, arrivalMs };
  }

  async #workOf(read: readonly Position[]): Promise<Work> {
    const isRead = (at: Position) =>
      read.some(({ topic, partition }) => topic === at.topic && partition === at.partition);
    const commit = [...this.#begun.filter((at) => !isRead(at)), ...read];
    this.#begun = [];
    return { publish: this.#work.take(await this.#dueTicks()), commit };
  }

  async #dueTicks(): Promise<readonly Tick[]> {
    const { clock, log } = this.#options;
    const nowMs = clock.nowMs();
    const sinceMs = nowMs - this.#lastTickMs;
    // A clock that was set back must not stop them.
    if (sinceMs >= 0 && sinceMs < LIMITS.tickEveryMs) return [];
    this.#lastTickMs = nowMs;
    const ticks = [...this.#ticks].map(async ([topic, source]) =>
      source.ticks(await log.offsets(topic), nowMs),
    );
    return (await Promise.all(ticks)).flat();
  }

  #forget(): void {
    this.#held = [];
    this.#ticks.clear();
    this.#begun = [];
  }
}
