import { LIMITS } from "../limits.ts";
import type { IncidentRecord } from "./incident-record.ts";
import type { RevisionReason } from "./lifecycle.ts";
import type { Watch } from "./watch.ts";

/**
 * Adds what can be quoted now to what was quoted before, each host's earliest line; where an
 * incident stands is said with the earliest of all, so that it does not matter who looked when.
 */
export function keepQuotes(
  { reader }: Watch,
  record: IncidentRecord,
  reason: RevisionReason,
): void {
  const { quotes, quotesDueFrom, startedAt, lastSeenAt } = record;
  const isFull = quotes.length >= Math.min(LIMITS.evidenceMax, record.hostCount);
  if (isFull && reason === "cadence") return;
  record.quotesDueFrom = null;
  const lastQuoted =
    quotes.length < LIMITS.evidenceMax ? Number.POSITIVE_INFINITY : quotes.at(-1)!.second;
  if (quotesDueFrom === null || quotesDueFrom > lastQuoted) return;
  const byHost = new Map(quotes.map((quote) => [quote.host, quote]));
  for (const quote of reader.quotes(startedAt, lastSeenAt, LIMITS.evidenceMax)) {
    const known = byHost.get(quote.host);
    if (known === undefined || quote.second < known.second) byHost.set(quote.host, quote);
  }
  record.quotes = [...byHost.values()]
    .toSorted((a, b) => a.second - b.second || (a.host < b.host ? -1 : 1))
    .slice(0, LIMITS.evidenceMax);
}
