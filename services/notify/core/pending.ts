import type { Incident } from "../../../lib/domain/incident.ts";

/** What a lane must know of a revision to put it in order; the record itself stays in the log. */
export type RevisionSummary = Pick<
  Incident,
  "id" | "revision" | "escalation" | "state" | "severity" | "title" | "scope"
>;

/** A revision that waits for a sink. */
export interface Pending {
  readonly revision: RevisionSummary;
  readonly partition: number;
  readonly offset: number;
  /** Stamp of the record. */
  readonly publishedAtMs: number;
  /** Attempts made so far. */
  attempts: number;
  /** By the lane's own time, as is everything below. */
  dueMs: number;
  /** Since when it waits for a digest; null when it goes alone. */
  heldSinceMs: number | null;
}

/** `newest`: one revision per incident is enough. `every`: each one, in order. */
export type Keeping = "newest" | "every";

/** What waits for one sink, longest first. */
export class PendingQueue {
  readonly keeping: Keeping;
  readonly #byKey = new Map<string, Pending>();

  constructor(keeping: Keeping) {
    this.keeping = keeping;
  }

  get size(): number {
    return this.#byKey.size;
  }

  values(): Iterable<Pending> {
    return this.#byKey.values();
  }

  /** Returns what it took the place of. A newer revision inherits place, holding and backoff. */
  add(pending: Pending): Pending | null {
    const key = this.#keyOf(pending);
    const before = this.#byKey.get(key);
    if (before === undefined) {
      this.#byKey.set(key, pending);
      return null;
    }
    if (before.revision.revision >= pending.revision.revision) return pending;
    const { heldSinceMs, dueMs } = before;
    // Setting a key that is there keeps its place in the order.
    this.#byKey.set(key, { ...pending, heldSinceMs, dueMs: Math.max(dueMs, pending.dueMs) });
    return before;
  }

  /** Nothing happens when a newer revision took its place meanwhile. */
  remove(pending: Pending): void {
    const key = this.#keyOf(pending);
    if (this.#byKey.get(key) === pending) this.#byKey.delete(key);
  }

  dropPartitions(partitions: ReadonlySet<number>): void {
    for (const [key, { partition }] of this.#byKey) {
      if (partitions.has(partition)) this.#byKey.delete(key);
    }
  }

  /** Everything before it is settled; `nextOffset` is how far the partition was read. */
  settledBefore(partition: number, nextOffset: number): number {
    let offset = nextOffset;
    for (const pending of this.#byKey.values()) {
      if (pending.partition === partition) offset = Math.min(offset, pending.offset);
    }
    return offset;
  }

  #keyOf({ revision: { id, revision } }: Pending): string {
    return this.keeping === "newest" ? id : `${id}/${revision}`;
  }
}
