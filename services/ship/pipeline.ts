import { type Clock, sleep } from "../../lib/process/clock.ts";
import { Patience } from "../../lib/process/patience.ts";
import { partitionOf } from "../../lib/stream/partition.ts";
import type { Outgoing, RunObserver, Step, Work } from "../../lib/stream/run.ts";
import type { GapEvent, LogRecord, NewRecord, RecordsEvent } from "../../lib/stream/stream.ts";
import { LIMITS } from "./limits.ts";
import type { Spool } from "./spool.ts";
import type { Upstream } from "./upstream.ts";

export interface ForwardStepOptions {
  readonly upstream: Pick<Upstream, "partitions">;
  readonly spool: Pick<Spool, "taken">;
  /** What a topic of the spool is called there. */
  readonly path: (topic: string) => string;
  readonly clock: Clock;
  readonly stop: AbortSignal;
  readonly observer?: RunObserver;
}

const NOTHING: Work = { publish: [], commit: [] };

/**
 * Spool in, destination out. Per batch of records, in this order:
 *
 * 1. wait until the destination says how many partitions the topic has there
 * 2. give each record its partition: by its key, as every writer of ours does, else in turn
 * 3. send them in the order of the spool, one partition not waiting for another, then commit; the
 *    loop of lib/stream/run.ts does both, and tries again as long as it takes
 *
 * A crash between sending and committing sends again: records that are equal to the byte, and so
 * are the facts in them.
 */
export class ForwardStep implements Step {
  readonly #options: ForwardStepOptions;
  #turn = 0;

  constructor(options: ForwardStepOptions) {
    this.#options = options;
  }

  async handle({ topic, partition, records, nextOffset }: RecordsEvent): Promise<Work> {
    const { spool, path } = this.#options;
    spool.taken(topic, nextOffset);
    const partitions = await this.#partitions(path(topic));
    if (partitions === null) return NOTHING;
    const publish = this.#dealtOut(path(topic), records, partitions);
    return { publish, commit: [{ topic, partition, offset: nextOffset }] };
  }

  /** The spool ran over while the destination was away; it has told how much that cost. */
  gap({ topic, partition, toOffset }: GapEvent): Work {
    return { publish: [], commit: [{ topic, partition, offset: toOffset }] };
  }

  /** Null when it was stopped before anybody could tell. */
  async #partitions(topic: string): Promise<number | null> {
    const { upstream, clock, stop, observer } = this.#options;
    const patience = new Patience(LIMITS.retryFirstMs, LIMITS.retryLongestMs);
    while (!stop.aborted) {
      try {
        return await upstream.partitions(topic);
      } catch (error) {
        if (!isOutside(error)) throw error;
        observer?.retrying?.(error, patience.attempt);
        await sleep(clock, patience.next(), stop);
      }
    }
    return null;
  }

  #dealtOut(topic: string, records: readonly LogRecord[], partitions: number): Outgoing[] {
    const places = new Map<number, NewRecord[]>();
    for (const { key, value, headers } of records) {
      const partition = key === null ? this.#nextTurn(partitions) : partitionOf(key, partitions);
      const place = places.get(partition);
      if (place === undefined) places.set(partition, [{ key, value, headers }]);
      else place.push({ key, value, headers });
    }
    return [...places].map(([partition, records]) => ({ topic, partition, records }));
  }

  #nextTurn(partitions: number): number {
    this.#turn = (this.#turn + 1) % partitions;
    return this.#turn;
  }
}

/** Trouble outside has a code and says what to do; it may pass, and the spool can wait for that. */
export function isOutside(error: unknown): boolean {
  const { code, remedy } = error as { code?: unknown; remedy?: unknown };
  return typeof code === "string" && typeof remedy === "string";
}
