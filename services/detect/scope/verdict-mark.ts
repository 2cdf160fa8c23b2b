import type { Control, Verdict } from "../../../lib/domain/control.ts";
import { LIMITS } from "../limits.ts";
import { type IncidentRecord, isOpen } from "./incident-record.ts";
import type { ScopeReader } from "./reader.ts";

/** What a person has said an incident was after all. */
export interface VerdictMark {
  readonly controlId: string;
  readonly verdict: Verdict;
  readonly author: string;
  readonly reason: string;
  /**
   * Up to this second the condition has held without a break since the verdict: that is what was
   * judged. Null once it has stopped; from then on it may hold again.
   */
  heldTo: number | null;
}

/** The verdict of a control; null where it is none, or was taken back by an end in the past. */
export function verdictOf(control: Control): VerdictMark | null {
  const { id, type, author, reason, verdict, incidentId, untilMs, writtenAtMs } = control;
  if (type !== "verdict" || verdict === null || incidentId === null) return null;
  if (untilMs !== null && untilMs <= writtenAtMs) return null;
  return { controlId: id, verdict, author, reason, heldTo: null };
}

/** Ends an incident; one that had ended keeps the reason why. */
export function judge(record: IncidentRecord, mark: VerdictMark, logTimeMs: number): void {
  record.verdict = { ...mark, heldTo: Math.floor(logTimeMs / 1_000) };
  record.news = [...record.news, `judged ${mark.verdict}`];
  record.isChanged = true;
  if (!isOpen(record)) return;
  record.state = "resolved";
  record.closeReason = "verdict";
  record.confirmedAtMs ??= logTimeMs;
  record.resolvedAtMs = logTimeMs;
}

/** Looks whether the condition has stopped since the verdict, in the seconds that are final. */
export function followVerdict(
  { verdict }: IncidentRecord,
  reader: ScopeReader,
  logSecond: number,
): void {
  if (verdict === null || verdict.heldTo === null) return;
  const to = logSecond - LIMITS.graceSeconds;
  const from = verdict.heldTo + 1;
  if (to < from) return;
  const runs = reader.yesRuns(from, to);
  const isUnbroken = runs.length === 1 && runs[0]!.from <= from && runs[0]!.to >= to;
  verdict.heldTo = isUnbroken ? to : null;
}

/** What was judged still goes on: no reason to say that it is there. */
export function isHeldOff({ verdict }: IncidentRecord): boolean {
  return verdict !== null && verdict.heldTo !== null;
}
