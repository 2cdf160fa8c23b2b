import type { Rule } from "../../../lib/domain/rule.ts";
import type { ScopeKey } from "../../../lib/domain/scope.ts";
import { joinRuns, type Span } from "./episodes.ts";
import { type IncidentRecord, isFollowed, isLiving } from "./incident-record.ts";
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

  /**
   * Brings the records in line with the facts; returns those that changed. No fact changes a second
   * before `settledBefore` any more, and facts that old may be forgotten: records answer for them.
   */
  evaluate(
    open: (watch: Watch, episode: Span) => IncidentRecord,
    settledBefore: number = Number.NEGATIVE_INFINITY,
  ): IncidentRecord[] {
    if (!this.isDirty) return [];
    const known: KnownRecord[] = [];
    const touched = { from: this.#dirtyFrom, to: this.#dirtyTo };
    const { from, to } = this.#closure(known);
    this.#dirtyFrom = Number.POSITIVE_INFINITY;
    this.#dirtyTo = Number.NEGATIVE_INFINITY;
    const lateFacts = this.#lateFacts;
    this.#lateFacts = 0;
    const runs = known.flatMap((record) => settledRun(record, settledBefore));
    const start = Math.max(from, settledBefore);
    if (start <= to) runs.push(...this.reader.yesRuns(this.rule.hosts, start, to));
    const episodes = joinRuns(runs, this.joinSeconds);
    if (episodes.length === 0 && known.length === 0) return [];
    const { opened, kept, merged, gone } = reconcile(known, episodes);
    const changed: IncidentRecord[] = [];
    for (const { incident, survivor } of merged) {
      withdraw(incident.record, "merged", survivor.record.id);
      survivor.record.isJoined = true;
      survivor.record.lateFacts += incident.record.lateFacts;
      changed.push(incident.record);
    }
    for (const incident of gone) {
      withdraw(incident.record, "withdrawn", null);
      changed.push(incident.record);
    }
    for (const { incident, episode } of kept) {
      const { record } = incident;
      const isTouched = touched.from <= episode.to && touched.to >= record.startedAt;
      const hasMoved = this.#measure(record, episode, settledBefore);
      if (isTouched || hasMoved) record.isChanged = true;
      changed.push(record);
    }
    for (const episode of opened) {
      const record = open(this, episode);
      this.#measure(record, episode, settledBefore);
      record.isChanged = true;
      if (!this.records.includes(record)) this.records.push(record);
      changed.push(record);
    }
    for (const record of changed) {
      if (isLiving(record) && record.isChanged) record.lateFacts += lateFacts;
    }
    this.records.sort((a, b) => a.metAt - b.metAt || a.sequence - b.sequence);
    return changed;
  }

  /** The stretch to look at again: what changed, and every incident that it could touch. */
  #closure(known: KnownRecord[]): Span {
    let from = this.#dirtyFrom;
    let to = this.#dirtyTo;
    let candidates = this.records.filter(isFollowed);
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
          // One that nobody has heard of survives none that was published.
          sequence: record.revision === 0 ? Number.MAX_SAFE_INTEGER : record.sequence,
          record,
        });
        grew = true;
      }
      candidates = rest;
    }
    known.sort((a, b) => a.from - b.from);
    return { from, to };
  }

  /** True where any of the record's own figures moved. */
  #measure(record: IncidentRecord, episode: Span, settledBefore: number): boolean {
    const { metAt, lastSeenAt, startedAt, hostCount } = record;
    const isOld = episode.from === metAt && metAt < settledBefore;
    record.metAt = episode.from;
    record.lastSeenAt = episode.to;
    if (!isOld) record.startedAt = this.reader.startOf(episode.from);
    const hosts = this.reader.hostCount(record.startedAt, record.lastSeenAt);
    // Hosts whose runs are forgotten took part all the same.
    record.hostCount = isOld ? Math.max(hostCount, hosts) : hosts;
    return (
      record.metAt !== metAt ||
      record.lastSeenAt !== lastSeenAt ||
      record.startedAt !== startedAt ||
      record.hostCount !== hostCount
    );
  }
}

interface KnownRecord extends Span {
  readonly sequence: number;
  readonly record: IncidentRecord;
}

/** What an incident stands for among the seconds that no fact changes any more. */
function settledRun({ from, to }: Span, settledBefore: number): Span[] {
  return from < settledBefore ? [{ from, to: Math.min(to, settledBefore - 1) }] : [];
}

/** Takes an incident back because a larger one of another rule holds all of it. */
export function fold(record: IncidentRecord, into: string): void {
  withdraw(record, "merged", into);
  record.isFolded = true;
}

export function unfold(record: IncidentRecord): void {
  record.isFolded = false;
  reopen(record);
}

/** Takes back that an incident was withdrawn; log time then says what has become of it. */
export function reopen(record: IncidentRecord): void {
  record.state = "confirmed";
  record.closeReason = null;
  record.mergedInto = null;
  record.verdict = null;
  record.resolvedAtMs = null;
  record.isChanged = true;
}

export function withdraw(
  record: IncidentRecord,
  reason: "merged" | "withdrawn",
  mergedInto: string | null,
): void {
  record.state = "withdrawn";
  record.closeReason = reason;
  record.mergedInto = mergedInto;
  record.isFolded = false;
  record.isChanged = true;
}
