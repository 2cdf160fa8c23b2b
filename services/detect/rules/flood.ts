import { gaugeMask } from "../../../lib/domain/gauge.ts";
import type { IncidentKind } from "../../../lib/domain/incident.ts";
import type { IncidentRecord } from "../scope/incident-record.ts";
import { isOpen } from "../scope/incident-record.ts";
import type { ParticipantView } from "../scope/reader.ts";
import { floodReasons, floodSeverity } from "./flood-severity.ts";
import { unknownOf } from "./host-count.ts";
import { onsetSpreadSeconds } from "./hypotheses.ts";
import { hasCounters, wordsOf } from "./signal-words.ts";
import { endSentences, goneSentences, goneTail } from "./silence-words.ts";
import { type Figures, normalOf, type Story } from "./story.ts";
import { countOf, formatCount, formatDuration, formatMoment, formatSpan } from "./words.ts";

/** Shorter than this is called a burst, whatever it was (detection.md section 6, "Names"). */
const FLOOD_SECONDS_MIN = 120;
/** A host that lasted this share of that took part in a flood, not in something passing. */
const LASTED_SHARE = 0.7;
/** Hosts that were lit one after the other: none of them much longer than this share of it all. */
const MOVING_SHARE = 0.4;
const MOVING_SPREAD_SECONDS_MIN = 30;

const SYN_GAUGES = gaugeMask(["syn_cookies", "syn_drops", "syn_flood"]);

/** What the hosts did together, by how long and in which order they did it. */
function kindOf(record: IncidentRecord, figures: Figures): IncidentKind {
  const { participants, lastHotSecond } = figures;
  const lasted = lastHotSecond - record.startedAt + 1;
  if (isMoving(participants, lasted)) return "sweep";
  const long = participants.filter(
    (host) => secondsOf(host) >= Math.min(lasted, FLOOD_SECONDS_MIN) * LASTED_SHARE,
  );
  const isTogether = long.length >= Math.max(3, participants.length / 2);
  // What goes on is no burst yet.
  if (!isOpen(record) && (lasted < FLOOD_SECONDS_MIN || !isTogether)) return "burst";
  const syn = participants.filter((host) => (host.gaugeMask & SYN_GAUGES) !== 0);
  return syn.length * 2 > participants.length ? "syn_flood" : "distributed_flood";
}

function isMoving(participants: readonly ParticipantView[], lasted: number): boolean {
  const spread = onsetSpreadSeconds(participants);
  if (spread < MOVING_SPREAD_SECONDS_MIN || spread < lasted * MOVING_SHARE) return false;
  const durations = participants.map(secondsOf).toSorted((a, b) => a - b);
  return durations[Math.floor(durations.length / 2)]! <= lasted * MOVING_SHARE;
}

function secondsOf({ firstSecond, lastSecond }: ParticipantView): number {
  return lastSecond - firstSecond + 1;
}

const NAMES: Readonly<Partial<Record<IncidentKind, string>>> = {
  syn_flood: "under a SYN flood",
  distributed_flood: "under a packet flood",
  sweep: "hit one after another",
  burst: "hit by a burst of packets",
};

/** The words of hosts that are far above their own normal together. */
export function floodStory(
  record: IncidentRecord,
  figures: Figures,
  announcements: readonly string[],
): Story {
  const { scope, startedAt } = record;
  const words = wordsOf(figures.gaugeMask);
  const seenHosts = countOf(figures.hostsSeen, "visible host");
  const visible = `${formatCount(record.hostCount)} of ${seenHosts}`;
  const { lastHotSecond } = figures;
  const lasted = formatDuration(lastHotSecond - startedAt + 1);
  const kind = kindOf(record, figures);
  const name = NAMES[kind] ?? "under a packet flood";
  const title = isOpen(record) ? `${visible} ${name}` : `${visible} were ${name} for ${lasted}`;
  const isAll = scope.value === "all";
  const whole = isAll ? "the fleet" : `${scope.name} ${scope.value}`;
  const who = `${countOf(record.hostCount, "host")} of ${whole}`;
  const what = isOpen(record)
    ? `Since ${formatMoment(startedAt)}, ${who} have ${words.past}`
    : `In the ${lasted} ${formatSpan(startedAt, lastHotSecond)}, ${who} ${words.past}`;
  const summary = [
    `${what}: ${words.measure(figures)}.`,
    onsetSentence(figures.participants),
    hasCounters(figures.gaugeMask)
      ? "Normal is what each host learnt of itself before this began."
      : "So many hosts do not reach their limit together for so long by chance.",
    ...goneSentences(figures.gone),
    unknownOf(figures.gaugeMask),
    ...endSentences(record),
    ...announcements,
  ];
  return {
    kind,
    title: `${isAll ? "fleet" : scope.value}: ${title}${goneTail(figures.gone)}`,
    summary: summary.join(" "),
    severityReasons: reasonsOf(record, figures),
    confidence: record.hostCount >= 10 ? "high" : "medium",
  };
}

/** Why it is as severe as it is. */
function reasonsOf(record: IncidentRecord, figures: Figures): string[] {
  const { hostCount: hosts, rule, severity } = record;
  const { hostsSeen, offeredPeakPerSecond } = figures;
  const extent = { hosts, hostsSeen, offeredPeakPerSecond };
  const reasons = floodReasons(extent, normalOf(figures));
  if (rule.severity !== null) return [...reasons, `the rule says ${severity}`];
  const isFormer = floodSeverity(extent) !== severity;
  return isFormer ? [...reasons, `${severity} as it was at its worst`] : reasons;
}

function onsetSentence(participants: readonly ParticipantView[]): string {
  const spread = onsetSpreadSeconds(participants);
  if (spread === 0) return "All began in the same second.";
  return `The first and the last of them began ${formatDuration(spread)} apart.`;
}
