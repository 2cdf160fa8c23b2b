import type { IncidentState } from "../../../lib/domain/incident.ts";
import { LIMITS } from "../limits.ts";
import { hasRisen, type IncidentRecord, isOpen } from "./incident-record.ts";
import type { ScopeReader } from "./reader.ts";
import { isHeldOff } from "./verdict-mark.ts";

/**
 * Where log time puts an incident (contracts.md section 4). Up to log time less the grace every
 * live source has spoken; an ended one opens again only where its condition holds at log time.
 */
export function stateAt(
  record: IncidentRecord,
  logSecond: number,
  joinSeconds: number,
): IncidentState {
  if (record.state === "withdrawn") return "withdrawn";
  if (record.state === "resolved") {
    const holds = record.lastSeenAt >= logSecond && !isHeldOff(record);
    return holds ? "confirmed" : "resolved";
  }
  const finalSecond = logSecond - LIMITS.graceSeconds;
  if (finalSecond <= record.lastSeenAt) return "confirmed";
  // Nothing after this can belong to the episode any more.
  if (finalSecond > record.lastSeenAt + joinSeconds) return "resolved";
  return "fading";
}

/** Moves a record to its state at a log time; the first state is never `fading`. */
export function advance(
  record: IncidentRecord,
  logTimeMs: number,
  joinSeconds: number,
  reader: Pick<ScopeReader, "isQuietProven">,
): void {
  let state = stateAt(record, Math.floor(logTimeMs / 1_000), joinSeconds);
  if (record.revision === 0 && state === "fading") state = "confirmed";
  const { resolvedAtMs, lastSeenAt } = record;
  // Late facts showed that it went on: the end that was known then was none.
  if (state === "resolved" && resolvedAtMs !== null && resolvedAtMs < lastSeenAt * 1_000) {
    record.resolvedAtMs = logTimeMs;
  }
  if (state === record.state && record.revision > 0) return;
  record.state = state;
  if (state === "confirmed") {
    record.confirmedAtMs ??= logTimeMs;
    record.resolvedAtMs = null;
    record.closeReason = null;
    record.verdict = null;
  }
  if (state === "resolved") {
    record.confirmedAtMs ??= logTimeMs;
    record.resolvedAtMs = logTimeMs;
    // A line-only host cannot prove that it is quiet: it may have lost its shipper.
    const isProven = reader.isQuietProven(record.startedAt, record.lastSeenAt);
    record.closeReason = isProven ? "quiet_proven" : "quiet_assumed";
  }
}

/** Why a revision is due now; null when none is. */
export type RevisionReason = "first" | "state" | "joined" | "severity" | "hosts" | "cadence";

export function revisionDue(record: IncidentRecord, logTimeMs: number): RevisionReason | null {
  if (record.revision === 0) return record.state === "withdrawn" ? null : "first";
  if (record.state !== record.publishedState) return "state";
  if (!record.isChanged || record.state === "withdrawn") return null;
  if (record.isJoined) return "joined";
  if (hasRisen(record)) return "severity";
  const grown = record.hostCount >= record.publishedHostCount * LIMITS.hostsGrowthFactor;
  if (grown && record.hostCount > record.publishedHostCount) return "hosts";
  const sinceMs = logTimeMs - record.revisedAtMs;
  return sinceMs >= LIMITS.revisionEverySeconds * 1_000 ? "cadence" : null;
}

/**
 * The first second of log time from which a look at an incident may bring a revision although
 * nothing touches it: its state moves on, or its figures may be told again.
 */
export function dueSecond(record: IncidentRecord, logSecond: number, joinSeconds: number): number {
  const { lastSeenAt, revisedAtMs, isChanged } = record;
  // What was told first as confirmed fades at the next look.
  if (isOpen(record) && stateAt(record, logSecond, joinSeconds) !== record.state) {
    return logSecond + 1;
  }
  const finalFrom = lastSeenAt + LIMITS.graceSeconds + 1;
  const moments = [Math.floor(revisedAtMs / 1_000) + LIMITS.revisionEverySeconds];
  if (isOpen(record)) moments.push(finalFrom, finalFrom + joinSeconds);
  else if (!isChanged) return Number.POSITIVE_INFINITY;
  // What was due and has not come waits for facts.
  return Math.min(...moments.filter((second) => second > logSecond));
}
