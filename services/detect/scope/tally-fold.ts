import type { Control } from "../../../lib/domain/control.ts";
import { LINE_MISSING } from "../../../lib/domain/gauge.ts";
import type { Outline } from "../../../lib/domain/outline.ts";
import type { Scoping } from "../../../lib/domain/scoping.ts";
import type { Heartbeat, Participant, Tally } from "../../../lib/domain/tally.ts";
import { SourceClock } from "../host/source-clock.ts";
import { Behind } from "./behind.ts";
import { concerns } from "./control-reach.ts";
import { Elsewhere } from "./elsewhere.ts";
import type { Span } from "./episodes.ts";
import type { FoldedHostReader } from "./folded-host-reader.ts";
import type { FoldedScopeReader } from "./folded-reader.ts";
import { FoldedWatches, type HashedRule } from "./folded-watches.ts";
import { type IncidentRecord, isLiving } from "./incident-record.ts";
import { type Announced, isNear, KnownControls } from "./known-controls.ts";
import { type MovedOutline, Outliner } from "./outliner.ts";
import type { IncidentSink } from "./incident-sink.ts";
import { ScopeStage } from "./scope-stage.ts";
import { verdictOf } from "./verdict-mark.ts";
import type { Watch } from "./watch.ts";

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
  readonly watches: FoldedWatches;
  readonly #options: TallyFoldOptions;
  readonly #lateFacts = new Map<string, number>();
  readonly #outliner: Outliner;
  #nextSweepSecond = Number.NEGATIVE_INFINITY;

  constructor(options: TallyFoldOptions) {
    this.#options = options;
    this.clock = new SourceClock(options.graceSeconds);
    this.watches = new FoldedWatches(options.rules, this.elsewhere);
    const rules = options.rules.map(({ rule }) => rule);
    this.#outliner = new Outliner(rules, options.scoping.definitions);
    this.stage = new ScopeStage({
      sink: options.sink,
      retainSeconds: options.retainSeconds,
      largerThan: (watch, record) => this.watches.largerThan(watch, record),
      hostWatchesOf: (watch, span) => this.watches.toldIn(watch, span),
      isTaken: options.isTaken ?? (() => false),
    });
  }

  tally(tally: Tally): void {
    const { baseSecond, seconds, changes, offered, suppressed, partition, revision } = tally;
    const late = this.#newLateFacts(tally);
    for (const { rule } of this.watches.rulesOf(tally.ruleHash)) {
      const watch = this.watches.ofScope(rule, tally.scope);
      const reader = watch.reader as FoldedScopeReader;
      this.#hearOfHosts(reader, tally);
      // No second has changed: it was told for what it says of the hosts.
      if (seconds.length === 0) continue;
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

  /** How many hosts there are, and which of them are not seen. */
  #hearOfHosts(reader: FoldedScopeReader, tally: Tally): void {
    const { ruleHash, partition, revision, hostsSeen, hostsSampled, blind } = tally;
    reader.setHostsSeen(partition, hostsSeen);
    reader.setBlindness(partition, { revision, hostsSampled, spots: Array.from(blind) });
    const { hostsSilent, silent, silentSince } = tally;
    const named = silent.map((host, at) => ({ host, sinceSecond: silentSince[at]! }));
    reader.setSilence(ruleHash, partition, { revision, hosts: hostsSilent, named });
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
    for (const { rule } of this.watches.rulesOf(ruleHash)) {
      const isHost = rule.type === "single_host";
      const watch = isHost ? this.watches.ofHost(rule, label) : this.watches.ofScope(rule, scope);
      const reader = watch.reader as FoldedHostReader | FoldedScopeReader;
      if (run.gauge === LINE_MISSING) {
        if (!isHost)
          (reader as FoldedScopeReader).missing.put(label, { ...run, fromSecond, toSecond });
        continue;
      }
      if (!reader.book.put(label, { ...run, fromSecond, toSecond })) continue;
      // Of what is taken back the end lies before the start.
      const span = { from: Math.min(fromSecond, toSecond), to: Math.max(fromSecond, toSecond) };
      this.stage.touch(watch, span.from, isHost ? span.to + rule.withinSeconds : span.to, 0);
      if (!isHost) this.#followElsewhere(watch, label, span);
    }
  }

  /** Another partition says how far an incident of its own reaches now. */
  outline(outline: Outline): void {
    const watch = this.watches.of(outline.rule, outline.scope);
    if (watch === null || watch.rule.type === "single_host") return;
    const span = this.elsewhere.put(outline);
    if (span !== null) this.stage.compareAgain(this.watches.toldIn(watch, span), span);
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
    for (const watch of this.watches.all()) {
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
    const before = this.stage.forgettableBefore(second - this.#options.retainSeconds);
    this.elsewhere.forgetBefore(before);
    this.watches.forgetBefore(before);
  }

  lateFacts(): readonly (readonly [string, number])[] {
    return [...this.#lateFacts];
  }

  restoreLateFacts(entries: readonly (readonly [string, number])[]): void {
    for (const [key, count] of entries) this.#lateFacts.set(key, count);
  }

  #concerns(control: Control, watch: Watch, record: IncidentRecord): boolean {
    return concerns(control, watch, record, this.#options.scoping);
  }

  /** Tallies carry how many came late so far; an incident wants those since the last one. */
  #newLateFacts({ ruleHash, scope, partition, lateFacts }: Tally): number {
    const key = `${ruleHash}\0${scope.value}\0${partition}`;
    const before = this.#lateFacts.get(key) ?? 0;
    if (lateFacts > before) this.#lateFacts.set(key, lateFacts);
    return Math.max(0, lateFacts - before);
  }

  /** A host is now known to take part in what another partition folds. */
  #followElsewhere(watch: Watch, host: string, run: Span): void {
    const larger = this.elsewhere.overlapping(watch.rule.name, watch.scope.value, run);
    for (const { startedAt, lastSeenAt } of larger) {
      const span = { from: startedAt, to: lastSeenAt };
      this.stage.compareAgain(this.watches.toldOf(host), span);
    }
  }
}
