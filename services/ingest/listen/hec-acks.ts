import type { Clock } from "../../../lib/process/clock.ts";
import { LIMITS } from "../limits.ts";
import { Watermark } from "./watermark.ts";

/** Channels are told apart by the clock at their making, and each has room for so many ids. */
const IDS_PER_MS = 1_000;

/**
 * Which requests are in the log, per channel of a sender. An id is never given twice, also across a
 * restart: it begins at the clock, so an id of an earlier life is unknown and reads as not stored.
 * An id that is stored stays so however often it is asked for.
 */
export class HecAcks {
  readonly #clock: Clock;
  /** In the order of their last use. */
  readonly #channels = new Map<string, Watermark>();
  #pending = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** False while too many requests wait for the log. */
  get hasRoom(): boolean {
    return this.#pending < LIMITS.hecAcksPendingMax;
  }

  /** An id for a request that has been taken; call `stored` when its lines are in the log. */
  open(sender: string, channel: string): { readonly ackId: number; readonly stored: () => void } {
    const ids = this.#channelOf(sender, channel);
    const ackId = ids.next();
    this.#pending += 1;
    return {
      ackId,
      stored: () => {
        ids.done(ackId);
        this.#pending -= 1;
      },
    };
  }

  isStored(sender: string, channel: string, ackId: number): boolean {
    return this.#channels.get(keyOf(sender, channel))?.isDone(ackId) ?? false;
  }

  #channelOf(sender: string, channel: string): Watermark {
    const key = keyOf(sender, channel);
    const known = this.#channels.get(key) ?? new Watermark(this.#clock.nowMs() * IDS_PER_MS);
    this.#channels.delete(key);
    this.#channels.set(key, known);
    if (this.#channels.size > LIMITS.hecChannelsMax) {
      const [longestUnused] = this.#channels.keys();
      this.#channels.delete(longestUnused!);
    }
    return known;
  }
}

/** Channels of different tokens are different ones. */
function keyOf(sender: string, channel: string): string {
  return `${sender} ${channel}`;
}
