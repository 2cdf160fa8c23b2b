import type { Incident } from "../../../lib/domain/incident.ts";
import { formatTime } from "../../../lib/domain/time.ts";

/** The rule of this incident is not the one that is configured now, or is gone. */
export function isOutdated(
  { rule, state }: Incident,
  hashOf: (ruleName: string) => string | null,
): boolean {
  // Those of canaries are about the pipeline itself: no configuration holds their rule.
  if (rule.type === "canary" || state === "resolved" || state === "withdrawn") return false;
  return hashOf(rule.name) !== rule.configHash;
}

/**
 * Its last revision, at this log time: a changed rule ends its own incidents (detector.md section
 * 3). What still holds under the new one is an incident of that.
 */
export function endedByRuleChange(incident: Incident, logTimeMs: number): Incident {
  // Times of one form compare as texts; log time may not be known yet.
  const now = Number.isFinite(logTimeMs) ? formatTime(logTimeMs) : "";
  const endedAt = now > incident.revisedAt ? now : incident.revisedAt;
  const sentence =
    "Its rule was changed, which ends it; what still holds is told under the new one.";
  return {
    ...incident,
    revision: incident.revision + 1,
    state: "resolved",
    closeReason: "rule_changed",
    summary: `${incident.summary} ${sentence}`,
    revisedAt: endedAt,
    resolvedAt: endedAt,
    changes: [`state ${incident.state} → resolved`, "rule changed"],
  };
}
