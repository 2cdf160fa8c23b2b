import { addNews, type IncidentRecord, isOpen } from "./incident-record.ts";
import { dueSecond } from "./lifecycle.ts";
import type { Watch } from "./watch.ts";

/** Incidents that log time can still move, or whose figures are not all out. */
export class Unsettled {
  readonly #watches = new Map<IncidentRecord, Watch>();

  add(record: IncidentRecord, watch: Watch): void {
    this.#watches.set(record, watch);
  }

  delete(record: IncidentRecord): void {
    this.#watches.delete(record);
  }

  entries(): Iterable<readonly [IncidentRecord, Watch]> {
    return this.#watches;
  }

  /** Something was said about everything that is open and was told. */
  noteOpen(news: string): void {
    for (const record of this.#watches.keys()) {
      if (!isOpen(record) || record.revision === 0 || record.news.includes(news)) continue;
      addNews(record, news);
    }
  }

  /** The first second of log time after that one in which something is due without facts. */
  dueSecond(logSecond: number): number {
    let due = Number.POSITIVE_INFINITY;
    for (const [record, { rule, joinSeconds }] of this.#watches) {
      const isWaiting = rule.type === "single_host" && record.revision === 0;
      const own = isWaiting
        ? Math.max(record.metAt + rule.withinSeconds, logSecond + 1)
        : dueSecond(record, logSecond, joinSeconds);
      if (own < due) due = own;
    }
    return due;
  }
}
