import { join } from "node:path";
import type { Clock } from "../process/clock.ts";
import { DATABASE_FILE } from "./embedded-database.ts";
import { claimOwnership } from "./embedded-owner.ts";
import { EmbeddedReader } from "./embedded-reader.ts";
import type { WorkerResult } from "./embedded-messages.ts";
import type { Request } from "./embedded-worker-link.ts";
import { WorkerLink } from "./embedded-worker-link.ts";
import { Group } from "./group.ts";
import * as limits from "./limits.ts";
import type { LocalStore } from "./local-consumer.ts";
import { LocalConsumer } from "./local-consumer.ts";
import { PendingGate } from "./pending-gate.ts";
import { packRecords } from "./record-frame.ts";
import { StreamError } from "./stream-error.ts";
import type {
  Appended,
  JoinOptions,
  Log,
  NewRecord,
  OffsetRange,
  Position,
  Slice,
  TopicSpec,
} from "./stream.ts";
import { checkAppend, isCompacted } from "./topic-rules.ts";

export interface EmbeddedOptions {
  /** A folder on a local disk: network file systems do not keep the locks this rests on. */
  readonly path: string;
  /** `owner` runs the services; a `guest` reads, and appends to topics that are open to guests. */
  readonly role: "owner" | "guest";
  /** For the message to a second owner, such as `tidegauge up`. */
  readonly who: string;
  readonly clock: Clock;
  /** Told when retention or compaction failed; it is tried again. */
  readonly onTrouble?: (error: unknown) => void;
}

/** The log of one machine in one SQLite file: docs/decisions/0004-the-embedded-log-is-sqlite.md. */
export class EmbeddedLog implements Log, LocalStore {
  readonly #options: EmbeddedOptions;
  readonly #release: () => void;
  /** A guest that only reads starts no writer and needs no right to write. */
  #link: Promise<WorkerLink> | null;
  readonly #reader: EmbeddedReader;
  readonly #gate = new PendingGate(limits.PENDING_BYTES_MAX, limits.PENDING_APPENDS_MAX);
  readonly #groups = new Map<string, Group>();
  readonly #consumers = new Set<LocalConsumer>();
  readonly #watchers = new Set<{ topics: readonly string[]; wake: () => void }>();
  #cancelClean: () => void = () => {};
  #cancelPoll: () => void = () => {};
  #dataVersion = 0;
  #closing: Promise<void> | null = null;

  private constructor(
    options: EmbeddedOptions,
    release: () => void,
    link: WorkerLink | null,
    reader: EmbeddedReader,
  ) {
    this.#options = options;
    this.#release = release;
    this.#link = link && Promise.resolve(link);
    this.#reader = reader;
    if (options.role === "owner") this.#cleanLater();
  }

  /** Rejects with `log_owned` when another process owns it, `log_unreadable`, `log_version`, … */
  static async open(options: EmbeddedOptions): Promise<EmbeddedLog> {
    const owner = options.role === "owner";
    const release = owner ? claimOwnership(options.path, options.who) : () => {};
    const path = join(options.path, DATABASE_FILE);
    let link: WorkerLink | null = null;
    try {
      if (owner) link = await WorkerLink.start({ path, create: true });
      return new EmbeddedLog(options, release, link, new EmbeddedReader(path));
    } catch (error) {
      await link?.close();
      release();
      throw error;
    }
  }

  async ensureTopics(topics: readonly TopicSpec[]): Promise<void> {
    this.#mustBeOwner("creating topics");
    await this.#request({ type: "ensure", topics });
    this.#reader.refresh();
  }

