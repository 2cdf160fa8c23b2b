import type { Incident } from "../lib/domain/incident.ts";
import type { ScopeKey } from "../lib/domain/scope.ts";
import type { Severity } from "../lib/domain/severity.ts";

/** One incident as a comparison tells it. */
export interface FoundIncident {
  readonly id: string;
  readonly rule: string;
  readonly kind: string;
  readonly severity: Severity;
  readonly title: string;
  readonly scope: ScopeKey;
  readonly startedAt: string;
  readonly metAt: string;
  readonly lastSeenAt: string;
  /** How many. */
  readonly hosts: number;
}

export type RuleDifference =
  | { readonly type: "only_new" | "only_old"; readonly incident: FoundIncident }
  | {
      readonly type: "both";
      readonly new: readonly FoundIncident[];
      readonly old: readonly FoundIncident[];
    };

export function foundIncident(incident: Incident): FoundIncident {
  const { id, rule, kind, severity, title, scope, startedAt, metAt, lastSeenAt } = incident;
  const hosts = incident.hosts.count;
  return { id, rule: rule.name, kind, severity, title, scope, startedAt, metAt, lastSeenAt, hosts };
}

/**
 * What two sets of rules found in the same facts, by time: incidents of the same scope whose
 * [metAt, lastSeenAt] overlap are one finding of both, however many each side cut it into.
 */
export function compareFindings(
  found: readonly FoundIncident[],
  foundBefore: readonly FoundIncident[],
): RuleDifference[] {
  const sided = [
    ...found.map((incident) => ({ incident, isNew: true })),
    ...foundBefore.map((incident) => ({ incident, isNew: false })),
  ].toSorted((a, b) => compareText(orderOf(a.incident), orderOf(b.incident)));
  const open = new Map<string, Cluster>();
  const clusters: Cluster[] = [];
  for (const { incident, isNew } of sided) {
    const { name, value } = incident.scope;
    const key = `${name}\0${value}`;
    let cluster = open.get(key);
    if (cluster === undefined || incident.metAt > cluster.until) {
      cluster = { until: incident.lastSeenAt, new: [], old: [] };
      open.set(key, cluster);
      clusters.push(cluster);
    }
    if (incident.lastSeenAt > cluster.until) cluster.until = incident.lastSeenAt;
    cluster[isNew ? "new" : "old"].push(incident);
  }
  return clusters.flatMap(differencesOf);
}

interface Cluster {
  /** RFC 3339 in UTC with milliseconds: texts compare like times. */
  until: string;
  readonly new: FoundIncident[];
  readonly old: FoundIncident[];
}

function differencesOf(cluster: Cluster): RuleDifference[] {
  if (cluster.new.length > 0 && cluster.old.length > 0) {
    return [{ type: "both", new: cluster.new, old: cluster.old }];
  }
  return [
    ...cluster.new.map((incident) => ({ type: "only_new" as const, incident })),
    ...cluster.old.map((incident) => ({ type: "only_old" as const, incident })),
  ];
}

function orderOf({ metAt, rule, scope, id }: FoundIncident): string {
  return `${metAt} ${scope.name} ${scope.value} ${rule} ${id}`;
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
