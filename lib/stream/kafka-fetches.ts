import type { Consumer } from "kafkajs";

/** Which fetches of a consumer began when, and what they found: kafkajs tells it as events. */
export class KafkaFetches {
  readonly #began = new Map<string, number>();
  #count = 0;
  /** The latest beginning of a fetch that found nothing. */
  #empty = 0;

  constructor(client: Consumer, foundNothing: () => void) {
    const { events } = client;
    client.on(events.FETCH_START, ({ payload }) => {
      this.#began.set(String(payload.nodeId), ++this.#count);
    });
    client.on(events.FETCH, ({ payload }) => {
      if (payload.numberOfBatches > 0) return;
      const { nodeId } = payload as unknown as { nodeId: number };
      this.#empty = Math.max(this.#empty, this.#began.get(String(nodeId)) ?? 0);
      foundNothing();
    });
  }

  mark(): number {
    return this.#count;
  }

  foundNothingSince(mark: number): boolean {
    return this.#empty > mark;
  }
}
