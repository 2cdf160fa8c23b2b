import type { Confidence, IncidentKind } from "../../../lib/domain/incident.ts";
import type { SpanFigures } from "../scope/growing-figures.ts";

/** What an incident measured, gathered once for all its words. */
export interface Figures extends SpanFigures {
  readonly hostsSeen: number;
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
