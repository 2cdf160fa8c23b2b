import { type Clock, sleep } from "../process/clock.ts";
import { asStreamError } from "./kafka-errors.ts";
import { KAFKA_ANSWERS_WAIT_MS, KAFKA_RETRY } from "./limits.ts";
import { StreamError } from "./stream-error.ts";

/** What to do about a question that was not answered. */
export interface Patiently {
  /** Begins the message of the error: "reading lines/3". */
  readonly what: string;
  /** Whether to ask again; hears what kafkajs threw. */
  readonly isPassing: (error: unknown) => boolean;
  /** Called before it asks again. */
  readonly again?: () => Promise<void>;
}

/**
 * What is being asked of the brokers, so that closing waits for the answers: kafkajs connects again
 * for a question that goes on behind a disconnect, and that connection keeps the process alive.
 */
export class KafkaQuestions {
  readonly #clock: Clock;
  readonly #place: string | undefined;
  readonly #open = new Set<Promise<unknown>>();
  #isClosed = false;

  /** `place` as of StreamError. */
  constructor(clock: Clock, place?: string) {
    this.#clock = clock;
    this.#place = place;
  }

  /** Asks again as long as an append would; throws a StreamError. */
  ask<T>(question: () => Promise<T>, patiently: Patiently): Promise<T> {
    return this.#held(async () => {
      for (let attempt = 1; ; attempt++) {
        this.mustBeOpen();
        try {
          return await question();
        } catch (error) {
          const { what, isPassing, again } = patiently;
          const trouble = asStreamError(error, what, { place: this.#place });
          if (attempt > KAFKA_RETRY.retries || !isPassing(error)) throw trouble;
          await sleep(this.#clock, KAFKA_RETRY.maxRetryTime / 2);
          this.mustBeOpen();
          await again?.();
        }
      }
    });
  }

  mustBeOpen(): void {
    if (this.#isClosed) throw new StreamError("closed", "this log was closed");
  }

  /** Nothing more may be asked; waits for what is, but not for brokers that are away. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const answered = Promise.allSettled(this.#open);
    const waited = new AbortController();
    await Promise.race([answered, sleep(this.#clock, KAFKA_ANSWERS_WAIT_MS, waited.signal)]);
    waited.abort();
  }

  async #held<T>(question: () => Promise<T>): Promise<T> {
    this.mustBeOpen();
    const answer = question();
    this.#open.add(answer);
    try {
      return await answer;
    } finally {
      this.#open.delete(answer);
    }
  }
}
