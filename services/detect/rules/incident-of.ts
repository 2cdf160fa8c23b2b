import { signalsOf } from "../../../lib/domain/gauge.ts";
import type {
  Evidence,
  Incident,
  IncidentHost,
  SignalMeasure,
} from "../../../lib/domain/incident.ts";
import { formatTime } from "../../../lib/domain/time.ts";
import { LIMITS } from "../limits.ts";
import type { IncidentRecord } from "../scope/incident-record.ts";
import { type Announced, NOTHING_ANNOUNCED } from "../scope/known-controls.ts";
import type { ParticipantView, SignalSums, Silence } from "../scope/reader.ts";
import type { Watch } from "../scope/watch.ts";
import { announcementsOf, deployEvidence } from "./announcements.ts";
import { coverageOf } from "./coverage.ts";
import { hostCountStory } from "./host-count.ts";
import { hypothesesFor } from "./hypotheses.ts";
import { nextStepsFor } from "./next-steps.ts";
import { floodStory } from "./flood.ts";
import { hasCounters, hasLines, isLimiterOnly } from "./signal-words.ts";
import { singleHostStory } from "./single-host.ts";
import { goneOf } from "./silence-words.ts";
import { type Figures, normalOf } from "./story.ts";

/** What an incident says of the world beside it. */
export interface Background {
  /** Hosts that its scope is known to have. */
  readonly hostsSeen: number;
  /** Of these, who has stopped sending samples. */
  readonly silence: Silence;
  /** Earlier incidents of the same rule on the same scope that are still remembered. */
  readonly recurrence: Incident["recurrence"];
}

export interface IncidentContext {
  readonly configHash: string;
  readonly changes: readonly string[];
  /** Hosts that the inventory puts into the scope; null without one. */
  readonly hostsExpected: number | null;
  /** As it was when the incident was published; absent where that is now. */
  readonly background?: Background;
  /** What the counts do not hold yet, as sentences; absent where nothing can lag. */
  readonly behind?: readonly string[];
  /** What people and tools have said of its time; absent where nobody can. */
  readonly announced?: Announced;
}

/** The incident of contracts.md section 4, from a record and the facts it stands on. */
export function incidentOf(
  watch: Watch,
  record: IncidentRecord,
  context: IncidentContext,
): Incident {
  const { rule, scope } = record;
  const background = context.background ?? backgroundOf(watch, record);
  const { silence, recurrence } = background;
  const figures = figuresOf(watch, record, background);
  const isSingle = rule.type === "single_host";
  const { announced = NOTHING_ANNOUNCED } = context;
  const announcements = announcementsOf(record, announced);
  const storyOf = rule.type === "flood" ? floodStory : isSingle ? singleHostStory : hostCountStory;
  const story = storyOf(record, figures, announcements);
  const deploy = deployEvidence(record, announced);
  return {
    schemaVersion: 1,
    id: record.id,
    revision: record.revision,
    state: record.state,
    escalation: record.escalation,
    mergedInto: record.mergedInto,
    closeReason: record.closeReason,
    rule: { name: rule.name, type: rule.type, version: 1, configHash: context.configHash },
    kind: story.kind,
    severity: record.severity,
    severityReasons: story.severityReasons,
    confidence: story.confidence,
    title: story.title,
    summary: story.summary,
    scope,
    parts: [],
    startedAt: timeOf(record.startedAt),
    metAt: timeOf(record.metAt),
    lastSeenAt: timeOf(record.lastSeenAt),
    detectedAt: formatTime(record.detectedAtMs),
    confirmedAt: record.confirmedAtMs === null ? null : formatTime(record.confirmedAtMs),
    revisedAt: formatTime(record.revisedAtMs),
    resolvedAt: record.resolvedAtMs === null ? null : formatTime(record.resolvedAtMs),
    hosts: {
      count: record.hostCount,
      list: hostsOf(figures.participants.slice(0, LIMITS.hostsListedMax)),
      truncated: figures.participants.length > LIMITS.hostsListedMax,
    },
    measure: {
      offeredPeakPerSecond: figures.offeredPeakPerSecond,
      suppressed: figures.suppressed,
      baselinePerSecond: normalOf(figures),
      signals: figures.signals.map(measureOf),
    },
    coverage: coverageOf(watch.reader, record, {
      hostsSeen: figures.hostsSeen,
      silence,
      hostsExpected: context.hostsExpected,
      behind: context.behind ?? [],
    }),
    attribution: {
      sources: "unknown",
      spoofable: true,
      sentence: `${attributionOf(figures.gaugeMask)}; addresses need a capture.`,
    },
    hypotheses: isSingle ? [] : hypothesesFor(figures.participants, rule.withinSeconds, deploy),
    attack: [],
    evidence: evidenceOf(record),
    changes: context.changes,
    recurrence,
    nextSteps: nextStepsFor(figures.gaugeMask),
    latency: { lineToIngestMs: null, ingestToDetectMs: null },
  };
}

