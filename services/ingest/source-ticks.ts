import type { Tick } from "../../lib/domain/observation.ts";
import type { OffsetRange, RecordsEvent } from "../../lib/stream/stream.ts";

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
  readonly #topic: string;
  #sources = new Map<number, Source>();

  constructor(topic: string) {
    this.#topic = topic;
  }

  /** From here on `partition` is read by us, from `offset`. */
  assign(partition: number, offset: number): void {
    const name = `${this.#topic}/${partition}`;
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
