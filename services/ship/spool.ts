import type { Clock } from "../../lib/process/clock.ts";
import type { Appended, Log, NewRecord } from "../../lib/stream/stream.ts";
import type { ShipEvents } from "./events.ts";
import { LIMITS } from "./limits.ts";

/** A log on this machine that forgets on demand what its retention has no room for. */
export type SpoolLog = Pick<Log, "append" | "join" | "offsets" | "committed"> & {
  clean(nowMs: number): Promise<void>;
};

export interface SpoolOptions {
  readonly log: SpoolLog;
  readonly clock: Clock;
  readonly events: ShipEvents;
  readonly group: string;
  /** The topics of the group. What goes from any other was not meant to be sent. */
  readonly topics: readonly string[];
  readonly bytes: number;
}

/**
 * What waits to be sent, on disk. Its ceiling holds while it is written, not a minute later: every
 * sixteenth of it, the oldest that no longer fits goes, and what of that was not sent is told.
 */
export class Spool {
  readonly #options: SpoolOptions;
  readonly #cleanBytes: number;
  /** By topic: up to where records were sent, are being sent, or were told to be lost. */
  readonly #behind = new Map<string, number>();
  #writtenBytes = 0;
  #cleaning: Promise<void> | null = null;

  constructor(options: SpoolOptions) {
    this.#options = options;
    const share = Math.floor(options.bytes * LIMITS.spoolCleanShare);
    this.#cleanBytes = Math.max(LIMITS.spoolCleanBytesMin, share);
  }

  /** Resolves when the records survive the death of the machine, and the spool is in its bounds. */
  async append(topic: string, partition: number, records: readonly NewRecord[]): Promise<Appended> {
    const appended = await this.#options.log.append(topic, partition, records);
    for (const { value } of records) this.#writtenBytes += value?.length ?? 0;
    if (this.#writtenBytes >= this.#cleanBytes) this.#cleaning ??= this.#clean();
    await this.#cleaning;
    return appended;
  }

  /** Records before `offset` are in hand: they will be sent though the disk may forget them. */
  taken(topic: string, offset: number): void {
    this.#behind.set(topic, Math.max(offset, this.#behind.get(topic) ?? 0));
  }

  async #clean(): Promise<void> {
    const { log, clock, events } = this.#options;
    this.#writtenBytes = 0;
    try {
      await log.clean(clock.nowMs());
      for (const topic of this.#options.topics) await this.#tellLost(topic);
    } catch (error) {
      // A full disk refuses this as well; the next append says so, and waits.
      events.spoolTrouble(error);
    } finally {
      this.#cleaning = null;
    }
  }

  async #tellLost(topic: string): Promise<void> {
    const { log, events, group } = this.#options;
    const [range] = await log.offsets(topic);
    const [committed] = await log.committed(group, topic);
    const sent = Math.max(committed?.offset ?? 0, this.#behind.get(topic) ?? 0);
    const start = range?.startOffset ?? 0;
    if (start <= sent) return;
    events.spoolOverflowed(topic, start - sent);
    this.#behind.set(topic, start);
  }
}
