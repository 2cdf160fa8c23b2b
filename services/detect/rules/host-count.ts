import { formatTime } from "../../../lib/domain/time.ts";
import type { IncidentRecord } from "../scope/incident-record.ts";
import { isOpen } from "../scope/incident-record.ts";
import { hasCounters, hasLines, isLimiterOnly, wordsOf } from "./signal-words.ts";
import { endSentences, goneSentences, goneTail } from "./silence-words.ts";
import type { Figures, Story } from "./story.ts";
import { countOf, formatCount, formatDuration, formatMoment, formatSpan } from "./words.ts";
import { formatClock } from "./words.ts";

/** The words of an incident whose explicit rule was met: what was seen, without a cause. */
export function hostCountStory(
  record: IncidentRecord,
  figures: Figures,
  announcements: readonly string[],
): Story {
  const { rule, scope, startedAt, metAt } = record;
  const words = wordsOf(figures.gaugeMask);
  const seenHosts = countOf(figures.hostsSeen, "visible host");
  const visible = `${formatCount(record.hostCount)} of ${seenHosts}`;
  // lastSeenAt also counts the seconds for which the last line still speaks.
  const lastHotAt = Math.min(figures.lastHotSecond, record.lastSeenAt);
  const lasted = formatDuration(lastHotAt - startedAt + 1);
  const isAll = scope.value === "all";
  const title = isOpen(record)
    ? `${visible} ${words.now}`
    : `${visible} ${words.past} for ${lasted}`;
  const seen = `${countOf(record.hostCount, "host")} of ${isAll ? "the " : ""}${scope.name}`;
  const who = isAll ? seen : `${seen} ${scope.value}`;
  const what = isOpen(record)
    ? `Since ${formatMoment(startedAt)}, ${who} have ${words.past}`
    : `In the ${lasted} ${formatSpan(startedAt, lastHotAt)}, ${who} ${words.past}`;
  const met = isSameDay(startedAt, metAt) ? formatClock(metAt) : formatMoment(metAt);
  const summary = [
    `${what}: ${words.measure(figures)}.`,
    `The rule "${rule.name}" was first met at ${met}: ` +
      `${countOf(rule.hosts, "host")} within ${formatDuration(rule.withinSeconds)}. ` +
      "It counts hosts and has no opinion on the cause.",
    ...goneSentences(figures.gone),
    unknownOf(figures.gaugeMask),
    ...endSentences(record),
    ...announcements,
  ].join(" ");
  return {
    kind: "host_count",
    title: `${isAll ? scope.name : scope.value}: ${title}${goneTail(figures.gone)}`,
    summary,
    severityReasons: [
      `${countOf(record.hostCount, "host")}, ${formatCount(rule.hosts)} needed`,
      words.measure(figures),
    ],
    confidence: "high",
  };
}

function isSameDay(second: number, other: number): boolean {
  const dayOf = (moment: number) => formatTime(moment * 1_000).slice(0, 10);
  return dayOf(second) === dayOf(other);
}

/** What these lines cannot tell (kernel.md section 1.1). */
export function unknownOf(gaugeMask: number): string {
  if (!hasLines(gaugeMask)) return "Counters do not say who sent the packets.";
  if (hasCounters(gaugeMask)) return "Lines and counters do not say who sent the packets.";
  if (!isLimiterOnly(gaugeMask)) return "These lines do not say who sent the packets.";
  return (
    "A limit line names no source, so who sent the packets is unknown; " +
    "a host that refuses fewer packets than its limit writes no line and is not counted."
  );
}
