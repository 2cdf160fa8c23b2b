import type { CloseReason, IncidentState } from "../../../lib/domain/incident.ts";
import type { Rule } from "../../../lib/domain/rule.ts";
import type { ScopeKey } from "../../../lib/domain/scope.ts";
import { compareSeverity, type Severity } from "../../../lib/domain/severity.ts";
import type { Span } from "./episodes.ts";
import type { Quote } from "./reader.ts";
import type { VerdictMark } from "./verdict-mark.ts";

/** One incident as the scope stage carries it: what was decided, not yet how it is worded. */
export interface IncidentRecord {
  readonly rule: Rule;
  readonly scope: ScopeKey;
  /** Frozen with the first revision, also when metAt moves. */
  id: string;
  /**
   * Order of opening, then of first publication: when two join, the one published first survives.
   */
  sequence: number;
  /** Seconds; first and last in which the condition held. */
  metAt: number;
  lastSeenAt: number;
  /** Seconds; the first evidence that belongs to the incident. */
  startedAt: number;
  state: IncidentState;
  closeReason: CloseReason | null;
  mergedInto: string | null;
  /** 0 until the first revision is out. */
  revision: number;
  /** Log times, milliseconds. */
  detectedAtMs: number;
  confirmedAtMs: number | null;
  revisedAtMs: number;
  resolvedAtMs: number | null;
  hostCount: number;
  /** Facts that came after log time had passed their second. */
  lateFacts: number;
  /** First lines of hosts, kept from revision to revision: where they came from forgets them. */
  quotes: readonly Quote[];
  /** From this second on it may have more to quote; null where nothing changed since. */
  quotesDueFrom: number | null;
  /** What a person has said it was; null where nobody has, or where it holds again since. */
  verdict: VerdictMark | null;
  /** What people and tools have said about it since the last revision. */
  news: readonly string[];
  /** It only rises while the incident is open; so often since its first revision. */
  severity: Severity;
  escalation: number;
  /** The largest per-second sum of what was offered, as far as it decides on the severity. */
  offeredPeakPerSecond: number;
  /** Hosts that fell silent since its start and still are. */
  silentHosts: number;
  /** What the last revision said, to tell whether a new one is due. */
  publishedHostCount: number;
  publishedSeverity: Severity | null;
  publishedSilentHosts: number;
  publishedState: IncidentState | null;
  /** Something beside the state changed since the last revision. */
  isChanged: boolean;
  /** Another incident joined this one since the last revision: said at once. */
  isJoined: boolean;
  /** Withdrawn because a larger incident holds all of it; told again where it outgrows that one. */
  isFolded: boolean;
}

/** What log time says of when it was found, and in which order. */
export interface Found {
  readonly id: string;
  readonly sequence: number;
  readonly logTimeMs: number;
}

export function newRecord(
  rule: Rule,
  scope: ScopeKey,
  { from, to }: Span,
  { id, sequence, logTimeMs }: Found,
): IncidentRecord {
  return {
    rule,
    scope,
    id,
    sequence,
    metAt: from,
    lastSeenAt: to,
    startedAt: from,
    state: "confirmed",
    closeReason: null,
    mergedInto: null,
    revision: 0,
    detectedAtMs: logTimeMs,
    confirmedAtMs: null,
    revisedAtMs: logTimeMs,
    resolvedAtMs: null,
    hostCount: 0,
    lateFacts: 0,
    quotes: [],
    quotesDueFrom: 0,
    verdict: null,
    news: [],
    severity: rule.severity ?? "info",
    escalation: 1,
    offeredPeakPerSecond: 0,
    silentHosts: 0,
    publishedHostCount: 0,
    publishedSeverity: null,
    publishedSilentHosts: 0,
    publishedState: null,
    isChanged: true,
    isJoined: false,
    isFolded: false,
  };
}

/** More severe than what the last revision said: whoever was paged is paged again. */
export function hasRisen({ severity, publishedSeverity }: IncidentRecord): boolean {
  return publishedSeverity !== null && compareSeverity(severity, publishedSeverity) > 0;
}

/** Those that live and touch a span. */
export function livingIn(records: readonly IncidentRecord[], { from, to }: Span): IncidentRecord[] {
  return records.filter(
    (record) => isLiving(record) && record.startedAt <= to && record.lastSeenAt >= from,
  );
}

/** Something was said about it that its next revision tells. */
export function addNews(record: IncidentRecord, news: string): void {
  record.news = [...record.news, news];
  record.isChanged = true;
}

/** A revision that says all this is out. */
export function markPublished(record: IncidentRecord): void {
  record.publishedState = record.state;
  record.publishedHostCount = record.hostCount;
  record.publishedSeverity = record.severity;
  record.publishedSilentHosts = record.silentHosts;
  record.isChanged = false;
  record.isJoined = false;
  record.news = [];
}

export function isLiving(record: IncidentRecord): boolean {
  return record.state !== "withdrawn";
}

/** Whether facts still move it: a folded one may outgrow the larger incident. */
export function isFollowed(record: IncidentRecord): boolean {
  return isLiving(record) || record.isFolded;
}

export function isOpen(record: IncidentRecord): boolean {
  return record.state !== "withdrawn" && record.state !== "resolved";
}
