import { sleep, type Clock } from "../../../lib/process/clock.ts";
import { Patience } from "../../../lib/process/patience.ts";
import { isStreamError } from "../../../lib/stream/stream-error.ts";
import type { Log, NewRecord } from "../../../lib/stream/stream.ts";
import type { IngestEvents } from "../events.ts";
import { LIMITS } from "../limits.ts";
import { Watermark } from "./watermark.ts";

export interface OutboxOptions {
  readonly input: string;
  readonly log: Pick<Log, "append">;
  readonly clock: Clock;
  readonly events: IngestEvents;
  /** Called once with what no retry can mend; nothing is sent from then on. */
  readonly failed: (error: unknown) => void;
  readonly pendingBytesMax?: number;
}

interface Pending {
  readonly number: number;
  readonly topic: string;
  readonly partition: number;
  readonly record: NewRecord;
  readonly appended: (() => void) | undefined;
}

/** Records of one input on their way into the log: in order per partition, bounded, tried again. */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #pendingBytesMax: number;
  readonly #giveUp = new AbortController();
  #pending: Pending[] = [];
  /** Of what is pending and of what is being appended. */
  #bytes = 0;
  #isSending = false;
  #error: { readonly error: unknown } | null = null;
  #waiting: (() => void)[] = [];
  readonly #written = new Watermark();
  /** In the order of `upTo`. */
  #flushes: { readonly upTo: number; readonly end: () => void }[] = [];

  constructor(options: OutboxOptions) {
    this.#options = options;
    this.#pendingBytesMax = options.pendingBytesMax ?? LIMITS.pendingBytesMax;
  }

  /** False when whoever can wait should. */
  get hasRoom(): boolean {
    return this.#bytes < this.#pendingBytesMax;
  }

  /** `appended` is called when the record is in the log. */
  put(topic: string, partition: number, record: NewRecord, appended?: () => void): void {
    if (this.#error !== null) return;
    this.#pending.push({ number: this.#written.next(), topic, partition, record, appended });
    this.#bytes += bytesOf(record);
    if (this.#isSending) return;
    this.#isSending = true;
    void this.#send();
  }

  /** Resolves when there is room again, or never will be. */
  async room(): Promise<void> {
    if (this.hasRoom || this.#error !== null) return;
    this.#options.events.inputPaused(this.#options.input);
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Resolves when everything put so far is in the log; throws why it never will be. */
  async flush(): Promise<void> {
    const upTo = this.#written.issued;
    if (this.#error === null && this.#written.reached < upTo) {
      await new Promise<void>((end) => this.#flushes.push({ upTo, end }));
    }
    if (this.#error !== null) throw this.#error.error;
  }

  /** Ends retries: what is not in the log by now stays out. */
  giveUp(): void {
    this.#giveUp.abort();
  }

  async #send(): Promise<void> {
    // Lets a burst of puts go out together.
    await Promise.resolve();
    try {
      while (this.#pending.length > 0) {
        const pending = this.#pending;
        this.#pending = [];
        await Promise.all(byPlace(pending).map((place) => this.#sendTo(place)));
      }
    } catch (error) {
      this.#error = { error };
      this.#options.failed(error);
      this.#wake();
      this.#endFlushes();
    } finally {
      this.#isSending = false;
    }
  }

  async #sendTo(place: readonly Pending[]): Promise<void> {
    let from = 0;
    while (from < place.length) {
      let to = from;
      let bytes = 0;
      do bytes += bytesOf(place[to++]!.record);
      while (to < place.length && bytes + bytesOf(place[to]!.record) <= LIMITS.appendBytesMax);
      const part = place.slice(from, to);
      await this.#append(part);
      for (const { number, appended } of part) {
        this.#written.done(number);
        appended?.();
      }
      this.#bytes -= bytes;
      this.#endFlushes();
      if (this.hasRoom) this.#wake();
      from = to;
    }
  }

  async #append(place: readonly Pending[]): Promise<void> {
    const { log, clock, events, input } = this.#options;
    const { topic, partition } = place[0]!;
    const records = place.map(({ record }) => record);
    const { signal } = this.#giveUp;
    const patience = new Patience(LIMITS.retryFirstMs, LIMITS.retryLongestMs);
    for (;;) {
      try {
        await log.append(topic, partition, records);
        return;
      } catch (error) {
        if (!isStreamError(error) || !error.retriable || signal.aborted) throw error;
        events.appendRetried(input, error, patience.attempt);
        await sleep(clock, patience.next(), signal);
      }
    }
  }

  #endFlushes(): void {
    const isOver = this.#error !== null;
    const open = this.#flushes.findIndex(({ upTo }) => !isOver && upTo > this.#written.reached);
    const ended = this.#flushes.splice(0, open < 0 ? this.#flushes.length : open);
    for (const { end } of ended) end();
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}

function byPlace(pending: readonly Pending[]): readonly Pending[][] {
  const places = new Map<string, Pending[]>();
  for (const entry of pending) {
    const key = `${entry.topic}/${entry.partition}`;
    const place = places.get(key);
    if (place === undefined) places.set(key, [entry]);
    else place.push(entry);
  }
  return [...places.values()];
}

/** With what the log adds to a record, roughly. */
function bytesOf({ key, value }: NewRecord): number {
  return (value?.length ?? 0) + (key?.length ?? 0) + 64;
}
