import { type Clock, sleep } from "../../lib/process/clock.ts";
import type { ProgressSource } from "../../lib/process/progress.ts";
import { StreamError } from "../../lib/stream/stream-error.ts";
import type { NewRecord } from "../../lib/stream/stream.ts";
import type { Codec } from "../../lib/wire/codec.ts";
import { decodeMessage } from "../../lib/wire/message.ts";
import type { ShipEvents } from "./events.ts";
import { LIMITS } from "./limits.ts";
import type { Upstream } from "./upstream.ts";

export interface WatchedUpstreamOptions {
  readonly upstream: Upstream;
  readonly codec: Codec;
  readonly clock: Clock;
  readonly events: Pick<ShipEvents, "sent">;
  /** Once aborted, nothing waits for the destination for long. */
  readonly stop: AbortSignal;
  /** Of questions and appends, which end well or not: where none ends, the client hangs. */
  readonly attempts?: ProgressSource;
}

/** A destination whose answers are counted, and waited for no longer than a stop allows. */
export class WatchedUpstream implements Upstream {
  readonly name: string;
  readonly #options: WatchedUpstreamOptions;
  readonly #waiting = new Set<() => void>();
  #begun = 0;
  #ended = 0;

  constructor(options: WatchedUpstreamOptions) {
    this.name = options.upstream.name;
    this.#options = options;
    options.attempts?.done(0);
    const { stop, clock } = options;
    const giveUp = async () => {
      await sleep(clock, LIMITS.stopWithinMs);
      for (const give of this.#waiting) give();
    };
    stop.addEventListener("abort", () => void giveUp(), { once: true });
  }

  partitions(topic: string): Promise<number> {
    return this.#watched(this.#options.upstream.partitions(topic));
  }

  async append(topic: string, partition: number, records: readonly NewRecord[]): Promise<void> {
    await this.#watched(this.#options.upstream.append(topic, partition, records));
    const lines = records.reduce((sum, record) => sum + this.#linesOf(record), 0);
    this.#options.events.sent(topic, records.length, lines);
  }

  close(): void {
    this.#options.upstream.close();
  }

  async #watched<T>(work: Promise<T>): Promise<T> {
    const { attempts } = this.#options;
    attempts?.known(++this.#begun);
    let giveUp = () => {};
    const overdue = new Promise<never>((_, reject) => {
      const what = `${this.name} did not answer before the stop`;
      giveUp = () => reject(new StreamError("append_unknown", what));
    });
    this.#waiting.add(giveUp);
    try {
      return await Promise.race([work, overdue]);
    } finally {
      this.#waiting.delete(giveUp);
      attempts?.done(++this.#ended);
    }
  }

  /** Lines or samples; a rejected record is one line. */
  #linesOf({ value }: NewRecord): number {
    const bytes = value ?? new Uint8Array(0);
    const message = decodeMessage(this.#options.codec, bytes, ["line-batch", "sample-batch"]);
    if (!message.ok) return 1;
    if (message.name === "sample-batch") return message.value.samples.length;
    return message.value.segments.reduce((sum, { lines }) => sum + lines, 0);
  }
}
