import type { CloseReason, IncidentState } from "../../../lib/domain/incident.ts";
import type { Rule } from "../../../lib/domain/rule.ts";
import type { ScopeKey } from "../../../lib/domain/scope.ts";
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
  /** What a person has said it was; null where nobody has, or where it holds again since. */
  verdict: VerdictMark | null;
  /** What people and tools have said about it since the last revision. */
  news: readonly string[];
  /** What the last revision said, to tell whether a new one is due. */
  publishedHostCount: number;
  publishedState: IncidentState | null;
  /** Something beside the state changed since the last revision. */
  isChanged: boolean;
  /** Another incident joined this one since the last revision: said at once. */
  isJoined: boolean;
  /** Withdrawn because a larger incident holds all of it; told again where it outgrows that one. */
  isFolded: boolean;
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
