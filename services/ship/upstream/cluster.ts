import { isStreamError } from "../../../lib/stream/stream-error.ts";
import type { Log, NewRecord } from "../../../lib/stream/stream.ts";
import type { ShipEvents } from "../events.ts";
import type { Upstream } from "../upstream.ts";

export type Cluster = Pick<Log, "append" | "offsets" | "close">;

export interface ClusterUpstreamOptions {
  readonly name: string;
  /** Connects, or throws why not. */
  readonly open: () => Promise<Cluster>;
  readonly events: ShipEvents;
}

interface Connected {
  readonly log: Cluster;
  readonly partitions: Map<string, number>;
}

/** A cluster that is connected to when there is something to send, and again after trouble. */
export class ClusterUpstream implements Upstream {
  readonly name: string;
  readonly #options: ClusterUpstreamOptions;
  #connecting: Promise<Connected> | null = null;
  #isClosed = false;

  constructor(options: ClusterUpstreamOptions) {
    this.name = options.name;
    this.#options = options;
  }

  /** Asked once per connection: a topic that grew moves hosts, and a restart is as good a time. */
  async partitions(topic: string): Promise<number> {
    const connected = await this.#connect();
    const known = connected.partitions.get(topic);
    if (known !== undefined) return known;
    const count = await this.#leavingOnTrouble(async () => {
      return (await connected.log.offsets(topic)).length;
    });
    connected.partitions.set(topic, count);
    return count;
  }

  async append(topic: string, partition: number, records: readonly NewRecord[]): Promise<void> {
    const { log } = await this.#connect();
    try {
      await this.#leavingOnTrouble(() => log.append(topic, partition, records));
    } catch (error) {
      if (!isStreamError(error, "record_too_large")) throw error;
      const [first, second] = records;
      if (second !== undefined) {
        for (const record of records) await this.append(topic, partition, [record]);
      } else this.#options.events.recordRefused(topic, first?.value?.length ?? 0, error);
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#leave();
  }

  #connect(): Promise<Connected> {
    this.#connecting ??= this.#open();
    return this.#connecting;
  }

  async #open(): Promise<Connected> {
    const { open, events, name } = this.#options;
    try {
      const log = await open();
      if (this.#isClosed) void log.close().catch(() => undefined);
      events.connected(name);
      return { log, partitions: new Map() };
    } catch (error) {
      this.#connecting = null;
      throw error;
    }
  }

  /** What no retry on this connection mends (a login, rights, a topic) the next one may. */
  async #leavingOnTrouble<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      const isPassing = isStreamError(error) && error.retriable;
      if (!isPassing && !isStreamError(error, "record_too_large")) this.#leave();
      throw error;
    }
  }

  #leave(): void {
    const leaving = this.#connecting;
    this.#connecting = null;
    // It waits for what is under way, and that may take as long as the cluster likes.
    void leaving?.then(({ log }) => log.close()).catch(() => undefined);
  }
}
