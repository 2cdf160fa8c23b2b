import type { IncidentState } from "../../../lib/domain/incident.ts";
import { LIMITS } from "../limits.ts";
import type { IncidentRecord } from "./incident-record.ts";

/**
 * Where log time puts an incident (contracts.md section 4). `finalSecond` is log time less the
 * grace: up to there every live source has spoken.
 */
export function stateAt(
  record: IncidentRecord,
  finalSecond: number,
  joinSeconds: number,
): IncidentState {
  if (record.state === "withdrawn") return "withdrawn";
  if (finalSecond <= record.lastSeenAt) return "confirmed";
  // Nothing after this can belong to the episode any more.
  if (finalSecond > record.lastSeenAt + joinSeconds) return "resolved";
  return record.state === "resolved" ? "resolved" : "fading";
}

/** Moves a record to its state at a log time; the first state is never `fading`. */
export function advance(record: IncidentRecord, logTimeMs: number, joinSeconds: number): void {
  const finalSecond = Math.floor(logTimeMs / 1_000) - LIMITS.graceSeconds;
  let state = stateAt(record, finalSecond, joinSeconds);
  if (record.revision === 0 && state === "fading") state = "confirmed";
  if (state === record.state && record.revision > 0) return;
  record.state = state;
  if (state === "confirmed") {
    record.confirmedAtMs ??= logTimeMs;
    record.resolvedAtMs = null;
    record.closeReason = null;
  }
  if (state === "resolved") {
    record.confirmedAtMs ??= logTimeMs;
    record.resolvedAtMs = logTimeMs;
    // A line-only host cannot prove that it is quiet: it may have lost its shipper.
    record.closeReason = "quiet_assumed";
  }
}

/** Why a revision is due now; null when none is. */
export type RevisionReason = "first" | "state" | "joined" | "hosts" | "cadence";

export function revisionDue(record: IncidentRecord, logTimeMs: number): RevisionReason | null {
  if (record.revision === 0) return record.state === "withdrawn" ? null : "first";
  if (record.state !== record.publishedState) return "state";
  if (!record.isChanged || record.state === "withdrawn") return null;
  if (record.isJoined) return "joined";
  const grown = record.hostCount >= record.publishedHostCount * LIMITS.hostsGrowthFactor;
  if (grown && record.hostCount > record.publishedHostCount && record.state !== "resolved") {
    return "hosts";
  }
  const sinceMs = logTimeMs - record.revisedAtMs;
  return sinceMs >= LIMITS.revisionEverySeconds * 1_000 ? "cadence" : null;
}
