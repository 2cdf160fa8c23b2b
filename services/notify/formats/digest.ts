import type { IncidentState } from "../../../lib/domain/incident.ts";
import type { ScopeKey } from "../../../lib/domain/scope.ts";
import type { Severity } from "../../../lib/domain/severity.ts";
import { deliveryKey } from "../core/page.ts";
import type { RevisionSummary } from "../core/pending.ts";

/** One line for each incident of a storm; a receiver tells it from an incident by `type`. */
export interface Digest {
  readonly schemaVersion: 1;
  readonly type: "digest";
  readonly title: string;
  readonly count: number;
  readonly incidents: readonly DigestLine[];
}

export interface DigestLine {
  readonly id: string;
  readonly revision: number;
  readonly escalation: number;
  /** The key that this revision would have had alone. */
  readonly key: string;
  readonly state: IncidentState;
  readonly severity: Severity;
  readonly scope: ScopeKey;
  readonly title: string;
}

/** In the order given, the worst first. */
export function digestOf(sink: string, revisions: readonly RevisionSummary[]): Digest {
  const incidents = revisions.map(({ id, revision, escalation, state, severity, scope, title }) => {
    const key = deliveryKey(sink, id, revision);
    return { id, revision, escalation, key, state, severity, scope, title };
  });
  return {
    schemaVersion: 1,
    type: "digest",
    title: titleOf(incidents),
    count: incidents.length,
    incidents,
  };
}

/** The same members give the same key, so that a repetition is told as one. */
export function digestKey(digest: Digest): string {
  return `digest/${digest.count}/${digest.incidents[0]?.key ?? ""}`;
}

export function digestText({ title, incidents }: Digest): string {
  const lines = incidents.map(
    ({ id, severity, state, title }) => `  ${severity.toUpperCase()} ${state}  ${title}  ${id}`,
  );
  return `${[title, ...lines].join("\n")}\n`;
}

function titleOf(lines: readonly DigestLine[]): string {
  const places = new Set(lines.map(({ scope }) => `${scope.name} ${scope.value}`));
  const ended = lines.filter(({ state }) => state === "resolved" || state === "withdrawn").length;
  const where = places.size === 1 ? `in ${[...places][0]}` : `in ${places.size} places`;
  const how = ended === 0 ? "" : `, ${ended} of them over`;
  return `${lines.length} more incidents ${where}${how}`;
}
