import type { Control } from "../../../lib/domain/control.ts";
import type { Rule } from "../../../lib/domain/rule.ts";
import type { ScopeKey } from "../../../lib/domain/scope.ts";
import type { Scoping } from "../../../lib/domain/scoping.ts";
import type { Heartbeat, Participant, Tally } from "../../../lib/domain/tally.ts";
import { SourceClock } from "../host/source-clock.ts";
import { concerns } from "./control-reach.ts";
import { FoldedHostReader, FoldedScopeReader } from "./folded-reader.ts";
import { type IncidentRecord, isLiving } from "./incident-record.ts";
import { type Announced, isNear, KnownControls } from "./known-controls.ts";
import { type IncidentSink, ScopeStage } from "./scope-stage.ts";
import { verdictOf } from "./verdict-mark.ts";
import { Watch } from "./watch.ts";

/** A rule as the scope stage knows it: by the hash of what its values depend on. */
export interface HashedRule {
  readonly rule: Rule;
  readonly coverHash: string;
}

export interface TallyFoldOptions {
  readonly rules: readonly HashedRule[];
  /** Which hosts a control is about. */
  readonly scoping: Scoping;
  readonly graceSeconds: number;
  readonly retainSeconds: number;
  readonly sink: IncidentSink;
}

/** Log time between two sweeps of what `retain` no longer covers. */
const SWEEP_SECONDS = 3_600;

/**
 * The scope stage's fold of one tallies partition, one record at a time in log order: an equal log
 * gives equal incidents, byte for byte (detector.md section 6).
 */
export class TallyFold {
  readonly clock: SourceClock;
  readonly stage: ScopeStage;
  readonly controls = new KnownControls();
  readonly #options: TallyFoldOptions;
  readonly #scopeWatches = new Map<string, Watch>();
  readonly #hostWatches = new Map<string, Watch>();
  readonly #lateFacts = new Map<string, number>();
  #nextSweepSecond = Number.NEGATIVE_INFINITY;

  constructor(options: TallyFoldOptions) {
    this.#options = options;
    this.clock = new SourceClock(options.graceSeconds);
    this.stage = new ScopeStage({
      sink: options.sink,
      retainSeconds: options.retainSeconds,
      largerThan: (watch, record) => this.#largerThan(watch, record),
      hostWatchesOf: (watch, record) => this.#hostWatchesOf(watch, record),
    });
  }

  tally(tally: Tally): void {
    const { baseSecond, seconds, changes, offered, suppressed, partition, revision } = tally;
    if (seconds.length === 0) return;
    const late = this.#newLateFacts(tally);
    for (const { rule } of this.#rulesOf(tally.ruleHash)) {
      const watch = this.#scopeWatch(rule, tally.scope);
      const reader = watch.reader as FoldedScopeReader;
      reader.setHostsSeen(partition, tally.hostsSeen);
      const part = reader.part(partition);
      for (let i = 0; i < seconds.length; i++) {
        const second = baseSecond + seconds[i]!;
        part.set(second, revision, changes[i]!, offered[i]!, suppressed[i]!);
      }
      const first = baseSecond + seconds[0]!;
      this.stage.touch(watch, first, baseSecond + seconds[seconds.length - 1]!, late);
    }
  }

  participant(participant: Participant): void {
    const {
      scope,
      realm,
      host,
      ruleHash,
      fromSecond,
      toSecond,
      partition: _,
      ...run
    } = participant;
    const label = realm === "" ? host : `${realm}/${host}`;
    for (const { rule } of this.#rulesOf(ruleHash)) {
      const isHost = rule.type === "single_host";
      const watch = isHost ? this.#hostWatch(rule, label) : this.#scopeWatch(rule, scope);
      const reader = watch.reader as FoldedHostReader | FoldedScopeReader;
      reader.book.put(label, { ...run, fromSecond, toSecond });
      const to = isHost ? toSecond + rule.withinSeconds : toSecond;
      this.stage.touch(watch, fromSecond, to, 0);
    }
  }

  /**
   * What people and tools say; null takes it back. A verdict holds from its place in the log, the
   * others by event time. `offset` is that of the record in `controls`.
   */
  control(offset: number, id: string, control: Control | null): void {
    const before = this.controls.get(id);
    if (!this.controls.put(offset, id, control)) return;
    const mark = control === null ? null : verdictOf(control);
    if (mark === null) this.stage.release(id);
    else this.stage.judge(control!.incidentId!, mark);
    const after = this.controls.get(id);
    const told = after ?? before;
    if (told === null) return;
    const news = `${told.type} ${after === null ? "taken back" : "announced"}`;
    for (const watch of this.watches()) {
      for (const record of watch.records) {
        if (record.revision === 0 || !isLiving(record)) continue;
        const isAbout = [before, after].some(
          (each) => each !== null && isNear(each, record) && this.#concerns(each, watch, record),
        );
        if (isAbout) this.stage.note(watch, record, news);
      }
    }
  }

