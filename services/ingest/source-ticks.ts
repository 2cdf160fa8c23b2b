import type { Tick } from "../../lib/domain/observation.ts";
import type {
  Log,
  OffsetRange,
  Position,
  RecordsEvent,
  TopicPartition,
} from "../../lib/stream/stream.ts";

/** How a group begins to read. */
export interface Beginning {
  readonly log: Pick<Log, "offsets" | "committed">;
  readonly group: string;
  readonly topic: string;
  /** Where a partition begins that the group has never committed. */
  readonly from: "start" | "end";
}

interface Source {
  readonly name: string;
  readonly partition: number;
  /** The next offset to publish. */
  nextOffset: number;
  /** Stamp of the last record that was published; null before the first. */
  lastMs: number | null;
}

/**
 * How far each input partition has been read and published (detector.md section 5). Its own records
 * say so while there are more; our clock speaks only for a source whose end has been reached. What
 * arrives within a millisecond may share its stamp, so a tick stands one before.
 */
export class SourceTicks {
  readonly #name: string;
  #sources = new Map<number, Source>();

  /** `name` tells the topic from all others that are read. */
  constructor(name: string) {
    this.#name = name;
  }

  /**
   * From here on these are read by us, from where the group stands; the result is where it begins
   * in those that it has never committed.
   */
  async assignFrom(
    partitions: readonly TopicPartition[],
    { log, group, topic, from }: Beginning,
  ): Promise<Position[]> {
    const committed = await log.committed(group, topic);
    const ranges = await log.offsets(topic);
    const begun: Position[] = [];
    for (const { partition } of partitions) {
      const stood = committed.find((position) => position.partition === partition)?.offset;
      const range = ranges.find((range) => range.partition === partition);
      const first = (from === "end" ? range?.endOffset : range?.startOffset) ?? 0;
      this.assign(partition, stood ?? first);
      if (stood === undefined) begun.push({ topic, partition, offset: first });
    }
    return begun;
  }

  /** From here on `partition` is read by us, from `offset`. */
  assign(partition: number, offset: number): void {
    const name = `${this.#name}/${partition}`;
    this.#sources.set(partition, { name, partition, nextOffset: offset, lastMs: null });
  }

  /** Others may be reading by now: nothing is known any more. */
  clear(): void {
    this.#sources.clear();
  }

  published({ partition, nextOffset, records }: RecordsEvent): void {
    const source = this.#sources.get(partition);
    if (source === undefined) return;
    source.nextOffset = nextOffset;
    source.lastMs = records.at(-1)?.arrivalMs ?? source.lastMs;
  }

  /** Retention took what stands before `offset`. */
  skipped(partition: number, offset: number): void {
    const source = this.#sources.get(partition);
    if (source !== undefined) source.nextOffset = offset;
  }

  /** `ends` were read at `nowMs` or later, by our clock. */
  ticks(ends: readonly OffsetRange[], nowMs: number): readonly Tick[] {
    const ticks: Tick[] = [];
    for (const { name: source, partition, nextOffset, lastMs } of this.#sources.values()) {
      const end = ends.find((range) => range.partition === partition)?.endOffset;
      const atEnd = end !== undefined && nextOffset >= end;
      // A log whose clock runs ahead of ours: its own stamps say more.
      const upToMs = atEnd ? Math.max(nowMs, lastMs ?? nowMs) : lastMs;
      if (upToMs !== null && upToMs > 0) ticks.push({ source, arrivalMs: upToMs - 1 });
    }
    return ticks;
  }
}