  async append(topic: string, partition: number, records: readonly NewRecord[]): Promise<Appended> {
    this.#mustBeOpen();
    const spec = this.#reader.spec(topic);
    if (spec.openToGuests !== true) this.#mustBeOwner(`appending to ${topic}`);
    checkAppend(spec, partition, records);
    const frame = packRecords(records);
    const bytes = frame.length;
    const wait = this.#gate.enter(bytes);
    if (wait !== null) await wait;
    try {
      const partitionId = this.#reader.partitionId(topic, partition);
      const keys = isCompacted(spec) ? records.map((record) => record.key as string) : null;
      const tombstones = keys && records.filter((record) => record.value === null).length;
      const appended = await this.#request(
        {
          type: "append",
          partitionId,
          count: records.length,
          frame,
          keys,
          tombstones: tombstones ?? 0,
        },
        [frame.buffer],
      );
      this.#wake(topic);
      return appended as Appended;
    } finally {
      this.#gate.leave(bytes);
    }
  }

  async read(from: Position, maxBytes: number): Promise<Slice> {
    this.#mustBeOpen();
    return this.slice(from, maxBytes);
  }

  async offsets(topic: string): Promise<readonly OffsetRange[]> {
    this.#mustBeOpen();
    return Array.from({ length: this.#reader.spec(topic).partitions }, (_, partition) => {
      const { startOffset, endOffset } = this.slice({ topic, partition, offset: 0 }, 0);
      return { topic, partition, startOffset, endOffset };
    });
  }

  async committed(group: string, topic: string): Promise<readonly Position[]> {
    this.#mustBeOpen();
    const positions: Position[] = [];
    for (let partition = 0; partition < this.#reader.spec(topic).partitions; partition++) {
      const offset = this.committedOffset(group, topic, partition);
      if (offset !== null) positions.push({ topic, partition, offset });
    }
    return positions;
  }

  async join(options: JoinOptions): Promise<LocalConsumer> {
    this.#mustBeOwner("consuming as a group");
    for (const topic of options.topics) this.#reader.spec(topic);
    let group = this.#groups.get(options.group);
    if (group === undefined) {
      group = new Group((topic) => this.#reader.spec(topic).partitions);
      this.#groups.set(options.group, group);
    }
    const consumer = new LocalConsumer(this, group, this.#options.clock, options);
    this.#consumers.add(consumer);
    return consumer;
  }

  /** Retention and compaction as of `nowMs`; the owner does it by itself every minute. */
  async clean(nowMs: number): Promise<void> {
    this.#mustBeOwner("cleaning the log");
    while ((await this.#request({ type: "clean", nowMs })) === true);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  slice(from: Position, maxBytes: number): Slice {
    return this.#reader.slice(from, maxBytes);
  }

  committedOffset(group: string, topic: string, partition: number): number | null {
    return this.#reader.committedOffset(group, topic, partition);
  }

  async commit(group: string, positions: readonly Position[]): Promise<void> {
    const rows = positions.map(
      ({ topic, partition, offset }) =>
        [this.#reader.partitionId(topic, partition), offset] as const,
    );
    await this.#request({ type: "commit", group, positions: rows });
  }

  watch(topics: readonly string[], wake: () => void): () => void {
    const watcher = { topics, wake };
    this.#watchers.add(watcher);
    if (this.#watchers.size === 1) this.#pollLater();
    return () => {
      this.#watchers.delete(watcher);
      if (this.#watchers.size === 0) this.#cancelPoll();
    };
  }

  #wake(topic: string): void {
    for (const watcher of this.#watchers) if (watcher.topics.includes(topic)) watcher.wake();
  }

  /** Appends of guests come from other processes, which cannot wake anyone here. */
  #pollLater(): void {
    this.#cancelPoll = this.#options.clock.after(limits.GUEST_POLL_MS, () => {
      const version = this.#reader.dataVersion();
      if (version !== this.#dataVersion) for (const watcher of this.#watchers) watcher.wake();
      this.#dataVersion = version;
      this.#pollLater();
    });
  }

  #cleanLater(): void {
    this.#cancelClean = this.#options.clock.after(limits.CLEAN_EVERY_MS, () => {
      this.clean(this.#options.clock.nowMs())
        .catch((error: unknown) => this.#options.onTrouble?.(error))
        .finally(() => {
          if (this.#closing === null) this.#cleanLater();
        });
    });
  }

  async #close(): Promise<void> {
    this.#cancelClean();
    for (const consumer of this.#consumers) await consumer.close();
    await this.#gate.drained();
    try {
      await (await this.#link)?.close();
    } finally {
      this.#cancelPoll();
      this.#reader.close();
      this.#release();
    }
  }

  async #request(request: Request, transfer: readonly ArrayBuffer[] = []): Promise<WorkerResult> {
    const path = join(this.#options.path, DATABASE_FILE);
    this.#link ??= WorkerLink.start({ path, create: false });
    return (await this.#link).request(request, transfer);
  }

  #mustBeOpen(): void {
    if (this.#closing !== null) throw new StreamError("closed", "this log was closed");
  }

  #mustBeOwner(what: string): void {
    this.#mustBeOpen();
    if (this.#options.role === "owner") return;
    throw new StreamError("not_owner", `${what} in ${this.#options.path}`);
  }
}
