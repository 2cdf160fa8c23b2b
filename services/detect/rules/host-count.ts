import type { IncidentRecord } from "../scope/incident-record.ts";
import { isOpen } from "../scope/incident-record.ts";
import { isLimiterOnly, wordsOf } from "./signal-words.ts";
import type { Figures, Story } from "./story.ts";
import { countOf, formatCount, formatDuration, formatMoment, formatSpan } from "./words.ts";

/** The words of an incident whose explicit rule was met: what was seen, without a cause. */
export function hostCountStory(record: IncidentRecord, figures: Figures): Story {
  const { rule, scope } = record;
  const words = wordsOf(figures.gaugeMask);
  const visible = `${formatCount(record.hostCount)} of ${countOf(figures.hostsSeen, "visible host")}`;
  const lasted = record.lastSeenAt - record.startedAt + 1;
  const title = isOpen(record)
    ? `${scope.value}: ${visible} ${words.now}`
    : `${scope.value}: ${visible} ${words.past} for ${formatDuration(lasted)}`;
  const when = isOpen(record)
    ? `Since ${formatMoment(record.startedAt)}`
    : `In the ${formatDuration(lasted)} ${formatSpan(record.startedAt, record.lastSeenAt)}`;
  const met =
    `The rule "${rule.name}" asks for ${countOf(rule.hosts, "host")} within ` +
    `${formatDuration(rule.withinSeconds)}; that was first so at ${formatMoment(record.metAt)}.`;
  const summary = [
    `${when}, ${countOf(record.hostCount, "host")} of ${scope.name} ${scope.value} ${words.past}: ` +
      `${measureOf(figures, words.offered, words.suppressed)}.`,
    met,
    "The rule counts hosts and has no opinion on the cause.",
    unknownOf(figures.gaugeMask),
    "Deploys: not connected.",
  ].join(" ");
  return {
    title,
    summary,
    severityReasons: [
      `${countOf(record.hostCount, "host")} at once, ${formatCount(rule.hosts)} needed`,
      `${formatCount(figures.offeredPeakPerSecond)}/s ${words.offered} at the peak`,
    ],
    confidence: "high",
  };
}

export function measureOf(figures: Figures, offered: string, suppressed: string): string {
  const peak = `${formatCount(figures.offeredPeakPerSecond)} ${offered} in the worst second`;
  if (offered === suppressed) return `${formatCount(figures.suppressed)} ${suppressed}, ${peak}`;
  return `${peak}, ${formatCount(figures.suppressed)} ${suppressed} in all`;
}

/** What these lines cannot tell (kernel.md section 1.1). */
export function unknownOf(gaugeMask: number): string {
  if (!isLimiterOnly(gaugeMask)) return "These lines do not say who sent the packets.";
  return (
    "A limit line names no source, so who sent the packets is unknown; " +
    "a host that refuses fewer packets than its limit writes no line and is not counted."
  );
}
