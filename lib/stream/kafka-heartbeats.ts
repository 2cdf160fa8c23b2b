import type { EachBatchPayload } from "kafkajs";
import { type Clock, sleep } from "../process/clock.ts";
import { isMembershipOver } from "./kafka-errors.ts";
import type { Holdings } from "./kafka-holdings.ts";
import { KAFKA_HEARTBEAT_MS } from "./limits.ts";

/** Often enough that a heartbeat is never late: kafkajs sends one when it is due. */
const LOOK_EVERY_MS = KAFKA_HEARTBEAT_MS / 4;

type Payload = Pick<EachBatchPayload, "heartbeat">;

/** Keeps a session alive while a batch is worked off; a rebalance waits for what is open. */
export class KafkaHeartbeats {
  readonly #clock: Clock;
  readonly #holdings: Pick<Holdings, "generation">;
  readonly #isAtHand: () => boolean;
  /** The generation of the group that is over as soon as nothing is at hand. */
  #leaving = -1;

  /** `isAtHand` tells whether the caller still works on an event. */
  constructor(clock: Clock, holdings: Pick<Holdings, "generation">, isAtHand: () => boolean) {
    this.#clock = clock;
    this.#holdings = holdings;
    this.#isAtHand = isAtHand;
  }

  /** Whether the group deals its partitions out anew and waits for this member. */
  isLeaving(generation: number): boolean {
    return this.#leaving === generation;
  }

  /**
   * Heartbeats until `done`. When the group deals its partitions out anew, that waits for the event
   * at hand, if there is one; then this throws what kafkajs needs to join again.
   */
  async keepAlive(payload: Payload, generation: number, done: Promise<void>): Promise<void> {
    let isDone = false;
    let over: { readonly error: Error } | null = null;
    const ended = done.then(() => (isDone = true));
    for (;;) {
      const tick = new AbortController();
      const isOver = over !== null && !this.#isAtHand();
      if (isOver || isDone || generation !== this.#holdings.generation) break;
      await Promise.race([ended, sleep(this.#clock, LOOK_EVERY_MS, tick.signal)]);
      tick.abort();
      if (isDone) break;
      await payload.heartbeat().catch((error: unknown) => {
        if (!isMembershipOver(error)) return;
        over = { error: error as Error };
        this.#leaving = generation;
      });
    }
    if (over !== null) throw (over as { readonly error: Error }).error;
  }

  /** kafkajs asks next, and would not wait for what is at hand. */
  async askForRebalance(payload: Payload, generation: number): Promise<void> {
    try {
      await payload.heartbeat();
    } catch (error) {
      if (isMembershipOver(error)) this.#leaving = generation;
      while (this.#leaving === this.#holdings.generation && this.#isAtHand()) {
        await sleep(this.#clock, LOOK_EVERY_MS);
      }
      throw error;
    }
  }
}
