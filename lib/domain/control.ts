import type { ScopeKey } from "./scope.ts";

/**
 * What people and deploy tools decide beside the detector; the first is what an unknown reads as.
 */
export const CONTROL_TYPES = [
  "note",
  "acknowledge",
  "silence",
  "maintenance",
  "deploy",
  "verdict",
] as const;
export type ControlType = (typeof CONTROL_TYPES)[number];

export const VERDICTS = ["attack", "benign", "false", "test"] as const;
export type Verdict = (typeof VERDICTS)[number];

/** One field of an incident that a silence looks at; all matchers must fit. */
export interface ControlMatcher {
  readonly field: string;
  readonly values: readonly string[];
}

/** One human or machine decision, latest per id; an end in the past expires it. */
export interface Control {
  readonly id: string;
  readonly type: ControlType;
  readonly author: string;
  readonly reason: string;
  /** When it was written. */
  readonly writtenAtMs: number;
  /** Event time [fromMs, untilMs); null is without end. */
  readonly fromMs: number;
  readonly untilMs: number | null;
  readonly incidentId: string | null;
  readonly scope: ScopeKey | null;
  /** Only for type verdict. */
  readonly verdict: Verdict | null;
  readonly matchers: readonly ControlMatcher[];
}
