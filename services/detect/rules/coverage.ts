import type { Coverage } from "../../../lib/domain/incident.ts";
import { blindSentences } from "../../../lib/domain/posture.ts";
import { printable } from "../../../lib/domain/printable.ts";
import { LIMITS } from "../limits.ts";
import type { IncidentRecord } from "../scope/incident-record.ts";
import type { ScopeReader, Silence } from "../scope/reader.ts";
import { hasCounters, hasLines, isLimiterOnly } from "./signal-words.ts";
import { countOf, formatCount } from "./words.ts";

export interface CoverageContext {
  readonly hostsSeen: number;
  readonly silence: Silence;
  /** Hosts that the inventory puts into the scope; null without one. */
  readonly hostsExpected: number | null;
  /** What the counts do not hold yet, as sentences. */
  readonly behind: readonly string[];
}

/**
 * Only samples measure a host: one without a line may be quiet, or blind. Every expected host is
 * reporting, silent by name, or unmeasured.
 */
export function coverageOf(
  reader: ScopeReader,
  { rule, lateFacts, hostCount, startedAt, lastSeenAt }: IncidentRecord,
  { hostsSeen, silence, hostsExpected, behind }: CoverageContext,
): Coverage {
  const unseen = blindOf(rule.gaugeMask);
  const listed = hostsExpected ?? hostsSeen;
  // Who took part is there, whatever the inventory says.
  const expected = Math.max(listed, hostCount);
  const unlisted =
    listed < expected ? [`the inventory names only ${countOf(listed, "host")} of it`] : [];
  const { hostsSampled, spots, linesMissing } = reader.blindness(startedAt, lastSeenAt);
  const named = silence.named.slice(0, expected).map(({ host }) => host);
  const silent = named.toSorted();
  const measured = Math.max(0, hostsSampled - silence.hosts);
  const reporting = Math.min(measured, expected - silent.length);
  const isAllMeasured = reporting === expected;
  return {
    expected,
    reporting,
    unmeasured: expected - reporting - silent.length,
    silent,
    late: lateFacts,
    blind: [
      ...blindSentences(spots),
      ...missingSentence(linesMissing),
      ...moreSilentSentence(silence.hosts - silent.length),
      // Whom samples measure is seen also where no line is written.
      ...(hasCounters(rule.gaugeMask) && isAllMeasured ? [] : [unseen]),
      ...unlisted,
      ...behind,
    ],
  };
}

/** They are among the unmeasured. */
function moreSilentSentence(hosts: number): string[] {
  return hosts > 0 ? [`${formatCount(hosts)} more hosts have stopped sending samples`] : [];
}

/** What a rule with these gauges cannot see. */
function blindOf(gaugeMask: number): string {
  if (!hasLines(gaugeMask)) return "counters only: a host that sends no samples is not seen";
  if (hasCounters(gaugeMask)) {
    return "a host that sends no samples is seen only above its kernel's limit, by its lines";
  }
  return isLimiterOnly(gaugeMask)
    ? "kernel lines only: a host that refuses less than its limit writes none"
    : "kernel lines only: a host that writes none is not seen";
}

/** Whose log is silent although their counters say that it cannot be. */
function missingSentence(hosts: readonly string[]): string[] {
  if (hosts.length === 0) return [];
  const named = hosts.slice(0, LIMITS.silentLogsNamedMax).map(printable).join(", ");
  const more = hosts.length - LIMITS.silentLogsNamedMax;
  const who = more > 0 ? `${named} and ${more} more` : named;
  return [
    `kernel lines that must exist by the counters are missing from ${who}: ` +
      "lost on the way, or joined as repeats",
  ];
}
