import type { Canary } from "./canary.ts";
import type { Gauge } from "./gauge.ts";
import type { ScopeKey } from "./scope.ts";

/**
 * What one observations partition knows of one scope, for a block of seconds and one rule. The
 * three
 * value columns are parallel to `seconds`; a second that is not listed is unchanged, never zero.
 */
export interface Tally {
  /** Of everything the values depend on; only equal hashes are summed. */
  readonly ruleHash: string;
  readonly scope: ScopeKey;
  /** Partition of `observations`. */
  readonly partition: number;
  /** Observations offset the values include; a larger one replaces a smaller one, per second. */
  readonly revision: number;
  /** Seconds since 1970 UTC that the offsets of `seconds` count from. */
  readonly baseSecond: number;
  /** Offsets from baseSecond, ascending and distinct. */
  readonly seconds: ArrayLike<number>;
  /** How many more hosts cover that second than the one before it; fewer where negative. */
  readonly changes: ArrayLike<number>;
  /** Packets wanted in that second, summed over the cells. */
  readonly offered: ArrayLike<number>;
  /** Packets refused in that second, summed over the cells. */
  readonly suppressed: ArrayLike<number>;
  /** Hosts of the scope that this partition has seen so far. */
  readonly hostsSeen: number;
  /** Of these, hosts that have sent samples. */
  readonly hostsSampled: number;
  /** Hosts whose settings hide something, in the order of lib/domain/posture.ts BLIND_SPOTS. */
  readonly blind: ArrayLike<number>;
  /** Of the sampled, hosts that have sent none for so long that they are silent. */
  readonly hostsSilent: number;
  /** Labels of those of them that were heard last, the latest first; not all where many are. */
  readonly silent: readonly string[];
  /** Parallel to `silent`: when the last sample came, in seconds of log time. */
  readonly silentSince: ArrayLike<number>;
  /** Facts of the scope that came after log time had passed their second, so far. */
  readonly lateFacts: number;
}

/**
 * One run of hot seconds of one host: published when it opens, closes, doubles or is taken back.
 */
export interface Participant {
  readonly ruleHash: string;
  readonly scope: ScopeKey;
  readonly partition: number;
  readonly realm: string;
  readonly host: string;
  readonly gauge: Gauge;
  /** First hot second, since 1970 UTC. With host, gauge and rule it names the run. */
  readonly fromSecond: number;
  /** Last hot second, inclusive; below fromSecond when late facts took the whole run back. */
  readonly toSecond: number;
  readonly offeredPeak: number;
  readonly offeredPeakSecond: number;
  readonly suppressed: number;
  /** The run's first line; null beyond the first hosts of an episode. */
  readonly text: string | null;
  /** Position of that line: `topic/partition@offset#line` or `file#line`. */
  readonly at: string | null;
  /** A sample that came later shows that the run is over; no line can show that. */
  readonly isOverProven: boolean;
  /** Observations offset the run includes; a larger one replaces a smaller one. */
  readonly revision: number;
}

/** One partition has been folded up to here: stands for all scopes that have nothing to say. */
export interface Heartbeat {
  /** Partition of `observations`. */
  readonly partition: number;
  /** Offset of the last observations record that was folded. */
  readonly offset: number;
  readonly logTimeMs: number;
  /** Sources that no longer hold log time back, because they stopped ticking. */
  readonly missingSources: readonly string[];
  /** On their way to the other end: no fold looks at them. */
  readonly canaries: readonly Canary[];
}
