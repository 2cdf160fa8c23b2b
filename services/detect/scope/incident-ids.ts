import type { Span } from "./episodes.ts";
import { incidentId } from "./incident-id.ts";
import { type IncidentRecord, isLiving } from "./incident-record.ts";
import type { Watch } from "./watch.ts";

/** Which incident has which id. A new one never gets that of a living one, nor a former rule's. */
export class IncidentIds {
  readonly #byId = new Map<string, IncidentRecord>();
  readonly #isTaken: (id: string) => boolean;

  /** `isTaken`: an incident of a former rule has this id. */
  constructor(isTaken: (id: string) => boolean) {
    this.#isTaken = isTaken;
  }

  get(id: string): IncidentRecord | undefined {
    return this.#byId.get(id);
  }

  values(): Iterable<IncidentRecord> {
    return this.#byId.values();
  }

  put(record: IncidentRecord): void {
    this.#byId.set(record.id, record);
  }

  delete({ id }: IncidentRecord): void {
    this.#byId.delete(id);
  }

  /** The record of an episode: one that was withdrawn and has its id goes on. */
  recordOf(
    { rule, scope }: Watch,
    episode: Span,
    create: (id: string) => IncidentRecord,
  ): IncidentRecord {
    for (let attempt = 0; ; attempt++) {
      const id = incidentId(rule.name, scope.name, scope.value, episode.from, attempt);
      const holder = this.#byId.get(id);
      if (this.#isTaken(id) || (holder !== undefined && isLiving(holder))) continue;
      const record = holder ?? create(id);
      this.#byId.set(id, record);
      return record;
    }
  }

  /** An incident that waited for its first revision is named by where it begins now. */
  nameByMetAt(record: IncidentRecord): void {
    const { rule, scope, metAt } = record;
    for (let attempt = 0; ; attempt++) {
      const id = incidentId(rule.name, scope.name, scope.value, metAt, attempt);
      const holder = this.#byId.get(id);
      if (holder === record) return;
      if (holder !== undefined || this.#isTaken(id)) continue;
      this.#byId.delete(record.id);
      this.#byId.set(id, record);
      record.id = id;
      return;
    }
  }
}
