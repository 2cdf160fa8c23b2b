import { LIMITS } from "../limits.ts";
import type { Span } from "./episodes.ts";
import { incidentId } from "./incident-id.ts";
import { type IncidentRecord, isFollowed, isLiving, isOpen } from "./incident-record.ts";
import { keepQuotes } from "./kept-quotes.ts";
import type { LargerIncident } from "./larger-incident.ts";
import { advance, dueSecond, revisionDue, type RevisionReason } from "./lifecycle.ts";
import { followVerdict, isHeldOff, judge, type VerdictMark } from "./verdict-mark.ts";
import { fold, reopen, unfold, type Watch } from "./watch.ts";

export interface IncidentSink {
  /** A revision is due; `record` still holds what the last one said in its published fields. */
  publish(watch: Watch, record: IncidentRecord, reason: RevisionReason): void;
  /** Nothing can change this incident any more. */
  finalise(watch: Watch, record: IncidentRecord): void;
}

export interface ScopeStageOptions {
  readonly sink: IncidentSink;
  /** Ended incidents are kept this long for late facts. */
  readonly retainSeconds: number;
  /** The larger incident that explains all of a single host's, if there is one. */
  readonly largerThan: (watch: Watch, record: IncidentRecord) => LargerIncident | null;
  /** Single-host watches of the hosts that take part in a scope's incidents in a span. */
  readonly hostWatchesOf: (watch: Watch, span: Span) => readonly Watch[];
  /** Whether an incident of a former rule has this id. */
  readonly isTaken?: (id: string) => boolean;
}

export interface StageState {
  readonly sequence: number;
  readonly logTimeMs: number;
}

/**
 * The fold of tallies into incidents: evaluates the watches that changed, moves every incident with
 * log time, and says when a revision is due (detector.md sections 2 and 3).
 */
export class ScopeStage {
  readonly #options: ScopeStageOptions;
  /** Watches that hold incidents. */
  readonly #watches = new Set<Watch>();
  readonly #dirty = new Set<Watch>();
  /** Incidents that log time can still move, or whose figures are not all out. */
  readonly #unsettled = new Map<IncidentRecord, Watch>();
  readonly #byId = new Map<string, IncidentRecord>();
  #sequence = 0;
  #logTimeMs = 0;
  #horizonSecond = Number.NEGATIVE_INFINITY;

  constructor(options: ScopeStageOptions) {
    this.#options = options;
  }

  touch(watch: Watch, fromSecond: number, toSecond: number, lateFacts: number): void {
    watch.touch(fromSecond, toSecond, lateFacts);
    this.#dirty.add(watch);
  }

