import { LIMITS } from "../limits.ts";
import { type IncidentRecord, isOpen } from "./incident-record.ts";
import { NOBODY_SILENT, type ScopeReader, type SilentHost, type Silence } from "./reader.ts";

/** The silent hosts of a scope, all partitions together: who was heard last is named first. */
export function sumOfSilences(parts: readonly Silence[]): Silence {
  const hosts = parts.reduce((sum, part) => sum + part.hosts, 0);
  if (hosts === 0) return NOBODY_SILENT;
  const named = parts
    .flatMap((part) => part.named)
    .toSorted((a, b) => b.sinceSecond - a.sinceSecond || (a.host < b.host ? -1 : 1));
  return { hosts, named: named.slice(0, LIMITS.silentNamedMax) };
}

/** Those of the named who were still heard when an incident began: they fell silent with it. */
export function goneSince({ named }: Silence, startedAt: number): readonly SilentHost[] {
  return named.filter(({ sinceSecond }) => sinceSecond + LIMITS.silentLeadSeconds >= startedAt);
}

/** How many those are while it is open; its next revision tells. */
export function countSilent(record: IncidentRecord, reader: ScopeReader): void {
  if (!isOpen(record)) return;
  const gone = goneSince(reader.silence(), record.startedAt).length;
  if (gone === record.silentHosts) return;
  record.silentHosts = gone;
  record.isChanged = true;
}
