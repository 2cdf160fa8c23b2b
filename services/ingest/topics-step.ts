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
import { type RecordFormat, StrangerRecords } from "./stranger-record.ts";
import { arrivalOf } from "./stranger-stamp.ts";
import { TopicTicks } from "./topic-ticks.ts";

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

const NO_BYTES = new Uint8Array(0);

/** How the step wants to be run by lib/stream/run.ts. */
export function topicsJoin(
  { group, from }: Pick<TopicsStepOptions, "group" | "from">,
  topics: readonly string[],
): JoinOptions {
  return {
    group,
    topics,
    from,
    batchBytes: LIMITS.readBytes,
    idleAfterMs: LIMITS.idleAfterMs,
  };
}

/**
 * Topics of others in, `observations` out. Per batch of records, in this order:
 *
 * 1. tell what each record is made of (envelopes/record-form.ts) and read it (stranger-record.ts)
 * 2. pack observations into the partitions of their hosts, and keep what is rejected
 * 3. tick, each second, into every partition: how far each topic has been read (topic-ticks.ts)
 * 4. publish, then commit; the loop of lib/stream/run.ts does both
 *
 * A record ends in as many outcomes as it has lines or events, and in one if it has none.
 */
export class TopicsStep implements Step {
  readonly ahead = LIMITS.worksAhead;
  readonly #options: TopicsStepOptions;
  readonly #work: ReadingWork;
  readonly #records: StrangerRecords;
  readonly #ticks: TopicTicks;
  #stampsReplaced = 0;
  #held: readonly TopicPartition[] = [];
  /** Where partitions begin that were never committed: the next commit says so. */
  #begun: readonly Position[] = [];

  constructor(options: TopicsStepOptions) {
    this.#options = options;
    this.#work = new ReadingWork(options);
    this.#records = new StrangerRecords({ ...options, work: this.#work });
    const { isShared, input } = options;
    const sourceOf = (topic: string) => (isShared ? topic : `${input}:${topic}`);
    this.#ticks = new TopicTicks({ ...options, sourceOf });
  }

  /** What it was assigned last. */
  get held(): readonly TopicPartition[] {
    return this.#held;
  }

  async assigned(partitions: readonly TopicPartition[]): Promise<readonly Position[]> {
    this.#forget();
    this.#held = partitions;
    this.#begun = await this.#ticks.assign(partitions);
    return this.#begun;
  }

  revoked(): void {
    this.#forget();
  }

  async handle(event: RecordsEvent): Promise<Work> {
    this.#work.makeRoom();
    const { topic, partition, nextOffset } = event;
    const nowMs = this.#options.clock.nowMs();
    const records = event.records.map((record) => this.#stamped(record, nowMs));
    const place = `${topic}/${partition}`;
    for (const record of records) this.#read(place, record);
    this.#ticks.published({ ...event, records });
    return this.#workOf([{ topic, partition, offset: nextOffset }]);
  }

  idle(): Promise<Work> {
    return this.#workOf([]);
  }

  /** Retention was faster than we, or nobody can unpack what stands there: told, and read on. */
  gap(event: GapEvent): Promise<Work> {
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
    this.#ticks.skipped(event);
    return this.#workOf([{ topic, partition, offset: toOffset }]);
  }

  #read(place: string, record: LogRecord): void {
    const { input } = this.#options;
    if (this.#records.readLine(input, place, record)) return;
    const { offset, value, arrivalMs } = record;
    this.#records.read({ input, at: `${place}@${offset}`, arrivalMs }, value ?? NO_BYTES);
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
    const publish = this.#work.take(await this.#ticks.due());
    const tell = this.#work.takeOutcomes();
    const stampsReplaced = this.#stampsReplaced;
    this.#stampsReplaced = 0;
    const { events, input } = this.#options;
    const done = () => {
      tell();
      if (stampsReplaced > 0) events.stampsReplaced(input, stampsReplaced);
    };
    return { publish, commit, done };
  }

  #forget(): void {
    this.#held = [];
    this.#ticks.clear();
    this.#begun = [];
  }
}
