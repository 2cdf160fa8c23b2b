import type { Span } from "../../services/detect/scope/episodes.ts";
import type { ScopeReader } from "../../services/detect/scope/reader.ts";

/** A scope of three hosts of which only the yes-seconds matter: the test says which they are. */
export abstract class FixedReader implements ScopeReader {
  readonly isAdditive = false;

  abstract yesRuns(from: number, to: number): Span[];

  startOf = (metAt: number): number => metAt;
  endOf = (lastSeenAt: number): number => lastSeenAt;
  hostCount = (): number => 3;
  sums = () => ({ offeredPeakPerSecond: 0, suppressed: 0 });
  participants = () => [];
  quotes = () => [];
  signalSums = () => [];
  blindness = () => ({ hostsSampled: 0, spots: [], linesMissing: [] });
  silence = () => ({ hosts: 0, named: [] });
  isQuietProven = (): boolean => false;
  hostsSeen = (): number => 3;
}
