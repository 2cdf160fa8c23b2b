import type { IncidentRecord } from "../scope/incident-record.ts";
import { isOpen } from "../scope/incident-record.ts";
import { measureOf, unknownOf } from "./host-count.ts";
import { wordsOf } from "./signal-words.ts";
import type { Figures, Story } from "./story.ts";
import { formatCount, formatDuration, formatMoment, formatSpan } from "./words.ts";

/** The words for one host alone: a port scan, a dead service, a misconfigured client. */
export function singleHostStory(record: IncidentRecord, figures: Figures): Story {
  const words = wordsOf(figures.gaugeMask);
  const host = record.scope.value;
  const lasted = figures.lastHotSecond - record.startedAt + 1;
  const one = (plural: string) =>
    plural.replace(/^are /, "is ").replace("their limit", "its limit");
  const title = isOpen(record)
    ? `${host}: this host alone ${one(words.now)}`
    : `${host}: this host alone ${words.past.replace("their limit", "its limit")} for ${formatDuration(lasted)}`;
  const when = isOpen(record)
    ? `Since ${formatMoment(record.startedAt)}`
    : `In the ${formatDuration(lasted)} ${formatSpan(record.startedAt, figures.lastHotSecond)}`;
  const summary = [
    `${when}, ${host} ${words.past.replace("their limit", "its limit")}: ` +
      `${measureOf(figures, words.offered, words.suppressed)}.`,
    "No other host of its scopes did so in numbers that meet a rule.",
    "One host alone is most often a port scan, a service that is down or a misconfigured client.",
    unknownOf(figures.gaugeMask),
    "Deploys: not connected.",
  ].join(" ");
  return {
    title,
    summary,
    severityReasons: [
      "one host alone",
      `${formatCount(figures.offeredPeakPerSecond)}/s ${words.offered} at the peak`,
    ],
    confidence: "low",
  };
}
