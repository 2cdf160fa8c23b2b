import type { ScopeKey } from "./scope.ts";

/**
 * How far an incident reaches now, told to the partitions of `tallies` that hold single hosts of
 * it: a single host's incident is told with the larger one that holds all of it.
 */
export interface Outline {
  /** Name of the rule. */
  readonly rule: string;
  readonly scope: ScopeKey;
  /** Of the incident. */
  readonly id: string;
  /** First evidence and last second in which the condition held, since 1970 UTC; inclusive. */
  readonly startedAt: number;
  readonly lastSeenAt: number;
  /** False when it was withdrawn: then it holds nothing any more. */
  readonly isLiving: boolean;
  /** Partition of `tallies` that the incident is folded in. */
  readonly partition: number;
  /** Offset there that the outline includes; a larger one replaces a smaller one. */
  readonly revision: number;
}
