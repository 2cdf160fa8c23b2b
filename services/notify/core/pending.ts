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
  /** It, or one whose place it took, may have reached the sink without a mark: who knows. */
  readonly mayBeTold: boolean;
  /** Attempts made so far. */
  attempts: number;
  /** By the lane's own time, as is everything below. */
  dueMs: number;
  firstAttemptAtMs: number | null;
  /** Since when it waits for a digest; null when it goes alone. */
  heldSinceMs: number | null;
}

/** `newest`: one revision per incident is enough. `every`: each one, in order. */
export type Keeping = "newest" | "every";

/** What waits for one sink, longest first. */
export class PendingQueue {
  readonly keeping: Keeping;
  readonly #byKey = new Map<string, Pending>();
  readonly #countOf = new Map<string, number>();
  /** Of the first of all whose place it took: until it is settled, none of them is. */
  readonly #firstOffsets = new Map<Pending, number>();

  constructor(keeping: Keeping) {
    this.keeping = keeping;
  }

  get size(): number {
    return this.#byKey.size;
  }

  values(): Iterable<Pending> {
    return this.#byKey.values();
  }

  /** Whether a revision of this incident waits or is being sent. */
  has(incidentId: string): boolean {
    return this.#countOf.has(incidentId);
  }

  /** Returns what it took the place of. A newer revision inherits place, holding and backoff. */
  add(pending: Pending): Pending | null {
    const key = this.#keyOf(pending);
    const before = this.#byKey.get(key);
    if (before === undefined) {
      this.#byKey.set(key, pending);
      this.#firstOffsets.set(pending, pending.offset);
      this.#count(pending, 1);
      return null;
    }
    if (before.revision.revision >= pending.revision.revision) return pending;
    const { heldSinceMs, dueMs } = before;
    const mayBeTold = pending.mayBeTold || before.mayBeTold;
    // Setting a key that is there keeps its place in the order.
    const inherited = { heldSinceMs, mayBeTold, dueMs: Math.max(dueMs, pending.dueMs) };
    const heir = { ...pending, ...inherited };
    this.#byKey.set(key, heir);
    this.#firstOffsets.set(heir, this.#firstOffsetOf(before));
    this.#firstOffsets.delete(before);
    return before;
  }

  /** Nothing happens when a newer revision took its place meanwhile. */
  remove(pending: Pending): void {
    const key = this.#keyOf(pending);
    if (this.#byKey.get(key) !== pending) return;
    this.#byKey.delete(key);
    this.#firstOffsets.delete(pending);
    this.#count(pending, -1);
  }

  dropPartitions(partitions: ReadonlySet<number>): void {
    for (const pending of this.#byKey.values()) {
      if (partitions.has(pending.partition)) this.remove(pending);
    }
  }

  /** Everything before it is settled; `nextOffset` is how far the partition was read. */
  settledBefore(partition: number, nextOffset: number): number {
    let offset = nextOffset;
    for (const pending of this.#byKey.values()) {
      if (pending.partition !== partition) continue;
      offset = Math.min(offset, this.#firstOffsetOf(pending));
    }
    return offset;
  }

  #firstOffsetOf(pending: Pending): number {
    return this.#firstOffsets.get(pending) ?? pending.offset;
  }

  #count({ revision: { id } }: Pending, by: number): void {
    const count = (this.#countOf.get(id) ?? 0) + by;
    if (count === 0) this.#countOf.delete(id);
    else this.#countOf.set(id, count);
  }

  #keyOf({ revision: { id, revision } }: Pending): string {
    return this.keeping === "newest" ? id : `${id}/${revision}`;
  }
}
