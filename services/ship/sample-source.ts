import { type Clock, sleep } from "../../lib/process/clock.ts";
import type { Part, PartContext } from "../../lib/process/parts.ts";
import type { CounterReader } from "./counter-reader.ts";
import type { ShipEvents } from "./events.ts";
import { LIMITS } from "./limits.ts";
import { PostureWatch } from "./posture-watch.ts";
import type { SampleWriter } from "./sample-writer.ts";

export interface SampleSourceOptions {
  /** Names it in telemetry, and as the input of its samples. */
  readonly name: string;
  readonly clock: Clock;
  readonly events: ShipEvents;
  readonly reader: CounterReader;
  readonly writer: SampleWriter;
  readonly intervalMs: number;
}

/** Reads a host's counters each interval. What it could not read is not made up later. */
export class SampleSource implements Part {
  readonly name: string;
  readonly #options: SampleSourceOptions;
  readonly #stop = new AbortController();
  readonly #posture: PostureWatch;
  #ended: Promise<void> = Promise.resolve();
  /** Trouble is told once, until it has passed. */
  #isInTrouble = false;

  constructor(options: SampleSourceOptions) {
    this.name = options.name;
    this.#options = options;
    const { name: source, reader, events } = options;
    this.#posture = new PostureWatch({ source, reader, events });
  }

  start({ died }: PartContext): void {
    this.#ended = this.#run().catch(died);
  }

  /** Does not wait for long for a system or a reader that stands still. */
  async stop(): Promise<void> {
    this.#stop.abort();
    const { clock, writer } = this.#options;
    const last = this.#ended.then(() => writer.flush());
    await Promise.race([last, sleep(clock, LIMITS.stopWithinMs)]);
  }

  async #run(): Promise<void> {
    const { clock, intervalMs } = this.#options;
    const { signal } = this.#stop;
    let dueMs = clock.nowMs();
    while (!signal.aborted) {
      await this.#sample();
      const nowMs = clock.nowMs();
      const isOnTime = dueMs + intervalMs > nowMs && dueMs <= nowMs;
      // Late, or with a clock that was set back, it begins anew: nothing is caught up on.
      dueMs = isOnTime ? dueMs + intervalMs : nowMs + intervalMs;
      await sleep(clock, dueMs - nowMs, signal);
    }
  }

  async #sample(): Promise<void> {
    const { name, clock, events, reader, writer } = this.#options;
    const sampledAtMs = clock.nowMs();
    let reading: Awaited<ReturnType<CounterReader["read"]>>;
    try {
      reading = await reader.read();
    } catch (error) {
      if (!isSystemError(error)) throw error;
      if (!this.#isInTrouble) events.countersUnread(name, error);
      this.#isInTrouble = true;
      return;
    }
    this.#isInTrouble = false;
    if (typeof reading === "string") return events.sampleRejected(name, reading);
    const { boot, uptimeSeconds, numbers } = reading;
    const posture = await this.#posture.due(sampledAtMs);
    await writer.add({ sampledAtMs, boot, uptimeSeconds, ...numbers, posture });
  }
}

/** A file that is not there, a command that fails, a namespace without a process: it may pass. */
function isSystemError(error: unknown): boolean {
  const { code, signal } = error as { code?: unknown; signal?: unknown };
  return code !== undefined || typeof signal === "string";
}
