import type { IncidentRecord } from "../scope/incident-record.ts";
import { formatCount } from "./words.ts";

/** What a revision says that the one before it did not. */
export function revisionChanges(record: IncidentRecord): string[] {
  if (record.publishedState === null) return [];
  const changes: string[] = [];
  if (record.state !== record.publishedState) {
    changes.push(`state ${record.publishedState} → ${record.state}`);
  }
  const { severity, publishedSeverity, silentHosts, publishedSilentHosts } = record;
  if (publishedSeverity !== null && severity !== publishedSeverity) {
    changes.push(`severity ${publishedSeverity} → ${severity}`);
  }
  if (record.hostCount !== record.publishedHostCount) {
    const before = formatCount(record.publishedHostCount);
    changes.push(`hosts ${before} → ${formatCount(record.hostCount)}`);
  }
  if (silentHosts !== publishedSilentHosts) {
    changes.push(`silent hosts ${publishedSilentHosts} → ${silentHosts}`);
  }
  if (record.isJoined) changes.push("joined by another incident of the same rule");
  changes.push(...new Set(record.news));
  if (changes.length === 0 && record.isChanged) changes.push("figures up to date");
  return changes;
}
