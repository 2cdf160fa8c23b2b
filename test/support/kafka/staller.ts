import { setTimeout as pause } from "node:timers/promises";
import type { Consumer } from "../../../lib/stream/stream.ts";
import { until } from "../live/up-process.ts";
import { WorldLog } from "./world-log.ts";

const AT_REST_MS = 3_000;

/** A member of ingest's group that takes its share of `lines` and does nothing with it. */
export class Staller {
  /** Partitions of `lines` that nobody reads. */
  held: readonly number[] = [];
  readonly #own: WorldLog;
  readonly #consumer: Consumer;

  private constructor(own: WorldLog, consumer: Consumer) {
    this.#own = own;
    this.#consumer = consumer;
  }

  /** Resolves when it holds some partitions and the group is at rest. */
  static async join(log: WorldLog, brokers: readonly string[]): Promise<Staller> {
    const own = await WorldLog.open(brokers, log.prefix);
    const group = `${log.prefix}ingest`;
    const consumer = await own.log.join({ group, topics: [log.path("lines")] });
    const staller = new Staller(own, consumer);
    void staller.#hold();
    await until("share of lines", () => staller.held.length > 0);
    await pause(AT_REST_MS);
    return staller;
  }

  /** Whoever stays in the group begins with its share. */
  async release(): Promise<void> {
    await this.#consumer.close();
    await this.#own.close();
  }

  async #hold(): Promise<void> {
    for (;;) {
      const event = await this.#consumer.next();
      if (event.type === "assigned") {
        this.held = event.partitions.map(({ partition }) => partition);
      }
      // Not asking for the next one is what keeps it.
      if (event.type === "records" || event.type === "closed") return;
    }
  }
}
