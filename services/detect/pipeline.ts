import type { FactBatch } from "../../lib/domain/fact-batch.ts";
import { gaugeMask, LINE_MISSING } from "../../lib/domain/gauge.ts";
import type { HostDirectory } from "../../lib/domain/host-directory.ts";
import { reachSecondsOf, type Rule, watchedMask } from "../../lib/domain/rule.ts";
import type { ScopeKey } from "../../lib/domain/scope.ts";
import type { Scoping } from "../../lib/domain/scoping.ts";
import { coversOf, type CoverUse } from "./host/cover.ts";
import { DirectHostReader } from "./host/direct-host-reader.ts";
import { DirectScopeReader } from "./host/direct-reader.ts";
import { HostStage } from "./host/host-stage.ts";
import { isHotBetween } from "./host/participants.ts";
import { LIMITS } from "./limits.ts";
import { type IncidentRecord, livingIn } from "./scope/incident-record.ts";
import type { IncidentSink } from "./scope/incident-sink.ts";
import { type Explained, holderOf, type LargerIncident } from "./scope/larger-incident.ts";
import { ScopeStage } from "./scope/scope-stage.ts";
import { joinSecondsOf, Watch } from "./scope/watch.ts";

/** Disagreements are found whatever the rules look at. */
const ALWAYS_KEPT = gaugeMask([LINE_MISSING]);

export interface DetectorOptions {
  readonly rules: readonly Rule[];
  readonly scoping: Scoping;
  readonly directory: HostDirectory;
  readonly partitions: number;
  /** Which partition a host belongs to. */
  readonly partitionOf: (host: number) => number;
  readonly retainSeconds: number;
  readonly cellsMax: number;
  readonly evidenceSlots: number;
  readonly sink: IncidentSink;
}

/**
 * Both stages in one process, handing over decoded state instead of records. The steps, in order:
 * fold (facts into cells and series) -> settle (changed scopes into episodes, episodes into
 * incidents, log time into states) -> forget (what `retain` no longer covers).
 */
export class Detector {
  readonly stages: readonly HostStage[];
  readonly #options: DetectorOptions;
  readonly #scopeStage: ScopeStage;
  readonly #usesOf: ReadonlyMap<Rule, readonly CoverUse[]>;
  /** For each cover the rules that share it. */
  readonly #usesOfCover: readonly (readonly CoverUse[])[];
  readonly #hostRules: readonly Rule[];
  /** For each rule the index of its scope definition. */
  readonly #definitions: ReadonlyMap<Rule, number>;
  readonly #watches: ReadonlyMap<Rule, Map<string, Watch>>;
  readonly #hostWatches: ReadonlyMap<Rule, Map<number, Watch>>;
  readonly #keepSeconds: number;
  #nextSweepSecond = Number.NEGATIVE_INFINITY;

