import type { Signal } from "../../../lib/domain/gauge.ts";
import type { Span, Sums } from "./episodes.ts";

/** One host's part in an incident. Seconds are inclusive. */
export interface ParticipantView {
  readonly host: string;
  readonly firstSecond: number;
  readonly lastSecond: number;
  /** Bits of GAUGES that were hot. */
  readonly gaugeMask: number;
  readonly offeredPeak: number;
  readonly suppressed: number;
}

/** The first line of a participant, as it was written, and where it stands. */
export interface Quote {
  readonly host: string;
  readonly second: number;
  readonly text: string;
  readonly at: string;
}

/** Sums of one signal inside an incident whose rule watches several. */
export interface SignalSums extends Sums {
  readonly signal: Signal;
  readonly hosts: number;
}

/** What of a scope's hosts is not seen, and why. */
export interface Blindness {
  /** Hosts that have sent samples. */
  readonly hostsSampled: number;
  /** Hosts by what their settings hide, in the order of BLIND_SPOTS. */
  readonly spots: ArrayLike<number>;
  /** Hosts whose counters say that the kernel wrote lines, while none came. */
  readonly linesMissing: readonly string[];
}

/** Hosts of a scope that send samples and have stopped doing so. */
export interface Silence {
  readonly hosts: number;
  /** Those that were heard last, the latest first; not all where many are. */
  readonly named: readonly SilentHost[];
}

export interface SilentHost {
  readonly host: string;
  /** When its last sample came, in log time. */
  readonly sinceSecond: number;
}

export const NOBODY_SILENT: Silence = { hosts: 0, named: [] };

/** What a rule asks of the facts of one scope, whoever holds them. Seconds are inclusive. */
export interface ScopeReader {
  /**
   * Runs of seconds in [from, to] in which the rule's condition holds, or with `hosts` those in
   * which at least so many count.
   */
  yesRuns(from: number, to: number, hosts?: number): Span[];
  /**
   * Whether what it measures of two spans, one right after the other, adds up to what it measures
   * of both.
   */
  readonly isAdditive: boolean;
  /** The earliest hot second in (metAt - within, metAt]. */
  startOf(metAt: number): number;
  /** The latest hot second in (lastSeenAt - within, lastSeenAt]. */
  endOf(lastSeenAt: number): number;
  /** Distinct hosts with a hot second in [from, to]. */
  hostCount(from: number, to: number): number;
  sums(from: number, to: number): Sums;
  participants(from: number, to: number): ParticipantView[];
  /** First lines of at most `most` participants, the earliest first. */
  quotes(from: number, to: number, most: number): Quote[];
  signalSums(from: number, to: number): SignalSums[];
  blindness(from: number, to: number): Blindness;
  silence(): Silence;
  /**
   * Whether every host with a hot second in [from, to] has sent a sample since its last one, and
   * sends them still: then counters show that it is over.
   */
  isQuietProven(from: number, to: number): boolean;
  /** Hosts that the scope is known to have. */
  hostsSeen(): number;
}
