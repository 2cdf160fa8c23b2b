import type { RuleType } from "./rule.ts";
import type { ScopeKey } from "./scope.ts";
import type { Severity } from "./severity.ts";

/** The incident of contracts.md section 4: field names and order are the contract. */
export const INCIDENT_STATES = [
  "suspected",
  "confirmed",
  "fading",
  "resolved",
  "withdrawn",
] as const;
export type IncidentState = (typeof INCIDENT_STATES)[number];

export const CLOSE_REASONS = [
  "quiet_proven",
  "quiet_assumed",
  "withdrawn",
  "merged",
  "verdict",
  "rule_changed",
] as const;
export type CloseReason = (typeof CLOSE_REASONS)[number];

export const INCIDENT_KINDS = [
  "distributed_flood",
  "syn_flood",
  "sweep",
  "backscatter",
  "service_fault",
  "host_count",
  "single_host",
  "silence",
  "burst",
] as const;
export type IncidentKind = (typeof INCIDENT_KINDS)[number];

export type Confidence = "low" | "medium" | "high";
export type Standing = "likely" | "possible" | "unlikely";

export interface IncidentHost {
  readonly host: string;
  readonly firstSeenAt: string;
  readonly lastSeenAt: string;
  readonly signals: readonly string[];
  readonly offeredPeak: number;
  readonly suppressed: number;
}

export interface SignalMeasure {
  readonly signal: string;
  readonly hosts: number;
  readonly offeredPeakPerSecond: number;
  readonly suppressed: number;
}

export interface Coverage {
  readonly expected: number;
  readonly reporting: number;
  readonly unmeasured: number;
  readonly silent: readonly string[];
  /** Facts of this incident that came after its log time had passed. */
  readonly late: number;
  readonly blind: readonly string[];
}

export interface Hypothesis {
  readonly kind: IncidentKind;
  readonly standing: Standing;
  readonly for: readonly string[];
  readonly against: readonly string[];
}

export interface Evidence {
  readonly host: string;
  readonly time: string;
  readonly text: string;
  /** `topic/partition@offset#line` or `file#line`. */
  readonly at: string;
}

export interface NextStep {
  readonly title: string;
  readonly os: string | null;
  readonly command: string | null;
  readonly risk: "read_only" | "reversible" | "disruptive";
  readonly undo: string | null;
}

export interface AttackTechnique {
  readonly id: string;
  readonly name: string;
  readonly tactic: string;
}

export interface Incident {
  readonly schemaVersion: 1;
  readonly id: string;
  readonly revision: number;
  readonly state: IncidentState;
  readonly escalation: number;
  readonly mergedInto: string | null;
  readonly closeReason: CloseReason | null;
  readonly rule: {
    readonly name: string;
    readonly type: RuleType;
    readonly version: number;
    readonly configHash: string;
  };
  readonly kind: IncidentKind;
  readonly severity: Severity;
  readonly severityReasons: readonly string[];
  readonly confidence: Confidence;
  readonly title: string;
  readonly summary: string;
  readonly scope: ScopeKey;
  /** Ids of the smaller incidents this one is made of. */
  readonly parts: readonly string[];
  readonly startedAt: string;
  readonly metAt: string;
  readonly lastSeenAt: string;
  readonly detectedAt: string;
  readonly confirmedAt: string | null;
  readonly revisedAt: string;
  readonly resolvedAt: string | null;
  readonly hosts: {
    readonly count: number;
    readonly list: readonly IncidentHost[];
    readonly truncated: boolean;
  };
  readonly measure: {
    readonly offeredPeakPerSecond: number;
    readonly suppressed: number;
    readonly baselinePerSecond: number | null;
    readonly signals: readonly SignalMeasure[];
  };
  readonly coverage: Coverage;
  readonly attribution: {
    readonly sources: "unknown";
    readonly spoofable: boolean;
    readonly sentence: string;
  };
  readonly hypotheses: readonly Hypothesis[];
  readonly attack: readonly AttackTechnique[];
  readonly evidence: readonly Evidence[];
  readonly changes: readonly string[];
  readonly recurrence: { readonly count: number; readonly lastId: string | null };
  readonly nextSteps: readonly NextStep[];
  readonly latency: {
    readonly lineToIngestMs: number | null;
    readonly ingestToDetectMs: number | null;
  };
}
