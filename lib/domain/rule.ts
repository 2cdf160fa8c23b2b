import type { Severity } from "./severity.ts";

/** `canary` is no rule of a configuration: its incidents are about the pipeline itself. */
export const RULE_TYPES = ["host_count", "single_host", "flood", "canary"] as const;
export type RuleType = (typeof RULE_TYPES)[number];

/** One rule as the detector evaluates it (contracts.md section 5). */
export interface Rule {
  readonly name: string;
  readonly type: RuleType;
  /** Name of a scope definition; `host` for single_host. */
  readonly scope: string;
  /** Bits of lib/domain/gauge.ts GAUGES that make a second hot for this rule. */
  readonly gaugeMask: number;
  /** The signal or class as configured, for titles and the configuration hash. */
  readonly signal: string;
  /** Distinct hosts needed. */
  readonly hosts: number;
  readonly withinSeconds: number;
  /**
   * Episodes closer than this are one incident beyond what `within` already joins; 0 unless set.
   */
  readonly reopenWithinSeconds: number;
  readonly severity: Severity;
}