  constructor(options: DetectorOptions) {
    this.#options = options;
    const { rules, scoping, directory } = options;
    const { covers, usesOf } = coversOf(rules, scoping.definitions);
    this.#usesOf = usesOf;
    const uses = [...usesOf.values()].flat();
    this.#usesOfCover = covers.map((_, number) => uses.filter(({ cover }) => cover === number));
    this.#definitions = new Map(
      rules.map((rule) => [rule, scoping.definitions.findIndex(({ name }) => name === rule.scope)]),
    );
    this.#hostRules = rules.filter((rule) => rule.type === "single_host");
    this.#watches = new Map(rules.map((rule) => [rule, new Map<string, Watch>()]));
    this.#hostWatches = new Map(this.#hostRules.map((rule) => [rule, new Map<number, Watch>()]));
    const hostRuleMask = this.#hostRules.reduce((mask, rule) => mask | watchedMask(rule), 0);
    this.stages = Array.from({ length: options.partitions }, (_, partition) => {
      const owns = (host: number) => options.partitionOf(host) === partition;
      const { cellsMax, evidenceSlots } = options;
      return new HostStage({
        covers,
        scoping,
        directory,
        owns: options.partitions === 1 ? null : owns,
        hostRuleMask,
        withinSecondsMax: Math.max(0, ...rules.map(reachSecondsOf)),
        keptMask: rules.reduce((mask, rule) => mask | watchedMask(rule), ALWAYS_KEPT),
        cellsMax: Math.ceil(cellsMax / options.partitions),
        evidenceSlots,
      });
    });
    const withinMax = Math.max(0, ...rules.map(reachSecondsOf));
    this.#keepSeconds = options.retainSeconds + 2 * withinMax;
    this.#scopeStage = new ScopeStage({
      sink: options.sink,
      retainSeconds: options.retainSeconds,
      largerThan: (watch, record) => this.#largerThan(watch, record),
      hostWatchesOf: (watch) => this.#hostWatchesOf(watch),
    });
  }

  fold(batch: FactBatch, from: number, to: number): void {
    for (const stage of this.stages) stage.fold(batch, from, to);
  }

  /** Evaluates what changed since the last call and moves incidents to this log time. */
  settle(logTimeMs: number): void {
    const logSecond = Math.floor(logTimeMs / 1_000);
    for (const { silent } of this.stages) silent.look(logSecond);
    for (const stage of this.stages) this.#flush(stage);
    this.#scopeStage.settle(logTimeMs);
    for (const { hot } of this.stages) hot.pass(logSecond, this.#options.retainSeconds);
    if (logSecond >= this.#nextSweepSecond) this.#sweep(logSecond);
    for (const stage of this.stages) {
      if (!stage.isFull) continue;
      stage.makeRoom(LIMITS.sweepEverySeconds);
      this.#scopeStage.raiseHorizon(stage.hot.horizonSecond);
    }
  }

  /**
   * Who looks at least so often sees every incident of an ordered log before it ends: it stays open
   * so long after its last second. Nor does a longer step say who was silent in it.
   */
  get lookEverySeconds(): number {
    const joins = this.#options.rules.map(joinSecondsOf);
    return Math.min(LIMITS.graceSeconds + Math.min(...joins), LIMITS.silentStepSeconds);
  }

  /** In this second of log time something falls due that no fact brings; infinity where nothing. */
  dueSecond(): number {
    return this.#scopeStage.dueSecond();
  }

  finish(): void {
    this.#scopeStage.finish();
  }

  /** Facts that came more than `retain` behind log time. */
  get beyondRetain(): number {
    return this.stages.reduce((sum, stage) => sum + stage.hot.beyondRetain, 0);
  }

  #flush(stage: HostStage): void {
    stage.covers.forEach((cover, number) => {
      const definition = this.#options.scoping.definitions[cover.definition]!;
      const { values } = stage.members[cover.definition]!;
      stage.drainScopes(number, (scope, from, to, late) => {
        const value = values[scope]!;
        const most = this.#mostCovered(stage, number, scope, value, from, to);
        for (const { rule, hosts } of this.#usesOfCover[number]!) {
          // Most scopes are quiet: nothing to watch where no incident is near nor can begin.
          if (most < hosts && this.#watches.get(rule)!.get(value)?.hasNear({ from, to }) !== true) {
            continue;
          }
          const key = { name: definition.name, value };
          this.#scopeStage.touch(this.#watch(rule, key), from, to, late);
        }
      });
    });
    stage.hot.dirty.drain((host, from, to, late) => {
      for (const rule of this.#hostRules) {
        // A hot second counts for `within` seconds; a host's series has no row for its end.
        this.#scopeStage.touch(
          this.#hostWatch(rule, stage, host),
          from,
          to + rule.withinSeconds,
          late,
        );
      }
    });
  }

  /** No second of [from, to] is covered by more hosts than this, all partitions together. */
  #mostCovered(
    stage: HostStage,
    cover: number,
    scope: number,
    value: string,
    from: number,
    to: number,
  ): number {
    let most = stage.series(cover, scope)?.mostBetween(from, to) ?? 0;
    for (const other of this.stages) {
      if (other === stage) continue;
      const number = other.members[other.covers[cover]!.definition]!.numberOf(value);
      most += (number < 0 ? undefined : other.series(cover, number))?.mostBetween(from, to) ?? 0;
    }
    return most;
  }

  #watch(rule: Rule, scope: ScopeKey): Watch {
    const watches = this.#watches.get(rule)!;
    let watch = watches.get(scope.value);
    if (watch === undefined) {
      const { directory } = this.#options;
      const uses = this.#usesOf.get(rule)!;
      const reader = new DirectScopeReader(this.stages, directory, uses, scope.value);
      watch = new Watch(rule, scope, reader);
      watches.set(scope.value, watch);
    }
    return watch;
  }

  #hostWatch(rule: Rule, stage: HostStage, host: number): Watch {
    const watches = this.#hostWatches.get(rule)!;
    const id = stage.directoryId(host);
    let watch = watches.get(id);
    if (watch === undefined) {
      const label = this.#options.directory.labelOf(id);
      const reader = new DirectHostReader(stage, host, rule, label);
      watch = new Watch(rule, { name: "host", value: label }, reader);
      watches.set(id, watch);
    }
    return watch;
  }

  /** The incident of the host's scopes that a single host's is told with. */
  #largerThan(watch: Watch, record: IncidentRecord): LargerIncident | null {
    if (!(watch.reader instanceof DirectHostReader)) return null;
    const { stage, host } = watch.reader;
    const span = { from: record.startedAt, to: record.lastSeenAt };
    const explained: Explained[] = [];
    for (const [rule, watches] of this.#watches) {
      if (rule.type === "single_host" || (rule.gaugeMask & record.rule.gaugeMask) === 0) continue;
      const members = stage.members[this.#definitionOf(rule)]!;
      const scope = members.scopeOf(host);
      const scopeWatch = scope < 0 ? undefined : watches.get(members.values[scope]!);
      if (scopeWatch === undefined) continue;
      for (const by of livingIn(scopeWatch.records, span)) {
        const takesPart = isHotBetween(stage, host, rule.gaugeMask, by.startedAt, by.lastSeenAt);
        if (takesPart) explained.push({ by, slackSeconds: rule.withinSeconds });
      }
    }
    return holderOf(span, explained);
  }

  #definitionOf(rule: Rule): number {
    return this.#definitions.get(rule) ?? -1;
  }

  #hostWatchesOf(watch: Watch): Watch[] {
    if (this.#hostRules.length === 0) return [];
    const definition = this.#definitionOf(watch.rule);
    const found: Watch[] = [];
    for (const stage of this.stages) {
      const members = stage.members[definition]!;
      const scope = members.numberOf(watch.scope.value);
      if (scope < 0) continue;
      members.visitHot(scope, (host) => {
        for (const watches of this.#hostWatches.values()) {
          const single = watches.get(stage.directoryId(host));
          if (single !== undefined && single.records.some((other) => other.revision > 0)) {
            found.push(single);
          }
        }
      });
    }
    return found;
  }

  #sweep(logSecond: number): void {
    this.#nextSweepSecond = logSecond + LIMITS.sweepEverySeconds;
    this.#scopeStage.retire();
    const before = this.#scopeStage.forgettableBefore(logSecond - this.#keepSeconds);
    for (const stage of this.stages) stage.forgetBefore(before);
  }
}
