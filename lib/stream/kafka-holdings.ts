import { type Clock, sleep } from "../process/clock.ts";
import type { KafkaBatch } from "./kafka-batch.ts";
import { RETRY_FIRST_MS } from "./limits.ts";
import { isStreamError, StreamError } from "./stream-error.ts";
import type { GapEvent, JoinOptions, Log, Position, TopicPartition } from "./stream.ts";

interface Grant {
  readonly partitions: readonly TopicPartition[];
  readonly places: Map<string, number>;
  readonly gaps: GapEvent[];
}

interface GrantTarget {
  /** What must be sought, because kafkajs would begin elsewhere. */
  begin(seeks: readonly Position[]): void;
  failed(error: unknown): void;
}

interface HoldingsOptions {
  readonly log: Pick<Log, "offsets" | "committed">;
  readonly options: JoinOptions;
  readonly clock: Clock;
  /** next() may have something now. */
  readonly moved: () => void;
}

/** What the coordinator gave, in the order that next() tells it, and where reading stands. */
export class Holdings {
  readonly #options: HoldingsOptions;
  /** Grows with every join. */
  #generation = 0;
  /** What next() has told as assigned and not yet as revoked. */
  #told: readonly TopicPartition[] | null = null;
  #isLost = false;
  /** Found out where to begin, not told yet. */
  #granted: Grant | null = null;
  #places = new Map<string, number>();
  #gaps: GapEvent[] = [];
  #waiting: (() => void)[] = [];

  constructor(options: HoldingsOptions) {
    this.#options = options;
  }

  get generation(): number {
    return this.#generation;
  }

  /** Nothing is left to be told. */
  get isSettled(): boolean {
    return this.#told !== null && !this.#isLost && this.#granted === null;
  }

  /** The partitions may be somebody else's from now on. */
  lose(): void {
    this.#generation++;
    this.#granted = null;
    if (this.#told !== null) this.#isLost = true;
    this.#changed();
  }

  /** The coordinator's answer to a join. */
  grant(partitions: readonly TopicPartition[], to: GrantTarget): void {
    this.lose();
    void this.#begin(partitions, this.#generation, to);
  }

  end(): void {
    this.#generation++;
    this.#changed();
  }

  takeChange() {
    if (this.#isLost) {
      const partitions = this.#told ?? [];
      this.#told = null;
      this.#isLost = false;
      this.#places.clear();
      this.#gaps = [];
      return { type: "revoked", partitions } as const;
    }
    const granted = this.#granted;
    if (granted !== null) {
      this.#granted = null;
      this.#told = granted.partitions;
      this.#places = granted.places;
      this.#gaps = granted.gaps;
      this.#changed();
      return { type: "assigned", partitions: granted.partitions } as const;
    }
    return this.#gaps.shift() ?? null;
  }

  isHeld(at: TopicPartition): boolean {
    return this.#told !== null && !this.#isLost && this.#places.has(keyOf(at));
  }

  move(to: Position): void {
    this.#places.set(keyOf(to), to.offset);
  }

  offsetOf(generation: number, at: TopicPartition): number | null {
    return generation === this.#generation ? (this.#places.get(keyOf(at)) ?? null) : null;
  }

  /** Resolves when the assignment of this generation is told, or over before. */
  async told(generation: number): Promise<void> {
    while (generation === this.#generation && !this.isSettled) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /**
   * kafkajs resets an offset out of range by itself and says nothing. What was fetched is compared
   * with where reading stood: a beginning that has moved becomes a gap event.
   */
  async checkJump(at: Position, batch: KafkaBatch): Promise<void> {
    const first = batch.firstOffset;
    if (first === at.offset) return;
    const { topic, partition, offset } = at;
    const { generation } = batch;
    const ranges = await this.#patiently(generation, () => this.#options.log.offsets(topic));
    const range = ranges?.find((range) => range.partition === partition);
    if (range === undefined) return;
    if (offset > range.endOffset) throw tooFar(at);
    const toOffset = Math.min(range.startOffset, first ?? range.startOffset);
    if (toOffset <= offset || this.offsetOf(generation, at) !== offset) return;
    this.#gaps.push({ type: "gap", topic, partition, fromOffset: offset, toOffset });
    this.move({ ...at, offset: toOffset });
  }

  async #begin(
    partitions: readonly TopicPartition[],
    generation: number,
    to: GrantTarget,
  ): Promise<void> {
    try {
      const located = await this.#patiently(generation, () => this.#locate(partitions));
      if (located === null) return;
      to.begin(located.seeks);
      this.#granted = located.grant;
      this.#changed();
    } catch (error) {
      if (generation === this.#generation) to.failed(error);
    }
  }

  /** Where each partition begins, and which of them kafkajs would begin elsewhere. */
  async #locate(partitions: readonly TopicPartition[]) {
    const grant: Grant = { partitions, places: new Map(), gaps: [] };
    const seeks: Position[] = [];
    const { log, options } = this.#options;
    for (const topic of new Set(partitions.map(({ topic }) => topic))) {
      const [ranges, positions] = await Promise.all([
        log.offsets(topic),
        log.committed(options.group, topic),
      ]);
      const committed = new Map(positions.map((at) => [at.partition, at.offset]));
      for (const { partition, startOffset, endOffset } of ranges) {
        if (!partitions.some((at) => at.topic === topic && at.partition === partition)) continue;
        const at = committed.get(partition) ?? null;
        const first = at ?? (options.from === "end" ? endOffset : startOffset);
        if (first > endOffset) throw tooFar({ topic, partition, offset: first });
        const offset = Math.max(first, startOffset);
        grant.places.set(keyOf({ topic, partition }), offset);
        if (at === offset) continue;
        seeks.push({ topic, partition, offset });
        if (first >= startOffset) continue;
        grant.gaps.push({ type: "gap", topic, partition, fromOffset: first, toOffset: offset });
      }
    }
    return { grant, seeks };
  }

  /** While a broker is away it asks again; null when the generation is over. */
  async #patiently<T>(generation: number, ask: () => Promise<T>): Promise<T | null> {
    for (;;) {
      if (generation !== this.#generation) return null;
      try {
        const answer = await ask();
        return generation === this.#generation ? answer : null;
      } catch (error) {
        if (!isStreamError(error) || !error.retriable) throw error;
        await sleep(this.#options.clock, RETRY_FIRST_MS);
      }
    }
  }

  #changed(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
    this.#options.moved();
  }
}

function keyOf({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`;
}

function tooFar({ topic, partition, offset }: Position): StreamError {
  return new StreamError("offset_unknown", `${topic}/${partition} ends before ${offset}`);
}
