import type { Incident, IncidentKind } from "../../../lib/domain/incident.ts";
import type { Severity } from "../../../lib/domain/severity.ts";

/** The state from which an incident is sent. */
export type PageOn = "suspected" | "confirmed";

/** What it takes; null takes any, and all that is given must fit. */
export interface RouteMatch {
  readonly severity: readonly Severity[] | null;
  readonly kind: readonly IncidentKind[] | null;
  readonly rule: readonly string[] | null;
  readonly scope: readonly string[] | null;
  readonly value: readonly string[] | null;
}

/** One of `routes` in contracts.md section 5. */
export interface Route {
  readonly match: RouteMatch;
  readonly sinks: readonly string[];
  readonly continue: boolean;
  readonly pageOn: PageOn;
}

/**
 * From when on this sink gets the incident, or null when no route leads there. The first match wins
 * unless it says to go on; where several lead to one sink, the earliest state counts. Without any
 * route every incident goes everywhere.
 */
export function routeTo(routes: readonly Route[], sink: string, incident: Incident): PageOn | null {
  if (routes.length === 0) return "confirmed";
  let pageOn: PageOn | null = null;
  for (const route of routes) {
    if (!fits(route.match, incident)) continue;
    if (route.sinks.includes(sink) && pageOn !== "suspected") pageOn = route.pageOn;
    if (!route.continue) break;
  }
  return pageOn;
}

function fits(match: RouteMatch, { severity, kind, rule, scope }: Incident): boolean {
  return (
    (match.severity?.includes(severity) ?? true) &&
    (match.kind?.includes(kind) ?? true) &&
    (match.rule?.includes(rule.name) ?? true) &&
    (match.scope?.includes(scope.name) ?? true) &&
    (match.value?.includes(scope.value) ?? true)
  );
}
