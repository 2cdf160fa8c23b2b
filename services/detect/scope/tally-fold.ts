import type { Control } from "../../../lib/domain/control.ts";
import { LINE_MISSING } from "../../../lib/domain/gauge.ts";
import type { Outline } from "../../../lib/domain/outline.ts";
import { reachSecondsOf, type Rule } from "../../../lib/domain/rule.ts";
import type { ScopeKey } from "../../../lib/domain/scope.ts";
import type { Scoping } from "../../../lib/domain/scoping.ts";
import type { Heartbeat, Participant, Tally } from "../../../lib/domain/tally.ts";
import { SourceClock } from "../host/source-clock.ts";
import type { HashedUse } from "../rules/rule-hash.ts";
import { Behind } from "./behind.ts";
import { concerns } from "./control-reach.ts";
import { Elsewhere } from "./elsewhere.ts";
import type { Span } from "./episodes.ts";
import { FoldedHostReader, FoldedScopeReader } from "./folded-reader.ts";
import { type IncidentRecord, isLiving } from "./incident-record.ts";
import { type Explained, holderOf, type LargerIncident } from "./larger-incident.ts";
import { type Announced, isNear, KnownControls } from "./known-controls.ts";
import { type MovedOutline, Outliner } from "./outliner.ts";
import { type IncidentSink, ScopeStage } from "./scope-stage.ts";
import { verdictOf } from "./verdict-mark.ts";
import { Watch } from "./watch.ts";

/** A rule as the scope stage knows it: by the hashes of what its values depend on. */
export interface HashedRule {
  readonly rule: Rule;
  /** What measures first, then what decides. */
  readonly uses: readonly HashedUse[];
  /** Of all that its incidents depend on. */
  readonly configHash: string;
}

export interface TallyFoldOptions {
  readonly rules: readonly HashedRule[];
  /** Which hosts a control is about. */
  readonly scoping: Scoping;
  readonly graceSeconds: number;
  readonly retainSeconds: number;
  readonly sink: IncidentSink;
  /** Ids that incidents of former rules have. */
  readonly isTaken?: (id: string) => boolean;
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
  readonly elsewhere = new Elsewhere();
  readonly behind = new Behind();
  readonly #options: TallyFoldOptions;
  readonly #scopeWatches = new Map<string, Watch>();
  readonly #hostWatches = new Map<string, Watch>();
  readonly #lateFacts = new Map<string, number>();
  readonly #outliner: Outliner;
  #nextSweepSecond = Number.NEGATIVE_INFINITY;

