import type { Tick } from "../../lib/domain/observation.ts";
import type { Clock } from "../../lib/process/clock.ts";
import type {
  GapEvent,
  Log,
  Position,
  RecordsEvent,
  TopicPartition,
} from "../../lib/stream/stream.ts";
import { LIMITS } from "./limits.ts";
import { SourceTicks } from "./source-ticks.ts";

export interface TopicTicksOptions {
  readonly log: Pick<Log, "offsets" | "committed">;
  readonly clock: Clock;
  readonly group: string;
  readonly from: "start" | "end";
  /** What tells the topic from all others that are read, by any input. */
  readonly sourceOf: (topic: string) => string;
}

/** Says each second how far every topic that a step holds partitions of has been read. */
export class TopicTicks {
  readonly #options: TopicTicksOptions;
  readonly #topics = new Map<string, SourceTicks>();
  #lastMs = Number.NEGATIVE_INFINITY;

  constructor(options: TopicTicksOptions) {
    this.#options = options;
  }

  /** From here on these are read by us, and no others; the result is as of SourceTicks. */
  async assign(partitions: readonly TopicPartition[]): Promise<readonly Position[]> {
    this.clear();
    const { log, group, from, sourceOf } = this.#options;
    const begun: Position[] = [];
    for (const topic of new Set(partitions.map((at) => at.topic))) {
      const ticks = new SourceTicks(sourceOf(topic));
      const held = partitions.filter((at) => at.topic === topic);
      begun.push(...(await ticks.assignFrom(held, { log, group, topic, from })));
      this.#topics.set(topic, ticks);
    }
    return begun;
  }

  /** Others may be reading by now: nothing is known any more. */
  clear(): void {
    this.#topics.clear();
  }

  published(event: RecordsEvent): void {
    this.#topics.get(event.topic)?.published(event);
  }

  skipped({ topic, partition, toOffset }: GapEvent): void {
    this.#topics.get(topic)?.skipped(partition, toOffset);
  }

  /** None while the last are fresh enough; `isUrgent` asks for them all the same. */
  async due({ isUrgent = false } = {}): Promise<readonly Tick[]> {
    const { clock, log } = this.#options;
    const nowMs = clock.nowMs();
    const sinceMs = nowMs - this.#lastMs;
    // A clock that was set back must not stop them.
    const isEarly = sinceMs >= 0 && sinceMs < LIMITS.tickEveryMs;
    if (isEarly && !isUrgent) return [];
    this.#lastMs = nowMs;
    const ticks = [...this.#topics].map(async ([topic, sources]) =>
      sources.ticks(await log.offsets(topic), nowMs),
    );
    return (await Promise.all(ticks)).flat();
  }
}
