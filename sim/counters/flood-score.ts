import type { ScoredIncident } from "../incident-list.ts";
import { secondOfText } from "../utc-time.ts";
import {
  countVerdicts,
  judgedOf,
  type Verdict,
  type VerdictCounts,
  verdictOf,
} from "../verdict.ts";
import type { FloodEpisode, FloodTruth } from "./flood-truth.ts";

export interface FloodEpisodeScore {
  readonly planted: string;
  readonly scope: string;
  readonly from: string;
  readonly verdict: Verdict;
  readonly incidents: readonly string[];
  /** What the incident that covers most of it was called; null when missed. */
  readonly kind: string | null;
  /** From the flood's first second to the one in which the rule was met. */
  readonly metAfterSeconds: number | null;
  /** From the flood's last second to the last in which the rule held. */
  readonly endedAfterSeconds: number | null;
  /** Seen by some gauge and not named, as far as the incident lists its hosts. */
  readonly missingHosts: readonly string[];
  /** Named, and not hit by this flood: busy with something of their own. */
  readonly extraHosts: readonly string[];
}

export interface FloodInvention {
  readonly id: string;
  readonly scope: string;
  readonly kind: string;
  readonly metAt: string;
  /** The decoy it fell for, if any was there. */
  readonly decoy: string | null;
}

export interface FloodScore extends VerdictCounts {
  /** Every flood found once, and nothing else called one. */
  readonly exact: boolean;
  readonly invented: number;
  /** Incidents that call a decoy what it is: a sweep, or a burst. */
  readonly seenThrough: number;
  /** Incidents of other rules or scopes, and withdrawn ones. */
  readonly ignored: number;
  /** Of the found ones; null where there are none. */
  readonly metAfterSeconds: { readonly median: number; readonly most: number } | null;
  readonly episodes: readonly FloodEpisodeScore[];
  readonly inventions: readonly FloodInvention[];
}

/** An incident of the rule lasts to the end of its quiet, and may follow what made it. */
const FOLLOWS_SECONDS = 120;
const HARMLESS = new Set<string | undefined>(["sweep", "burst"]);

/** Compares incidents, in any order and with any number of revisions each, with the floods. */
export function scoreFloods(truth: FloodTruth, incidents: readonly ScoredIncident[]): FloodScore {
  const { judged, ignored } = judgedOf(truth.rule, incidents);
  const byEpisode = new Map<FloodEpisode, ScoredIncident[]>();
  const inventions: FloodInvention[] = [];
  let seenThrough = 0;
  for (const incident of judged) {
    const episode = bestOf(truth.episodes, incident);
    if (episode !== null) {
      byEpisode.set(episode, [...(byEpisode.get(episode) ?? []), incident]);
      continue;
    }
    const decoy = decoyOf(truth, incident);
    if (decoy !== null && HARMLESS.has(incident.kind)) seenThrough += 1;
    else inventions.push(inventionOf(incident, decoy));
  }
  const episodes = truth.episodes.map((one) => episodeScore(one, byEpisode.get(one) ?? []));
  const verdicts = countVerdicts(episodes);
  const delays = episodes
    .flatMap(({ metAfterSeconds }) => metAfterSeconds ?? [])
    .sort((a, b) => a - b);
  return {
    exact: inventions.length === 0 && verdicts.found === verdicts.planted,
    ...verdicts,
    invented: inventions.length,
    seenThrough,
    ignored,
    metAfterSeconds:
      delays.length === 0
        ? null
        : { median: delays[Math.floor(delays.length / 2)]!, most: delays.at(-1)! },
    episodes,
    inventions,
  };
}

/** The flood that shares most seconds with the incident; null where none does. */
function bestOf(episodes: readonly FloodEpisode[], incident: ScoredIncident): FloodEpisode | null {
  let best: FloodEpisode | null = null;
  let most = 0;
  for (const episode of episodes) {
    if (episode.scope.value !== incident.scope.value) continue;
    const seconds = sharedSeconds(episode, incident);
    if (seconds > most) [best, most] = [episode, seconds];
  }
  return best;
}

function sharedSeconds({ from, to }: FloodEpisode, incident: ScoredIncident): number {
  const until = secondOfText(to) + FOLLOWS_SECONDS;
  const last = Math.min(until, secondOfText(incident.lastSeenAt));
  return last - Math.max(secondOfText(from), secondOfText(incident.metAt)) + 1;
}

function decoyOf(truth: FloodTruth, { scope, metAt }: ScoredIncident): string | null {
  const met = secondOfText(metAt);
  const decoy = truth.planted.find(
    ({ label, sites, from, to }) =>
      label === "decoy" &&
      sites.includes(scope.value) &&
      met >= secondOfText(from) &&
      met <= secondOfText(to) + FOLLOWS_SECONDS,
  );
  return decoy?.id ?? null;
}

function inventionOf(incident: ScoredIncident, decoy: string | null): FloodInvention {
  const { id, scope, metAt, kind = "flood" } = incident;
  return { id, scope: scope.value, kind, metAt, decoy };
}

function episodeScore(
  episode: FloodEpisode,
  incidents: readonly ScoredIncident[],
): FloodEpisodeScore {
  const [best] = incidents.toSorted(
    (a, b) => sharedSeconds(episode, b) - sharedSeconds(episode, a),
  );
  const since = (text: string | undefined, start: string): number | null =>
    text === undefined ? null : secondOfText(text) - secondOfText(start);
  const listed = new Set(best?.hosts.list.map(({ host }) => host));
  const hit = new Set([...episode.hosts.list, ...episode.unseen]);
  const isWhole = best?.hosts.truncated === false;
  return {
    planted: episode.planted,
    scope: episode.scope.value,
    from: episode.from,
    verdict: verdictOf(incidents),
    incidents: incidents.map(({ id }) => id),
    kind: best?.kind ?? null,
    metAfterSeconds: since(best?.metAt, episode.from),
    endedAfterSeconds: since(best?.lastSeenAt, episode.to),
    missingHosts: isWhole ? episode.hosts.list.filter((host) => !listed.has(host)) : [],
    extraHosts: [...listed].filter((host) => !hit.has(host)).sort(),
  };
}
