import type { ScoredIncident } from "./incident-list.ts";

/** What became of a planted episode. */
export type Verdict = "found" | "missed" | "doubled";

export interface VerdictCounts {
  readonly planted: number;
  readonly found: number;
  readonly missed: number;
  readonly doubled: number;
}

/** By how many incidents cover an episode. */
export function verdictOf(incidents: readonly ScoredIncident[]): Verdict {
  if (incidents.length === 0) return "missed";
  return incidents.length === 1 ? "found" : "doubled";
}

export function countVerdicts(episodes: readonly { readonly verdict: Verdict }[]): VerdictCounts {
  const count = (verdict: Verdict) => episodes.filter((one) => one.verdict === verdict).length;
  return {
    planted: episodes.length,
    found: count("found"),
    missed: count("missed"),
    doubled: count("doubled"),
  };
}

/** The newest revision of each incident of a rule; others and withdrawn ones are only counted. */
export function judgedOf(
  rule: { readonly name: string; readonly scope: string },
  incidents: readonly ScoredIncident[],
): { readonly judged: readonly ScoredIncident[]; readonly ignored: number } {
  const finals = finalRevisions(incidents);
  const judged = finals.filter(
    (incident) =>
      incident.rule.name === rule.name &&
      incident.scope.name === rule.scope &&
      incident.state !== "withdrawn",
  );
  return { judged, ignored: finals.length - judged.length };
}

/** Of each incident the newest. */
function finalRevisions(incidents: readonly ScoredIncident[]): ScoredIncident[] {
  const finals = new Map<string, ScoredIncident>();
  for (const incident of incidents) {
    const known = finals.get(incident.id);
    if (known === undefined || incident.revision >= known.revision) {
      finals.set(incident.id, incident);
    }
  }
  return [...finals.values()];
}
