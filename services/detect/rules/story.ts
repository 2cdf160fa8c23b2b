import type { Confidence, IncidentKind } from "../../../lib/domain/incident.ts";
import type { SpanFigures } from "../scope/growing-figures.ts";
import { hasLines } from "./signal-words.ts";
import type { Gone } from "./silence-words.ts";

/** What an incident measured, gathered once for all its words. */
export interface Figures extends SpanFigures {
  readonly hostsSeen: number;
  readonly gone: Gone;
  /** The last hot second; lastSeenAt also counts the seconds that it still covers. */
  readonly lastHotSecond: number;
}

/** The words of an incident: plain, for a person at 3 a.m. */
export interface Story {
  readonly kind: IncidentKind;
  readonly title: string;
  readonly summary: string;
  readonly severityReasons: readonly string[];
  readonly confidence: Confidence;
}

/** What the hosts together would have counted in the worst second; lines know no normal. */
export function normalOf({
  gaugeMask,
  offeredPeakPerSecond,
  suppressedAtPeak,
}: Figures): number | null {
  if (hasLines(gaugeMask) || suppressedAtPeak === undefined) return null;
  return offeredPeakPerSecond - suppressedAtPeak;
}
