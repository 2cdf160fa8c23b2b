import type { IncidentRecord } from "../scope/incident-record.ts";
import { isOpen } from "../scope/incident-record.ts";
import { unknownOf } from "./host-count.ts";
import { wordsOf } from "./signal-words.ts";
import { endSentences } from "./silence-words.ts";
import type { Figures, Story } from "./story.ts";
import { formatDuration, formatMoment, formatSpan } from "./words.ts";

/** The words for one host alone: a port scan, a dead service, a misconfigured client. */
export function singleHostStory(
  record: IncidentRecord,
  figures: Figures,
  announcements: readonly string[],
): Story {
  const words = wordsOf(figures.gaugeMask);
  const host = record.scope.value;
  const { startedAt } = record;
  const { lastHotSecond } = figures;
  const lasted = formatDuration(lastHotSecond - startedAt + 1);
  const title = isOpen(record)
    ? `${host}: this host alone ${words.nowOfOne}`
    : `${host}: this host alone ${words.pastOfOne} for ${lasted}`;
  const what = isOpen(record)
    ? `Since ${formatMoment(startedAt)}, ${host} has ${words.pastOfOne}`
    : `In the ${lasted} ${formatSpan(startedAt, lastHotSecond)}, ${host} ${words.pastOfOne}`;
  const summary = [
    `${what}: ${words.measure(figures)}.`,
    "Too few other hosts did so at that time to meet a rule.",
    "One host alone is most often a port scan, a service that is down or a misconfigured client.",
    unknownOf(figures.gaugeMask),
    ...endSentences(record),
    ...announcements,
  ].join(" ");
  return {
    kind: "single_host",
    title,
    summary,
    severityReasons: ["one host alone", words.measure(figures)],
    confidence: "low",
  };
}
