import type { IncidentRecord } from "./incident-record.ts";
import type { Watch } from "./watch.ts";

/** The watches that hold incidents. */
export class IncidentWatches {
  readonly #watches = new Set<Watch>();

  add(watch: Watch): void {
    this.#watches.add(watch);
  }

  watchOf(record: IncidentRecord): Watch | undefined {
    for (const watch of this.#watches) if (watch.records.includes(record)) return watch;
    return undefined;
  }

  *records(): Generator<readonly [Watch, IncidentRecord]> {
    for (const watch of this.#watches) {
      for (const record of watch.records) yield [watch, record];
    }
  }

  /** The first second that any of them still needs, and not more than `second`. */
  neededFrom(second: number): number {
    let needed = second;
    for (const [, { startedAt }] of this.records()) needed = Math.min(needed, startedAt);
    return needed;
  }

  /** Lets go of the incidents that no fact since `beforeSecond` can belong to. */
  retire(beforeSecond: number, letGo: (watch: Watch, record: IncidentRecord) => void): void {
    for (const watch of this.#watches) {
      const { records, joinSeconds } = watch;
      watch.records = records.filter((record) => {
        const isKept = record.lastSeenAt + joinSeconds >= beforeSecond;
        if (!isKept) letGo(watch, record);
        return isKept;
      });
      if (watch.records.length === 0) this.#watches.delete(watch);
    }
  }
}