function attributionOf(gaugeMask: number): string {
  if (!hasLines(gaugeMask)) return "A counter names no source";
  if (hasCounters(gaugeMask)) return "Neither a line nor a counter names a source";
  const isLimiter = isLimiterOnly(gaugeMask);
  return isLimiter ? "A rate-limit line names no source" : "These lines name no sender";
}

function measureOf({ signal, hosts, offeredPeakPerSecond, suppressed }: SignalSums): SignalMeasure {
  return { signal, hosts, offeredPeakPerSecond, suppressed };
}

function figuresOf(
  watch: Watch,
  record: IncidentRecord,
  { hostsSeen, silence }: Background,
): Figures {
  const { startedAt, lastSeenAt } = record;
  const figures = watch.figures.between(startedAt, lastSeenAt);
  const participants = figures.participants.toSorted(
    (a, b) => b.suppressed - a.suppressed || (a.host < b.host ? -1 : 1),
  );
  return {
    ...figures,
    participants,
    hostsSeen: Math.max(hostsSeen, record.hostCount, participants.length),
    gone: goneOf(silence, startedAt, participants),
    lastHotSecond: Math.max(startedAt, watch.reader.endOf(lastSeenAt)),
  };
}

function timeOf(second: number): string {
  return formatTime(second * 1_000);
}

/** Most hosts of an incident were hot by the same gauges, in the same seconds. */
function hostsOf(participants: readonly ParticipantView[]): IncidentHost[] {
  const signals = toldOnce(signalsOf);
  const time = toldOnce(timeOf);
  return participants.map((participant) => ({
    host: participant.host,
    firstSeenAt: time(participant.firstSecond),
    lastSeenAt: time(participant.lastSecond),
    signals: signals(participant.gaugeMask),
    offeredPeak: participant.offeredPeak,
    suppressed: participant.suppressed,
  }));
}

function toldOnce<T>(tell: (number: number) => T): (number: number) => T {
  const told = new Map<number, T>();
  return (number) => {
    let answer = told.get(number);
    if (answer === undefined) told.set(number, (answer = tell(number)));
    return answer;
  };
}

function evidenceOf({ quotes }: IncidentRecord): Evidence[] {
  return quotes
    .toSorted((a, b) => a.second - b.second || (a.host < b.host ? -1 : 1))
    .map(({ host, second, text, at }) => ({ host, time: timeOf(second), text, at }));
}

/** What else is known now; of an incident that is worded later, keep it when it is published. */
export function backgroundOf({ reader, records }: Watch, record: IncidentRecord): Background {
  const earlier = records.filter(
    (other) => other.state !== "withdrawn" && other.metAt < record.metAt,
  );
  const recurrence = { count: earlier.length, lastId: earlier.at(-1)?.id ?? null };
  return { hostsSeen: reader.hostsSeen(), silence: reader.silence(), recurrence };
}
