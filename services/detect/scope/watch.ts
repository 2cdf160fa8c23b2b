import type { Rule } from "../../../lib/domain/rule.ts";
import type { ScopeKey } from "../../../lib/domain/scope.ts";
import { joinRuns, type Span } from "./episodes.ts";
import { type IncidentRecord, isLiving } from "./incident-record.ts";
import type { ScopeReader } from "./reader.ts";
import { reconcile } from "./reconcile.ts";

/** One rule on one scope: its incidents, and what changed since it was last evaluated. */
export class Watch {
  readonly rule: Rule;
  readonly scope: ScopeKey;
  readonly reader: ScopeReader;
  /** Ascending by metAt. */
  records: IncidentRecord[] = [];
  #dirtyFrom = Number.POSITIVE_INFINITY;
  #dirtyTo = Number.NEGATIVE_INFINITY;
  #lateFacts = 0;

  constructor(rule: Rule, scope: ScopeKey, reader: ScopeReader) {
    this.rule = rule;
    this.scope = scope;
    this.reader = reader;
  }

  get isDirty(): boolean {
    return this.#dirtyTo >= this.#dirtyFrom;
  }

  /** Two yes-seconds with fewer no-seconds than this between them are one incident. */
  get joinSeconds(): number {
    return Math.max(this.rule.withinSeconds, this.rule.reopenWithinSeconds);
  }

  touch(fromSecond: number, toSecond: number, lateFacts: number): void {
    this.#lateFacts += lateFacts;
    if (fromSecond < this.#dirtyFrom) this.#dirtyFrom = fromSecond;
    if (toSecond > this.#dirtyTo) this.#dirtyTo = toSecond;
  }

  /** Brings the records in line with the facts; returns those that changed. */
  evaluate(open: (watch: Watch, episode: Span) => IncidentRecord): IncidentRecord[] {
    if (!this.isDirty) return [];
    const known: KnownRecord[] = [];
    const { from, to } = this.#closure(known);
    this.#dirtyFrom = Number.POSITIVE_INFINITY;
    this.#dirtyTo = Number.NEGATIVE_INFINITY;
    const lateFacts = this.#lateFacts;
    this.#lateFacts = 0;
    const episodes = joinRuns(this.reader.yesRuns(this.rule.hosts, from, to), this.joinSeconds);
    if (episodes.length === 0 && known.length === 0) return [];
    const { opened, kept, merged, gone } = reconcile(known, episodes);
    const changed: IncidentRecord[] = [];
    for (const { incident, survivor } of merged) {
      withdraw(incident.record, "merged", survivor.record.id);
      survivor.record.isJoined = true;
      changed.push(incident.record);
    }
    for (const incident of gone) {
      withdraw(incident.record, "withdrawn", null);
      changed.push(incident.record);
    }
    for (const { incident, episode } of kept) {
      this.#measure(incident.record, episode);
      changed.push(incident.record);
    }
    for (const episode of opened) {
      const record = open(this, episode);
      this.#measure(record, episode);
      if (!this.records.includes(record)) this.records.push(record);
      changed.push(record);
    }
    for (const record of changed) if (isLiving(record)) record.lateFacts += lateFacts;
    this.records.sort((a, b) => a.metAt - b.metAt || a.sequence - b.sequence);
    return changed;
  }

  /** The stretch to look at again: what changed, and every incident that it could touch. */
  #closure(known: KnownRecord[]): Span {
    let from = this.#dirtyFrom;
    let to = this.#dirtyTo;
    let candidates = this.records.filter(isLiving);
    for (let grew = true; grew;) {
      grew = false;
      const rest: IncidentRecord[] = [];
      for (const record of candidates) {
        const near =
          record.metAt - this.joinSeconds <= to && record.lastSeenAt + this.joinSeconds >= from;
        if (!near) {
          rest.push(record);
          continue;
        }
        from = Math.min(from, record.metAt);
        to = Math.max(to, record.lastSeenAt + 1);
        known.push({
          from: record.metAt,
          to: record.lastSeenAt,
          sequence: record.sequence,
          record,
        });
        grew = true;
      }
      candidates = rest;
    }
    known.sort((a, b) => a.from - b.from);
    return { from, to };
  }

  #measure(record: IncidentRecord, episode: Span): void {
    record.metAt = episode.from;
    record.lastSeenAt = episode.to;
    record.startedAt = this.reader.startOf(episode.from);
    record.hostCount = this.reader.hostCount(record.startedAt, record.lastSeenAt);
    record.isChanged = true;
  }
}

interface KnownRecord extends Span {
  readonly sequence: number;
  readonly record: IncidentRecord;
}

export function withdraw(
  record: IncidentRecord,
  reason: "merged" | "withdrawn",
  mergedInto: string | null,
): void {
  record.state = "withdrawn";
  record.closeReason = reason;
  record.mergedInto = mergedInto;
  record.isChanged = true;
}
