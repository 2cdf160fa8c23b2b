import { compareSeverity } from "../../../lib/domain/severity.ts";
import { floodSeverity } from "../rules/flood-severity.ts";
import type { Span } from "./episodes.ts";
import { type IncidentRecord, isOpen } from "./incident-record.ts";
import type { ScopeReader } from "./reader.ts";

/**
 * Raises the severity of an open incident to what its facts say now, of which those in `changed`
 * are new. It never falls, so whoever is paged for its growth is not paged again for a wave.
 */
export function raiseSeverity(
  record: IncidentRecord,
  reader: Pick<ScopeReader, "sums" | "hostsSeen">,
  changed: Span,
): void {
  if (record.rule.severity !== null) return;
  const { startedAt, lastSeenAt, hostCount } = record;
  // Before it was an incident nobody added up what belongs to it.
  const from = record.revision === 0 ? startedAt : Math.max(startedAt, changed.from);
  const to = Math.min(lastSeenAt, changed.to);
  const { offeredPeakPerSecond } = from > to ? record : reader.sums(from, to);
  record.offeredPeakPerSecond = Math.max(record.offeredPeakPerSecond, offeredPeakPerSecond);
  if (!isOpen(record)) return;
  const severity = floodSeverity({
    hosts: hostCount,
    hostsSeen: Math.max(hostCount, reader.hostsSeen()),
    offeredPeakPerSecond: record.offeredPeakPerSecond,
  });
  if (compareSeverity(severity, record.severity) > 0) record.severity = severity;
}

/** What an incident has become goes on in the one that it joined. */
export function joinSeverity(survivor: IncidentRecord, joined: IncidentRecord): void {
  const { offeredPeakPerSecond, severity } = joined;
  survivor.offeredPeakPerSecond = Math.max(survivor.offeredPeakPerSecond, offeredPeakPerSecond);
  if (compareSeverity(severity, survivor.severity) > 0) survivor.severity = severity;
}
