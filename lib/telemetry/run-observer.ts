import type { Duty, Progress, ProgressSource } from "../process/progress.ts";
import type { Question } from "../process/watchdog.ts";
import type { RunObserver } from "../stream/run.ts";
import type {
  ConsumerEvent,
  JoinOptions,
  Log,
  Position,
  TopicPartition,
} from "../stream/stream.ts";
import type { StreamEvents } from "./events/stream.ts";
import type { Stage } from "./labels.ts";

export interface RunWatchOptions {
  readonly stage: Stage;
  readonly events: StreamEvents;
  readonly progress: Progress;
  readonly log: Pick<Log, "offsets" | "committed">;
  readonly join: Pick<JoinOptions, "group" | "from">;
  /** Tells the loops of one stage apart; absent where it has one. */
  readonly of?: string;
  /** Of its partitions; see progress.ts. */
  readonly duty?: Duty;
}

interface Held {
  readonly at: TopicPartition;
  readonly source: ProgressSource;
  /** The next offset to be read; null until something told it. */
  done: number | null;
  known: number;
}

/**
 * What the one consume loop tells, as events and as progress: a source per partition held, named
 * `stage topic/partition`. The log is asked where partitions end, so that a loop that silently
 * reads no more is found out.
 */
export class RunWatch implements RunObserver, Question {
  readonly name: string;
  readonly #options: RunWatchOptions;
  readonly #of: string;
  readonly #held = new Map<string, Held>();

  constructor(options: RunWatchOptions) {
    this.#options = options;
    const { stage, of } = options;
    this.#of = of ?? "";
    this.name = of === undefined ? `${stage} log` : `${stage} log of ${of}`;
  }

  done(event: ConsumerEvent): void {
    const { stage, events } = this.#options;
    switch (event.type) {
      case "assigned":
        for (const at of event.partitions) this.#hold(at);
        return events.partitionsAssigned(stage, ...this.#told(event.partitions));
      case "revoked":
        for (const at of event.partitions) this.#letGo(at);
        return events.partitionsRevoked(stage, ...this.#told(event.partitions));
      case "records":
        this.#moved(event, event.nextOffset, event.endOffset);
        events.batchFolded(stage, event);
        return this.#tellLag();
      case "gap":
        this.#moved(event, event.toOffset, event.toOffset);
        if (event.unreadable === undefined) return events.recordsLost(stage, event);
        return events.batchUnreadable(stage, event, event.unreadable.why);
      case "idle":
      case "closed":
    }
  }

  placed(positions: readonly Position[]): void {
    for (const at of positions) this.#moved(at, at.offset, at.offset);
  }

  retrying(error: unknown, attempt: number): void {
    this.#options.events.appendRetried(this.#options.stage, error, attempt);
  }

  fenced(error: unknown): void {
    this.#options.events.fenced(this.#options.stage, error);
  }

  async ask(): Promise<void> {
    for (const topic of new Set([...this.#held.values()].map(({ at }) => at.topic))) {
      await this.#askAbout(topic);
    }
    this.#tellLag();
  }

  async #askAbout(topic: string): Promise<void> {
    const { log, join } = this.#options;
    const committed = new Map<number, number>();
    const ranges = await log.offsets(topic);
    for (const { partition, offset } of await log.committed(join.group, topic)) {
      committed.set(partition, offset);
    }
    for (const range of ranges) {
      const { partition, startOffset, endOffset } = range;
      const held = this.#held.get(placeOf(range));
      if (held === undefined) continue;
      const first = join.from === "end" ? endOffset : startOffset;
      const done = held.done ?? Math.max(committed.get(partition) ?? first, startOffset);
      this.#moved(range, done, endOffset);
    }
  }

  #hold(at: TopicPartition): void {
    const place = placeOf(at);
    // placed() may have come first: a loop tells its events when it is done with them.
    if (this.#held.has(place)) return;
    const { stage, progress, duty } = this.#options;
    const loop = this.#of === "" ? stage : `${stage} ${this.#of}`;
    const source = progress.source(`${loop} ${place}`, duty);
    this.#held.set(place, { at, source, done: null, known: 0 });
  }

  #letGo(at: TopicPartition): void {
    const place = placeOf(at);
    this.#held.get(place)?.source.leave();
    this.#held.delete(place);
  }

  #moved(at: TopicPartition, done: number, known: number): void {
    this.#hold(at);
    const held = this.#held.get(placeOf(at));
    if (held === undefined) return;
    held.done = done;
    held.known = Math.max(known, done);
    held.source.done(done);
    held.source.known(held.known);
  }

  #tellLag(): void {
    let records = 0;
    for (const { done, known } of this.#held.values()) records += known - (done ?? known);
    this.#options.events.lag(this.#options.stage, records, this.#of);
  }

  #told(partitions: readonly TopicPartition[]): [places: string[], held: number, of: string] {
    return [partitions.map(placeOf), this.#held.size, this.#of];
  }
}

function placeOf({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`;
}
