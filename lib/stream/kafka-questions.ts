import { type Clock, sleep } from "../process/clock.ts";
import { KAFKA_ANSWERS_WAIT_MS } from "./limits.ts";
import { StreamError } from "./stream-error.ts";

/**
 * What is being asked of the brokers, so that closing waits for the answers: kafkajs connects again
 * for a question that goes on behind a disconnect, and that connection keeps the process alive.
 */
export class KafkaQuestions {
  readonly #open = new Set<Promise<unknown>>();
  #isClosed = false;

  async ask<T>(question: () => Promise<T>): Promise<T> {
    this.mustBeOpen();
    const answer = question();
    this.#open.add(answer);
    try {
      return await answer;
    } finally {
      this.#open.delete(answer);
    }
  }

  mustBeOpen(): void {
    if (this.#isClosed) throw new StreamError("closed", "this log was closed");
  }

  /** Nothing more may be asked; waits for what is, but not for brokers that are away. */
  async close(clock: Clock): Promise<void> {
    this.#isClosed = true;
    const answered = Promise.allSettled(this.#open);
    const waited = new AbortController();
    await Promise.race([answered, sleep(clock, KAFKA_ANSWERS_WAIT_MS, waited.signal)]);
    waited.abort();
  }
}
