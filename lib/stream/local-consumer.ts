import { assert } from "../domain/assert.ts";
import type { Clock } from "../process/clock.ts";
import type { Group, GroupChange, Member } from "./group.ts";
import { BATCH_BYTES_DEFAULT } from "./limits.ts";
import { StreamError } from "./stream-error.ts";
import type { Consumer, ConsumerEvent, JoinOptions, Position, Slice } from "./stream.ts";

/** What a consumer needs of a log that lies in this process. */
export interface LocalStore {
  slice(from: Position, maxBytes: number): Slice;
  committedOffset(group: string, topic: string, partition: number): number | null;
  commit(group: string, positions: readonly Position[]): Promise<void>;
  /** Calls back after every append to one of the topics; the result ends that. */
  watch(topics: readonly string[], wake: () => void): () => void;
}

/** How long a call of next() may still find nothing. */
interface Rest {
  isOver: boolean;
  cancel: () => void;
}

interface Cursor {
  readonly topic: string;
  readonly partition: number;
  offset: number;
}

/** A member of a group that reads when it is asked, one partition after the other. */
export class LocalConsumer implements Consumer {
  readonly #store: LocalStore;
  readonly #clock: Clock;
  readonly #group: Group;
  readonly #options: JoinOptions;
  readonly #member: Member;
  readonly #unwatch: () => void;
  #cursors: Cursor[] = [];
  #turn = 0;
  #closed = false;
  #vanished = false;
  #waiting: (() => void) | null = null;

  constructor(store: LocalStore, group: Group, clock: Clock, options: JoinOptions) {
    this.#store = store;
    this.#clock = clock;
    this.#group = group;
    this.#options = options;
    const wake = () => this.#waiting?.();
    this.#unwatch = store.watch(options.topics, wake);
    this.#member = group.join(options.topics, wake);
  }

  async next(open: Promise<void> | null = null): Promise<ConsumerEvent> {
    assert(this.#waiting === null, "one next() at a time");
    let rest: Rest | null = null;
    try {
      for (;;) {
        if (this.#vanished) return await new Promise(() => {});
        if (this.#closed) return { type: "closed" };
        // Others get nothing before it has ended.
        if (this.#member.revoking) await open;
        const change = this.#group.takeChange(this.#member);
        if (change !== null) return this.#follow(change);
        const found = this.#poll();
        if (found !== null) return found;
        if (rest?.isOver === true) return { type: "idle" };
        // One for all waits of this call: to be woken for nothing must not put it off.
        rest ??= this.#rest();
        await this.#wake();
      }
    } finally {
      rest?.cancel();
    }
  }

  seek(position: Position): void {
    this.#mustHold(position);
    const cursor = this.#cursors.find(
      ({ topic, partition }) => topic === position.topic && partition === position.partition,
    );
    assert(cursor !== undefined, "a held partition has a cursor");
    cursor.offset = position.offset;
  }

  async commit(positions: readonly Position[]): Promise<void> {
    for (const position of positions) this.#mustHold(position);
    await this.#store.commit(this.#options.group, positions);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#unwatch();
    this.#group.leave(this.#member);
    this.#waiting?.();
  }

  /** The process died: leaves the group, and no call ever returns. */
  vanish(): void {
    this.#vanished = true;
    this.#unwatch();
    this.#group.leave(this.#member);
  }

  /** Others take its partitions at once, as after a lost session; for faults in tests. */
  expel(): void {
    this.#group.expel(this.#member);
  }

  #mustHold({ topic, partition }: Position): void {
    if (!this.#closed && this.#group.holds(this.#member, topic, partition)) return;
    const { group } = this.#options;
    throw new StreamError("fenced", `group ${group} has taken ${topic}/${partition} away`);
  }

  #follow(change: GroupChange): ConsumerEvent {
    this.#cursors =
      change.type === "revoked"
        ? []
        : change.partitions.map(({ topic, partition }) => ({
            topic,
            partition,
            offset: this.#firstOffset(topic, partition),
          }));
    return change;
  }

  #firstOffset(topic: string, partition: number): number {
    const committed = this.#store.committedOffset(this.#options.group, topic, partition);
    if (committed !== null) return committed;
    const { startOffset, endOffset } = this.#store.slice({ topic, partition, offset: 0 }, 0);
    return this.#options.from === "end" ? endOffset : startOffset;
  }

  /** Partitions take turns, so that a busy one does not starve the others. */
  #poll(): ConsumerEvent | null {
    for (let step = 0; step < this.#cursors.length; step++) {
      this.#turn = (this.#turn + 1) % this.#cursors.length;
      const cursor = this.#cursors[this.#turn] as Cursor;
      const found = this.#read(cursor);
      if (found !== null) return found;
    }
    return null;
  }

  #read(cursor: Cursor): ConsumerEvent | null {
    const { topic, partition, offset } = cursor;
    const slice = this.#store.slice(cursor, this.#options.batchBytes ?? BATCH_BYTES_DEFAULT);
    const { records, nextOffset, startOffset, endOffset } = slice;
    if (offset > endOffset) {
      throw new StreamError("offset_unknown", `${topic}/${partition} ends before ${offset}`);
    }
    if (offset < startOffset) {
      cursor.offset = startOffset;
      return { type: "gap", topic, partition, fromOffset: offset, toOffset: startOffset };
    }
    cursor.offset = nextOffset;
    if (records.length === 0) return null;
    return { type: "records", topic, partition, records, nextOffset, endOffset };
  }

  /** Ends when nothing has happened for as long as the options say. */
  #rest(): Rest {
    const { idleAfterMs } = this.#options;
    const rest: Rest = { isOver: false, cancel: () => {} };
    if (idleAfterMs === undefined) return rest;
    rest.cancel = this.#clock.after(idleAfterMs, () => {
      rest.isOver = true;
      this.#waiting?.();
    });
    return rest;
  }

  #wake(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting = () => {
        this.#waiting = null;
        resolve();
      };
    });
  }
}
