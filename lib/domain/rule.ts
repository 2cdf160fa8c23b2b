import type { Severity } from "./severity.ts";

/** `canary` is no rule of a configuration: its incidents are about the pipeline itself. */
export const RULE_TYPES = ["host_count", "single_host", "flood", "canary"] as const;
export type RuleType = (typeof RULE_TYPES)[number];

/** So many hosts, each hot for so long without a break, are no coincidence. */
export interface DwellStep {
  readonly hosts: number;
  readonly dwellSeconds: number;
  /** Bits of GAUGES: what makes a host count here. */
  readonly gaugeMask: number;
}

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
  /** Null where breadth and strength of each incident decide. */
  readonly severity: Severity | null;
  /** Any one of them makes the condition hold; absent where `hosts` within the window does. */
  readonly steps?: readonly DwellStep[];
  /** Of a rule with steps: a host is hot without a break while no longer pause lies between. */
  readonly gapSeconds?: number;
}

/** Every gauge that decides or measures. */
export function watchedMask({ gaugeMask, steps = [] }: Rule): number {
  return steps.reduce((mask, step) => mask | step.gaugeMask, gaugeMask);
}

/** The gauges of which a hot second makes a rule of single hosts hold. */
export function decidingMask({ gaugeMask, steps }: Rule): number {
  return steps === undefined ? gaugeMask : steps.reduce((mask, step) => mask | step.gaugeMask, 0);
}

/** How far the facts that make a condition hold can lie before the second in which it does. */
export function reachSecondsOf({ withinSeconds, steps = [] }: Rule): number {
  return withinSeconds + Math.max(0, ...steps.map(({ dwellSeconds }) => dwellSeconds));
}