  /** Evaluates what changed and everything that log time moves. */
  settle(logTimeMs: number): void {
    // The facts at hand were folded when log time stood where the last call left it.
    const retainedFrom = Math.floor(this.#logTimeMs / 1_000) - this.#options.retainSeconds;
    const settledBefore = Math.max(retainedFrom, this.#horizonSecond);
    this.#logTimeMs = Math.max(this.#logTimeMs, logTimeMs);
    const dirty = [...this.#dirty];
    this.#dirty.clear();
    for (const watch of dirty) {
      const open = (owner: Watch, episode: Span) => this.#open(owner, episode);
      const changed = watch.evaluate(open, settledBefore);
      if (changed.length > 0) this.#watches.add(watch);
      for (const record of changed) {
        this.#unsettled.set(record, watch);
        if (watch.rule.type !== "single_host") this.#foldSingles(watch, record);
        // The first revision waits; what is out already follows the larger incidents at once.
        else if (record.revision > 0 || record.isFolded) this.#compareWithLarger(watch, record);
      }
    }
    for (const [record, watch] of this.#unsettled) {
      this.#advance(watch, record);
      if (this.#isSettled(record)) this.#unsettled.delete(record);
    }
  }

  /** The first second of log time after the last look in which something is due without facts. */
  dueSecond(): number {
    const logSecond = Math.floor(this.#logTimeMs / 1_000);
    let due = Number.POSITIVE_INFINITY;
    for (const [record, { rule, joinSeconds }] of this.#unsettled) {
      const isWaiting = rule.type === "single_host" && record.revision === 0;
      const own = isWaiting
        ? Math.max(record.metAt + rule.withinSeconds, logSecond + 1)
        : dueSecond(record, logSecond, joinSeconds);
      if (own < due) due = own;
    }
    return due;
  }

  /** A larger incident has moved in that span: looks again at what these hosts have published. */
  compareAgain(singles: readonly Watch[], span: Span): void {
    for (const single of singles) {
      for (const record of single.records) {
        const overlaps = record.startedAt <= span.to && record.lastSeenAt >= span.from;
        if (!overlaps || !isFollowed(record) || record.revision === 0) continue;
        this.#compareWithLarger(single, record);
        this.#unsettled.set(record, single);
      }
    }
  }

  /** A person has said what an incident was: it ends where log time stands, whatever holds. */
  judge(id: string, mark: VerdictMark): void {
    const record = this.#byId.get(id);
    if (record === undefined || !isLiving(record)) return;
    judge(record, mark, this.#logTimeMs);
    this.#tellNews(record);
  }

  /** The verdict of that control was taken back. */
  release(controlId: string): void {
    for (const record of this.#byId.values()) {
      if (record.verdict?.controlId !== controlId) continue;
      record.verdict = null;
      record.news = [...record.news, "verdict taken back"];
      record.isChanged = true;
      this.#tellNews(record);
    }
  }

  /** Something was said about the time of an incident: its next revision tells. */
  note(watch: Watch, record: IncidentRecord, news: string): void {
    record.news = [...record.news, news];
    record.isChanged = true;
    this.#unsettled.set(record, watch);
  }

  /** The same for everything that is open and was told. */
  noteOpen(news: string): void {
    for (const [record, watch] of this.#unsettled) {
      if (!isOpen(record) || record.revision === 0 || record.news.includes(news)) continue;
      this.note(watch, record, news);
    }
  }

  /** Facts before `second` were forgotten early and are refused: the pool was full. */
  raiseHorizon(second: number): void {
    this.#horizonSecond = Math.max(this.#horizonSecond, second);
  }

  /** Lets go of the incidents that ended before what `retain` still lets in. */
  retire(): void {
    const beforeSecond = this.#logTimeMs / 1_000 - this.#options.retainSeconds;
    for (const watch of this.#watches) this.#retire(watch, beforeSecond);
  }

  /**
   * Up to where facts may be forgotten that are due at `second`: an incident that is not final is
   * measured by all of its own, but never by more than `retain` again.
   */
  forgettableBefore(second: number): number {
    let needed = second;
    for (const { records } of this.#watches) {
      for (const { startedAt } of records) needed = Math.min(needed, startedAt);
    }
    return Math.max(needed, second - this.#options.retainSeconds);
  }

  /** What a snapshot holds beside the incidents themselves. */
  state(): StageState {
    return { sequence: this.#sequence, logTimeMs: this.#logTimeMs };
  }

  restore({ sequence, logTimeMs }: StageState): void {
    this.#sequence = sequence;
    this.#logTimeMs = logTimeMs;
  }

  /** Takes an incident over from a snapshot, in the order in which the snapshot holds them. */
  adopt(watch: Watch, record: IncidentRecord): void {
    watch.records.push(record);
    this.#watches.add(watch);
    this.#byId.set(record.id, record);
    if (!this.#isSettled(record)) this.#unsettled.set(record, watch);
  }

  /** The input has ended: every incident is as final as it gets. */
  finish(): void {
    for (const watch of this.#watches) {
      for (const record of watch.records) this.#flush(watch, record);
    }
    for (const watch of this.#watches) this.#retire(watch, Number.POSITIVE_INFINITY);
  }

  /** Living incidents of a watch that touch [from, to]. */
  static overlapping(watch: Watch, span: Span): IncidentRecord[] {
    return watch.records.filter(
      (record) => isLiving(record) && record.startedAt <= span.to && record.lastSeenAt >= span.from,
    );
  }

  #open(watch: Watch, episode: Span): IncidentRecord {
    const { rule, scope } = watch;
    for (let attempt = 0; ; attempt++) {
      const id = incidentId(rule.name, scope.name, scope.value, episode.from, attempt);
      const holder = this.#byId.get(id);
      if (this.#isTaken(id) || (holder !== undefined && isLiving(holder))) continue;
      const record = holder ?? this.#newRecord(watch, id, episode);
      reopen(record);
      this.#byId.set(id, record);
      return record;
    }
  }

  #newRecord(watch: Watch, id: string, episode: Span): IncidentRecord {
    return {
      rule: watch.rule,
      scope: watch.scope,
      id,
      sequence: this.#sequence++,
      metAt: episode.from,
      lastSeenAt: episode.to,
      startedAt: episode.from,
      state: "confirmed",
      closeReason: null,
      mergedInto: null,
      revision: 0,
      detectedAtMs: this.#logTimeMs,
      confirmedAtMs: null,
      revisedAtMs: this.#logTimeMs,
      resolvedAtMs: null,
      hostCount: 0,
      lateFacts: 0,
      quotes: [],
      verdict: null,
      news: [],
      publishedHostCount: 0,
      publishedState: null,
      isChanged: true,
      isJoined: false,
      isFolded: false,
    };
  }

  #advance(watch: Watch, record: IncidentRecord): void {
    if (watch.rule.type === "single_host" && record.revision === 0) {
      // One host alone says little: wait until others had their chance to make it a larger
      // incident.
      const decidedAt = record.metAt + watch.rule.withinSeconds;
      if (this.#logTimeMs / 1_000 <= decidedAt) return;
      this.#compareWithLarger(watch, record);
    }
    followVerdict(record, watch.reader, Math.floor(this.#logTimeMs / 1_000));
    advance(record, this.#logTimeMs, watch.joinSeconds);
    const reason = revisionDue(record, this.#logTimeMs);
    if (reason !== null) this.#publish(watch, record, reason);
    // A withdrawn incident that nobody ever heard of has nothing left to say.
    else if (record.revision === 0 && !isLiving(record)) record.isChanged = false;
  }

  #publish(watch: Watch, record: IncidentRecord, reason: RevisionReason): void {
    if (record.revision === 0) {
      record.sequence = this.#sequence++;
      record.detectedAtMs = this.#logTimeMs;
      this.#nameByMetAt(record);
    }
    record.revision += 1;
    record.revisedAtMs = this.#logTimeMs;
    if (isLiving(record)) keepQuotes(watch, record, reason);
    this.#options.sink.publish(watch, record, reason);
    record.publishedState = record.state;
    record.publishedHostCount = record.hostCount;
    record.isChanged = false;
    record.isJoined = false;
    record.news = [];
  }

  #tellNews(record: IncidentRecord): void {
    for (const watch of this.#watches) {
      if (!watch.records.includes(record)) continue;
      this.#unsettled.set(record, watch);
      return this.#advance(watch, record);
    }
  }

  /** Neither log time nor what is not told yet can bring a revision. */
  #isSettled(record: IncidentRecord): boolean {
    const holds = record.lastSeenAt >= this.#logTimeMs / 1_000 - LIMITS.graceSeconds;
    return !isOpen(record) && !record.isChanged && !(isHeldOff(record) && holds);
  }

  /** An incident that waited for its first revision is named by where it begins now. */
  #nameByMetAt(record: IncidentRecord): void {
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

  #isTaken(id: string): boolean {
    return this.#options.isTaken?.(id) ?? false;
  }

  /** The last word on an incident whose newest figures are not out yet. */
  #flush(watch: Watch, record: IncidentRecord): void {
    if (watch.rule.type === "single_host" && isFollowed(record)) {
      this.#compareWithLarger(watch, record);
    }
    advance(record, this.#logTimeMs, watch.joinSeconds);
    const isNew = record.revision === 0 && isLiving(record);
    const isStale =
      record.revision > 0 && (record.isChanged || record.state !== record.publishedState);
    if (isNew || isStale) this.#publish(watch, record, isNew ? "first" : "cadence");
  }

  /** A single host's incident stands only where no larger one holds all of it. */
  #compareWithLarger(watch: Watch, record: IncidentRecord): void {
    const larger = this.#options.largerThan(watch, record);
    if (larger === null && record.isFolded) unfold(record);
    if (larger !== null && !record.isFolded) fold(record, larger.id);
  }

  #foldSingles(watch: Watch, larger: IncidentRecord): void {
    const span = { from: larger.startedAt, to: larger.lastSeenAt };
    this.compareAgain(this.#options.hostWatchesOf(watch, span), span);
  }

  #retire(watch: Watch, beforeSecond: number): void {
    const kept: IncidentRecord[] = [];
    for (const record of watch.records) {
      if (record.lastSeenAt + watch.joinSeconds >= beforeSecond) {
        kept.push(record);
        continue;
      }
      this.#byId.delete(record.id);
      this.#unsettled.delete(record);
      this.#options.sink.finalise(watch, record);
    }
    watch.records = kept;
    if (kept.length === 0) this.#watches.delete(watch);
  }
}