  /** What was said about the time around an incident. */
  announced(watch: Watch, record: IncidentRecord): Announced {
    return this.controls.around(record, (control) => this.#concerns(control, watch, record));
  }

  /** A partition has said all it had to say up to here: evaluate, and move with log time. */
  heartbeat(heartbeat: Heartbeat, stampMs: number): void {
    const { partition, logTimeMs } = heartbeat;
    this.clock.tick(String(partition), logTimeMs, stampMs);
    if (this.clock.logTimeMs === Number.NEGATIVE_INFINITY) return;
    this.stage.settle(this.clock.logTimeMs);
    const second = this.clock.logTimeMs / 1_000;
    if (second < this.#nextSweepSecond) return;
    this.#nextSweepSecond = second + SWEEP_SECONDS;
    this.stage.retire();
    this.controls.forgetBefore(second - 2 * this.#options.retainSeconds);
    this.#forgetBefore(this.stage.forgettableBefore(second - this.#options.retainSeconds));
  }

  *watches(): Generator<Watch> {
    yield* this.#scopeWatches.values();
    yield* this.#hostWatches.values();
  }

  lateFacts(): readonly (readonly [string, number])[] {
    return [...this.#lateFacts];
  }

  restoreLateFacts(entries: readonly (readonly [string, number])[]): void {
    for (const [key, count] of entries) this.#lateFacts.set(key, count);
  }

  /** The watch of a rule and scope, made where it is missing: what a snapshot restores into. */
  watchOf(ruleName: string, scope: ScopeKey): Watch | null {
    const found = this.#options.rules.find(({ rule }) => rule.name === ruleName);
    if (found === undefined) return null;
    return found.rule.type === "single_host"
      ? this.#hostWatch(found.rule, scope.value)
      : this.#scopeWatch(found.rule, scope);
  }

  #concerns(control: Control, watch: Watch, record: IncidentRecord): boolean {
    return concerns(control, watch, record, this.#options.scoping);
  }

  #rulesOf(hash: string): readonly HashedRule[] {
    return this.#options.rules.filter(({ coverHash }) => coverHash === hash);
  }

  /** Tallies carry how many came late so far; an incident wants those since the last one. */
  #newLateFacts({ ruleHash, scope, partition, lateFacts }: Tally): number {
    const key = `${ruleHash}\0${scope.value}\0${partition}`;
    const before = this.#lateFacts.get(key) ?? 0;
    if (lateFacts > before) this.#lateFacts.set(key, lateFacts);
    return Math.max(0, lateFacts - before);
  }

  #scopeWatch(rule: Rule, scope: ScopeKey): Watch {
    const key = `${rule.name}\0${scope.value}`;
    let watch = this.#scopeWatches.get(key);
    if (watch === undefined) {
      watch = new Watch(rule, scope, new FoldedScopeReader(rule.withinSeconds));
      this.#scopeWatches.set(key, watch);
    }
    return watch;
  }

  #hostWatch(rule: Rule, host: string): Watch {
    const key = `${rule.name}\0${host}`;
    let watch = this.#hostWatches.get(key);
    if (watch === undefined) {
      const reader = new FoldedHostReader(host, rule.withinSeconds);
      watch = new Watch(rule, { name: "host", value: host }, reader);
      this.#hostWatches.set(key, watch);
    }
    return watch;
  }

  /** An incident in which the host takes part and that covers all of the host's own. */
  #largerThan(watch: Watch, record: IncidentRecord): IncidentRecord | null {
    const span = { from: record.startedAt, to: record.lastSeenAt };
    for (const scopeWatch of this.#scopeWatches.values()) {
      const { rule } = scopeWatch;
      if ((rule.gaugeMask & record.rule.gaugeMask) === 0) continue;
      const { book } = scopeWatch.reader as FoldedScopeReader;
      const runs = book.runsOf(watch.scope.value);
      if (runs.length === 0) continue;
      for (const larger of ScopeStage.overlapping(scopeWatch, span)) {
        const { startedAt, lastSeenAt } = larger;
        const slack = rule.withinSeconds;
        const isInside = span.from >= startedAt - slack && span.to <= lastSeenAt + slack;
        const takesPart = runs.some(
          (run) => run.fromSecond <= lastSeenAt && run.toSecond >= startedAt,
        );
        if (isInside && takesPart) return larger;
      }
    }
    return null;
  }

  #hostWatchesOf(watch: Watch, record: IncidentRecord): Watch[] {
    const found: Watch[] = [];
    const { book } = watch.reader as FoldedScopeReader;
    book.visit(record.startedAt, record.lastSeenAt, (host) => {
      for (const { rule } of this.#options.rules) {
        if (rule.type !== "single_host") continue;
        const single = this.#hostWatches.get(`${rule.name}\0${host}`);
        if (single?.records.some((other) => other.revision > 0) === true) found.push(single);
      }
    });
    return found;
  }

  #forgetBefore(second: number): void {
    for (const watch of this.#scopeWatches.values()) {
      (watch.reader as FoldedScopeReader).forgetBefore(second - 2 * watch.rule.withinSeconds);
    }
    for (const [key, watch] of this.#hostWatches) {
      const { book, host } = watch.reader as FoldedHostReader;
      book.forgetBefore(second - 2 * watch.rule.withinSeconds);
      const isIdle = watch.records.length === 0 && book.runsOf(host).length === 0;
      if (isIdle) this.#hostWatches.delete(key);
    }
  }
}
