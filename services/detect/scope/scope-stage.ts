import { LIMITS } from "../limits.ts";
import type { Span } from "./episodes.ts";
import { IncidentIds } from "./incident-ids.ts";
import {
  addNews,
  hasRisen,
  type IncidentRecord,
  isFollowed,
  isLiving,
  isOpen,
  markPublished,
  newRecord,
} from "./incident-record.ts";
import type { ScopeStageOptions } from "./incident-sink.ts";
import { IncidentWatches } from "./incident-watches.ts";
import { keepQuotes } from "./kept-quotes.ts";
import { countSilent } from "./silence.ts";
import { Unsettled } from "./unsettled.ts";
import { advance, revisionDue, type RevisionReason } from "./lifecycle.ts";
import { followVerdict, isHeldOff, judge, type VerdictMark } from "./verdict-mark.ts";
import { reopen, standBeside, type Watch } from "./watch.ts";

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
  readonly #watches = new IncidentWatches();
  readonly #dirty = new Set<Watch>();
  readonly #unsettled = new Unsettled();
  readonly #ids: IncidentIds;
  #sequence = 0;
  #logTimeMs = 0;
  #horizonSecond = Number.NEGATIVE_INFINITY;

  constructor(options: ScopeStageOptions) {
    this.#options = options;
    this.#ids = new IncidentIds(options.isTaken ?? (() => false));
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
        this.#unsettled.add(record, watch);
        if (watch.rule.type !== "single_host") this.#foldSingles(watch, record);
        // The first revision waits; what is out already follows the larger incidents at once.
        else if (record.revision > 0 || record.isFolded) this.#compareWithLarger(watch, record);
      }
    }
    for (const [record, watch] of this.#unsettled.entries()) {
      this.#advance(watch, record);
      if (this.#isSettled(record)) this.#unsettled.delete(record);
    }
  }

  /** The first second of log time after the last look in which something is due without facts. */
  dueSecond(): number {
    return this.#unsettled.dueSecond(Math.floor(this.#logTimeMs / 1_000));
  }

  /** A larger incident has moved in that span: looks again at what these hosts have published. */
  compareAgain(singles: readonly Watch[], span: Span): void {
    for (const single of singles) {
      for (const record of single.records) {
        const overlaps = record.startedAt <= span.to && record.lastSeenAt >= span.from;
        if (!overlaps || !isFollowed(record) || record.revision === 0) continue;
        this.#compareWithLarger(single, record);
        this.#unsettled.add(record, single);
      }
    }
  }

  /** A person has said what an incident was: it ends where log time stands, whatever holds. */
  judge(id: string, mark: VerdictMark): void {
    const record = this.#ids.get(id);
    if (record === undefined || !isLiving(record)) return;
    judge(record, mark, this.#logTimeMs);
    this.#tellNews(record);
  }

  /** The verdict of that control was taken back. */
  release(controlId: string): void {
    for (const record of this.#ids.values()) {
      if (record.verdict?.controlId !== controlId) continue;
      record.verdict = null;
      addNews(record, "verdict taken back");
      this.#tellNews(record);
    }
  }

  /** Something was said about the time of an incident: its next revision tells. */
  note(watch: Watch, record: IncidentRecord, news: string): void {
    addNews(record, news);
    this.#unsettled.add(record, watch);
  }

  /** The same for everything that is open and was told. */
  noteOpen(news: string): void {
    this.#unsettled.noteOpen(news);
  }

  /** Facts before `second` were forgotten early and are refused: the pool was full. */
  raiseHorizon(second: number): void {
    this.#horizonSecond = Math.max(this.#horizonSecond, second);
  }

  /** Lets go of the incidents that ended before what `retain` still lets in. */
  retire(): void {
    const beforeSecond = this.#logTimeMs / 1_000 - this.#options.retainSeconds;
    this.#retire(beforeSecond);
  }

  /**
   * Up to where facts may be forgotten that are due at `second`: an incident that is not final is
   * measured by all of its own, but never by more than `retain` again.
   */
  forgettableBefore(second: number): number {
    return Math.max(this.#watches.neededFrom(second), second - this.#options.retainSeconds);
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
    this.#ids.put(record);
    if (!this.#isSettled(record)) this.#unsettled.add(record, watch);
  }

  /** The input has ended: every incident is as final as it gets. */
  finish(): void {
    for (const [watch, record] of this.#watches.records()) this.#flush(watch, record);
    this.#retire(Number.POSITIVE_INFINITY);
  }

  #open(watch: Watch, episode: Span): IncidentRecord {
    const record = this.#ids.recordOf(watch, episode, (id) =>
      newRecord(watch.rule, watch.scope, episode, {
        id,
        sequence: this.#sequence++,
        logTimeMs: this.#logTimeMs,
      }),
    );
    reopen(record);
    return record;
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
    countSilent(record, watch.reader);
    advance(record, this.#logTimeMs, watch.joinSeconds, watch.reader);
    const reason = revisionDue(record, this.#logTimeMs);
    if (reason !== null) this.#publish(watch, record, reason);
    // A withdrawn incident that nobody ever heard of has nothing left to say.
    else if (record.revision === 0 && !isLiving(record)) record.isChanged = false;
  }

  #publish(watch: Watch, record: IncidentRecord, reason: RevisionReason): void {
    if (record.revision === 0) {
      record.sequence = this.#sequence++;
      record.detectedAtMs = this.#logTimeMs;
      this.#ids.nameByMetAt(record);
    }
    record.revision += 1;
    record.revisedAtMs = this.#logTimeMs;
    if (isLiving(record)) keepQuotes(watch, record, reason);
    if (hasRisen(record)) record.escalation += 1;
    this.#options.sink.publish(watch, record, reason);
    markPublished(record);
  }

  #tellNews(record: IncidentRecord): void {
    const watch = this.#watches.watchOf(record);
    if (watch === undefined) return;
    this.#unsettled.add(record, watch);
    this.#advance(watch, record);
  }

  /** Neither log time nor what is not told yet can bring a revision. */
  #isSettled(record: IncidentRecord): boolean {
    const holds = record.lastSeenAt >= this.#logTimeMs / 1_000 - LIMITS.graceSeconds;
    return !isOpen(record) && !record.isChanged && !(isHeldOff(record) && holds);
  }

  /** The last word on an incident whose newest figures are not out yet. */
  #flush(watch: Watch, record: IncidentRecord): void {
    if (watch.rule.type === "single_host" && isFollowed(record)) {
      this.#compareWithLarger(watch, record);
    }
    advance(record, this.#logTimeMs, watch.joinSeconds, watch.reader);
    const isNew = record.revision === 0 && isLiving(record);
    const isStale =
      record.revision > 0 && (record.isChanged || record.state !== record.publishedState);
    if (isNew || isStale) this.#publish(watch, record, isNew ? "first" : "cadence");
  }

  #compareWithLarger(watch: Watch, record: IncidentRecord): void {
    standBeside(record, this.#options.largerThan(watch, record));
  }

  #foldSingles(watch: Watch, larger: IncidentRecord): void {
    const span = { from: larger.startedAt, to: larger.lastSeenAt };
    this.compareAgain(this.#options.hostWatchesOf(watch, span), span);
  }

  #retire(beforeSecond: number): void {
    this.#watches.retire(beforeSecond, (watch, record) => {
      this.#ids.delete(record);
      this.#unsettled.delete(record);
      this.#options.sink.finalise(watch, record);
    });
  }
}
