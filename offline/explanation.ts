import { type Strength, strengthOf } from "../lib/domain/flood-steps.ts";
import type { HostDirectory } from "../lib/domain/host-directory.ts";
import type { IncidentState } from "../lib/domain/incident.ts";
import type { Rule } from "../lib/domain/rule.ts";
import type { ScopeKey } from "../lib/domain/scope.ts";
import { formatTime } from "../lib/domain/time.ts";
import { DirectScopeReader } from "../services/detect/host/direct-reader.ts";
import type { Detector } from "../services/detect/pipeline.ts";
import type { IncidentRecord } from "../services/detect/scope/incident-record.ts";
import type { IncidentSink } from "../services/detect/scope/incident-sink.ts";
import type { Watch } from "../services/detect/scope/watch.ts";
import { detectorInto, type FoldOptions } from "./detector-of.ts";
import { type NearMiss, NearMissFinder, overlap } from "./near-misses.ts";
import { hostsAt, type Peak, peakOf, type Seconds } from "./peak.ts";

export interface ExplainedRule {
  readonly name: string;
  readonly type: Rule["type"];
  readonly signal: string;
  readonly hosts: number;
  readonly withinSeconds: number;
}

/** Most hosts that counted at once, and the first second in which they did. */
export interface ExplainedPeak {
  readonly at: string;
  readonly count: number;
  readonly hosts: readonly string[];
}

interface Explained {
  readonly rule: ExplainedRule;
  readonly scope: ScopeKey;
  readonly needed: number;
  readonly peak: ExplainedPeak;
}

export interface ExplainedIncident extends Explained {
  readonly type: "incident";
  readonly id: string;
  readonly state: IncidentState;
  readonly startedAt: string;
  readonly metAt: string;
  readonly lastSeenAt: string;
  /** Who counted in the second in which the rule was met. */
  readonly hostsAtMet: readonly string[];
  /** Hosts above the threshold at the peak. */
  readonly over: number;
  /** Of a rule with steps: which one was met, and how many hosts lasted so long. */
  readonly step: ExplainedStep | null;
}

export interface ExplainedStep {
  readonly strength: Strength;
  readonly dwellSeconds: number;
  readonly needed: number;
  readonly hosts: number;
}

export interface ExplainedNearMiss extends Explained {
  readonly type: "near_miss";
  /** First and last second in which half of the hosts counted. */
  readonly nearFrom: string;
  readonly nearUntil: string;
  /** Hosts that were missing at the peak. */
  readonly short: number;
  /** Whether a window twice as wide would have met the rule, and when. */
  readonly wider: {
    readonly withinSeconds: number;
    readonly met: boolean;
    readonly metAt: string | null;
  };
}

export type Explanation = ExplainedIncident | ExplainedNearMiss;

/** Why the rules were met, and where they nearly were: gathered while files are replayed. */
export class Explainer {
  readonly #rules: readonly Rule[];
  readonly #nearMisses: NearMissFinder;
  readonly #incidents: ExplainedIncident[] = [];
  readonly #met = new Map<Rule, Map<string, Seconds[]>>();

  constructor(rules: readonly Rule[]) {
    this.#rules = rules;
    this.#nearMisses = new NearMissFinder(rules);
  }

  /** The real rules, and those in their shadow, over the same facts. */
  detectorsOf(options: Omit<FoldOptions, "rules" | "directory">, directory: HostDirectory) {
    const into = (rules: readonly Rule[], sink: IncidentSink): Detector =>
      detectorInto({ ...options, directory, rules }, sink);
    const real: IncidentSink = {
      publish: () => undefined,
      finalise: (watch, record) => this.#explain(watch, record),
    };
    const { rules } = this.#nearMisses;
    const shadows = rules.length === 0 ? [] : [into(rules, this.#nearMisses)];
    return [into(this.#rules, real), ...shadows];
  }

  /** By the time they were met, incidents and near misses together. */
  explanations(): Explanation[] {
    const nearMisses = this.#nearMisses.nearMisses((rule, scope, span) =>
      (this.#met.get(rule)?.get(scope) ?? []).some((met) => overlap(met, span)),
    );
    return [...this.#incidents, ...nearMisses.map(explainedNearMiss)].toSorted((a, b) =>
      orderOf(a) < orderOf(b) ? -1 : 1,
    );
  }

  #explain(watch: Watch, record: IncidentRecord): void {
    if (record.state === "withdrawn") return;
    const { rule, scope, reader } = watch;
    const span = { from: record.metAt, to: record.lastSeenAt };
    let byScope = this.#met.get(rule);
    if (byScope === undefined) this.#met.set(rule, (byScope = new Map<string, Seconds[]>()));
    const spans = byScope.get(scope.value);
    if (spans === undefined) byScope.set(scope.value, [span]);
    else spans.push(span);
    const peak = peakOf(watch, record);
    this.#incidents.push({
      type: "incident",
      id: record.id,
      rule: explainedRule(rule),
      scope,
      state: record.state,
      startedAt: timeOf(record.startedAt),
      metAt: timeOf(record.metAt),
      lastSeenAt: timeOf(record.lastSeenAt),
      hostsAtMet: hostsAt(reader, record.metAt, rule.withinSeconds),
      needed: rule.hosts,
      over: peak.count - rule.hosts,
      step: explainedStep(watch, record.metAt),
      peak: explainedPeak(peak),
    });
  }
}

function explainedNearMiss({ rule, watch, span, peak, wider }: NearMiss): ExplainedNearMiss {
  const { withinSeconds, metAt } = wider;
  return {
    type: "near_miss",
    rule: explainedRule(rule),
    scope: watch.scope,
    nearFrom: timeOf(span.from),
    nearUntil: timeOf(span.to),
    needed: rule.hosts,
    short: rule.hosts - peak.count,
    peak: explainedPeak(peak),
    wider: { withinSeconds, met: metAt !== null, metAt: metAt === null ? null : timeOf(metAt) },
  };
}

function explainedStep({ reader, rule }: Watch, second: number): ExplainedStep | null {
  if (rule.type !== "flood" || !(reader instanceof DirectScopeReader)) return null;
  const met = reader.stepAt(second);
  if (met === null) return null;
  const { hosts: needed, dwellSeconds } = met.step;
  return { strength: strengthOf(met.step), dwellSeconds, needed, hosts: met.count };
}

function explainedRule({ name, type, signal, hosts, withinSeconds }: Rule): ExplainedRule {
  return { name, type, signal, hosts, withinSeconds };
}

function explainedPeak({ second, count, hosts }: Peak): ExplainedPeak {
  return { at: timeOf(second), count, hosts };
}

function timeOf(second: number): string {
  return formatTime(second * 1_000);
}

function orderOf(explanation: Explanation): string {
  const { scope, rule, type } = explanation;
  const at = explanation.type === "incident" ? explanation.metAt : explanation.nearFrom;
  return [at, scope.name, scope.value, rule.name, type].join("\0");
}
