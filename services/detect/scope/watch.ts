import { reachSecondsOf, type Rule } from "../../../lib/domain/rule.ts";
import type { ScopeKey } from "../../../lib/domain/scope.ts";
import { episodesNear, isNear } from "./episodes-near.ts";
import type { Span } from "./episodes.ts";
import { GrowingFigures } from "./growing-figures.ts";
import { type IncidentRecord, isFollowed, isLiving } from "./incident-record.ts";
import type { LargerIncident } from "./larger-incident.ts";
import type { ScopeReader } from "./reader.ts";
import { reconcile } from "./reconcile.ts";
import { joinSeverity, raiseSeverity } from "./rising-severity.ts";

/** Two yes-seconds with fewer no-seconds than this between them are one incident. */
export function joinSecondsOf({ withinSeconds, reopenWithinSeconds }: Rule): number {
  return Math.max(withinSeconds, reopenWithinSeconds);
}

/** One rule on one scope: its incidents, and what changed since it was last evaluated. */
export class Watch {
  readonly rule: Rule;
  readonly scope: ScopeKey;
  readonly reader: ScopeReader;
  readonly figures: GrowingFigures;
  /** Ascending by metAt. */
  records: IncidentRecord[] = [];
  #dirtyFrom = Number.POSITIVE_INFINITY;
  #dirtyTo = Number.NEGATIVE_INFINITY;
  #lateFacts = 0;

  constructor(rule: Rule, scope: ScopeKey, reader: ScopeReader) {
    this.rule = rule;
    this.scope = scope;
    this.reader = reader;
    this.figures = new GrowingFigures(reader, rule);
  }

  get isDirty(): boolean {
    return this.#dirtyTo >= this.#dirtyFrom;
  }

  get joinSeconds(): number {
    return joinSecondsOf(this.rule);
  }

  touch(fromSecond: number, toSecond: number, lateFacts: number): void {
    this.#lateFacts += lateFacts;
    this.figures.changedFrom(fromSecond);
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
    const dirty = { from: this.#dirtyFrom, to: this.#dirtyTo };
    const known = this.#knownNear(dirty);
    this.#dirtyFrom = Number.POSITIVE_INFINITY;
    this.#dirtyTo = Number.NEGATIVE_INFINITY;
    const lateFacts = this.#lateFacts;
    this.#lateFacts = 0;
    const episodes = episodesNear({
      dirty,
      joinSeconds: this.joinSeconds,
      settledBefore,
      known,
      yesRuns: (from, to) => this.reader.yesRuns(from, to),
    });
    if (episodes.length === 0 && known.length === 0) return [];
    const { opened, kept, merged, gone } = reconcile(known, episodes);
    const changed: IncidentRecord[] = [];
    for (const { incident, survivor } of merged) {
      withdraw(incident.record, "merged", survivor.record.id);
      survivor.record.isJoined = true;
      joinSeverity(survivor.record, incident.record);
      survivor.record.quotesDueFrom = 0;
      survivor.record.lateFacts += incident.record.lateFacts;
      changed.push(incident.record);
    }
    for (const incident of gone) {
      withdraw(incident.record, "withdrawn", null);
      changed.push(incident.record);
    }
    for (const { incident, episode } of kept) {
      const { record } = incident;
      const isTouched = dirty.from <= episode.to && dirty.to >= record.startedAt;
      const hasMoved = this.#measure(record, episode, dirty, settledBefore);
      if (isTouched || hasMoved) record.isChanged = true;
      dueForQuotes(record, dirty.from);
      changed.push(record);
    }
    for (const episode of opened) {
      const record = open(this, episode);
      this.#measure(record, episode, { from: episode.from, to: episode.to }, settledBefore);
      record.isChanged = true;
      record.quotesDueFrom = 0;
      if (!this.records.includes(record)) this.records.push(record);
      changed.push(record);
    }
    for (const record of changed) {
      if (!isLiving(record) || !record.isChanged) continue;
      record.lateFacts += lateFacts;
      raiseSeverity(record, this.reader, dirty);
    }
    this.records.sort((a, b) => a.metAt - b.metAt || a.sequence - b.sequence);
    return changed;
  }

  /** Whether what changes in a span can touch an incident. */
  hasNear(span: Span): boolean {
    return this.records.some((record) => this.#isNear(record, span));
  }

  #isNear(record: IncidentRecord, span: Span): boolean {
    const episode = { from: record.metAt, to: record.lastSeenAt };
    return isFollowed(record) && isNear(episode, span, this.joinSeconds);
  }

  /** The incidents that what changed could touch. */
  #knownNear(dirty: Span): KnownRecord[] {
    const known: KnownRecord[] = [];
    for (const record of this.records) {
      if (!this.#isNear(record, dirty)) continue;
      const episode = { from: record.metAt, to: record.lastSeenAt };
      // One that nobody has heard of survives none that was published.
      const sequence = record.revision === 0 ? Number.MAX_SAFE_INTEGER : record.sequence;
      known.push({ ...episode, sequence, record });
    }
    return known;
  }

  /** True where any of the record's own figures moved. */
  #measure(record: IncidentRecord, episode: Span, dirty: Span, settledBefore: number): boolean {
    const { metAt, lastSeenAt, startedAt, hostCount } = record;
    const isOld = episode.from === metAt && metAt < settledBefore;
    const earliest = episode.from - reachSecondsOf(this.rule) + 1;
    const mayStartElsewhere =
      episode.from !== metAt || (dirty.from <= episode.from && dirty.to >= earliest);
    record.metAt = episode.from;
    record.lastSeenAt = episode.to;
    if (!isOld && mayStartElsewhere) record.startedAt = this.reader.startOf(episode.from);
    if (record.startedAt < startedAt) dueForQuotes(record, record.startedAt);
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

function dueForQuotes(record: IncidentRecord, fromSecond: number): void {
  record.quotesDueFrom = Math.min(record.quotesDueFrom ?? fromSecond, fromSecond);
}

interface KnownRecord extends Span {
  readonly sequence: number;
  readonly record: IncidentRecord;
}

/** A single host's incident stands only where no larger one of another rule holds all of it. */
export function standBeside(record: IncidentRecord, larger: LargerIncident | null): void {
  if (larger === null && record.isFolded) {
    record.isFolded = false;
    reopen(record);
  } else if (larger !== null && !record.isFolded) {
    withdraw(record, "merged", larger.id);
    record.isFolded = true;
  }
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