  constructor(options: TallyFoldOptions) {
    this.#options = options;
    this.clock = new SourceClock(options.graceSeconds);
    const rules = options.rules.map(({ rule }) => rule);
    this.#outliner = new Outliner(rules, options.scoping.definitions);
    this.stage = new ScopeStage({
      sink: options.sink,
      retainSeconds: options.retainSeconds,
      largerThan: (watch, record) => this.#largerThan(watch, record),
      hostWatchesOf: (watch, span) => this.#hostWatchesOf(watch, span),
      isTaken: options.isTaken ?? (() => false),
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
      const { hostsSampled, blind } = tally;
      reader.setBlindness(partition, { revision, hostsSampled, spots: Array.from(blind) });
      const part = reader.part(tally.ruleHash, partition);
      for (let i = 0; i < seconds.length; i++) {
        const second = baseSecond + seconds[i]!;
        part.set(second, revision, changes[i]!, offered[i]!, suppressed[i]!);
      }
      const first = baseSecond + seconds[0]!;
      this.stage.touch(watch, first, baseSecond + seconds[seconds.length - 1]!, late);
      this.#outliner.touched(watch);
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
      if (run.gauge === LINE_MISSING) {
        if (!isHost)
          (reader as FoldedScopeReader).missing.put(label, { ...run, fromSecond, toSecond });
        continue;
      }
      reader.book.put(label, { ...run, fromSecond, toSecond });
      // Of what is taken back the end lies before the start.
      const span = { from: Math.min(fromSecond, toSecond), to: Math.max(fromSecond, toSecond) };
      this.stage.touch(watch, span.from, isHost ? span.to + rule.withinSeconds : span.to, 0);
      if (!isHost) this.#followElsewhere(watch, label, span);
    }
  }

  /** Another partition says how far an incident of its own reaches now. */
  outline(outline: Outline): void {
    const watch = this.watchOf(outline.rule, outline.scope);
    if (watch === null || watch.rule.type === "single_host") return;
    const span = this.elsewhere.put(outline);
    if (span !== null) this.stage.compareAgain(this.#hostWatchesOf(watch, span), span);
  }

  /** How far incidents reach that other partitions must hear of, since the last call. */
  takeOutlines(): readonly MovedOutline[] {
    return this.#outliner.take();
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
    if (this.behind.hear(heartbeat, this.clock.missing())) this.stage.noteOpen("coverage changed");
    this.stage.settle(this.clock.logTimeMs);
    this.#outliner.settle();
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

  ruleNamed(name: string): HashedRule | null {
    return this.#options.rules.find(({ rule }) => rule.name === name) ?? null;
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
    return this.#options.rules.filter(({ uses }) => uses.some((use) => use.coverHash === hash));
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
      const { uses } = this.ruleNamed(rule.name)!;
      watch = new Watch(rule, scope, new FoldedScopeReader(rule, uses));
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

  /** The incident in which the host takes part that a single host's is told with. */
  #largerThan(watch: Watch, record: IncidentRecord): LargerIncident | null {
    const span = { from: record.startedAt, to: record.lastSeenAt };
    const explained: Explained[] = [];
    for (const scopeWatch of this.#scopeWatches.values()) {
      const { rule } = scopeWatch;
      if ((rule.gaugeMask & record.rule.gaugeMask) === 0) continue;
      const { book } = scopeWatch.reader as FoldedScopeReader;
      const runs = book.runsOf(watch.scope.value);
      if (runs.length === 0) continue;
      const own = ScopeStage.overlapping(scopeWatch, span);
      const others = this.elsewhere.overlapping(rule.name, scopeWatch.scope.value, span);
      for (const by of [...own, ...others]) {
        const takesPart = runs.some(
          (run) => run.fromSecond <= by.lastSeenAt && run.toSecond >= by.startedAt,
        );
        if (takesPart) explained.push({ by, slackSeconds: rule.withinSeconds });
      }
    }
    return holderOf(span, explained);
  }

  #hostWatchesOf(watch: Watch, { from, to }: Span): Watch[] {
    const found: Watch[] = [];
    const { book } = watch.reader as FoldedScopeReader;
    book.visit(from, to, (host) => found.push(...this.#toldWatchesOf(host)));
    return found;
  }

  /** The single-host watches of a host that have published something. */
  #toldWatchesOf(host: string): Watch[] {
    return this.#options.rules.flatMap(({ rule }) => {
      if (rule.type !== "single_host") return [];
      const single = this.#hostWatches.get(`${rule.name}\0${host}`);
      return single?.records.some(({ revision }) => revision > 0) === true ? [single] : [];
    });
  }

  /** A host is now known to take part in what another partition folds. */
  #followElsewhere(watch: Watch, host: string, run: Span): void {
    const larger = this.elsewhere.overlapping(watch.rule.name, watch.scope.value, run);
    for (const { startedAt, lastSeenAt } of larger) {
      const span = { from: startedAt, to: lastSeenAt };
      this.stage.compareAgain(this.#toldWatchesOf(host), span);
    }
  }

  #forgetBefore(second: number): void {
    this.elsewhere.forgetBefore(second);
    for (const watch of this.#scopeWatches.values()) {
      (watch.reader as FoldedScopeReader).forgetBefore(second - 2 * reachSecondsOf(watch.rule));
    }
    for (const [key, watch] of this.#hostWatches) {
      const { book, host } = watch.reader as FoldedHostReader;
      book.forgetBefore(second - 2 * watch.rule.withinSeconds);
      const isIdle = watch.records.length === 0 && book.runsOf(host).length === 0;
      if (isIdle) this.#hostWatches.delete(key);
    }
  }
}
