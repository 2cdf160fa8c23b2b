import type { LocalConsumer } from "../../lib/stream/local-consumer.ts";
import type { MemoryClient } from "../../lib/stream/memory.ts";
import type { Trace } from "./trace.ts";

/** One life of a process, from its start to kill -9. What is dead hears and does nothing more. */
export class Life {
  /** Such as `detect-1#3`: the third life of the second detector. */
  readonly name: string;
  readonly client: MemoryClient;
  /** Its snapshots are gone: it folds from the start. */
  readonly hasLostSnapshots: boolean;
  readonly consumers = new Set<LocalConsumer>();
  readonly #trace: Trace;
  readonly #onDeath: (life: Life) => void;
  #isDead = false;

  constructor(
    name: string,
    client: MemoryClient,
    hasLostSnapshots: boolean,
    trace: Trace,
    onDeath: (life: Life) => void,
  ) {
    this.name = name;
    this.client = client;
    this.hasLostSnapshots = hasLostSnapshots;
    this.#trace = trace;
    this.#onDeath = onDeath;
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  /** Never resolves, as nothing does that the dead wait for. */
  kill(why: string): Promise<never> {
    if (!this.#isDead) {
      this.#isDead = true;
      this.#trace.note(this.name, `killed ${why}`);
      void this.client.crash();
      this.#onDeath(this);
    }
    return new Promise(() => {});
  }

  /** Its session ran out: others take its partitions, and it learns of it at its next event. */
  loseSession(): void {
    for (const consumer of this.consumers) consumer.expel();
  }
}
