import type { ScoredIncident } from "./incident-list.ts";
import type { Truth, TruthEpisode } from "./truth.ts";
import { secondOfText } from "./utc-time.ts";
import { countVerdicts, judgedOf, type Verdict, type VerdictCounts, verdictOf } from "./verdict.ts";

/** Found minus planted: positive is later, or more. All zero and no names is exact. */
export interface Deltas {
  readonly startedSeconds: number;
  readonly metSeconds: number;
  readonly lastSeenSeconds: number;
  readonly hosts: number;
  readonly offeredPeakPerSecond: number;
  readonly suppressed: number;
  /** By name, as far as the incident lists its hosts. */
  readonly missingHosts: readonly string[];
  readonly extraHosts: readonly string[];
}

export interface EpisodeScore {
  readonly planted: string;
  readonly scope: string;
  readonly metAt: string;
  readonly verdict: Verdict;
  readonly incidents: readonly string[];
  /** Of the incident that covers most of the episode; null when missed. */
  readonly deltas: Deltas | null;
  readonly exact: boolean;
}

export interface Invention {
  readonly id: string;
  readonly scope: string;
  readonly metAt: string;
  readonly lastSeenAt: string;
  /** The decoy it fell for, if any was there. */
  readonly decoy: string | null;
}

export interface Score extends VerdictCounts {
  /** Every episode found once, to the second and the packet, and nothing else. */
  readonly exact: boolean;
  readonly invented: number;
  /** Found once, but with a delta. */
  readonly inexact: number;
  /** Incidents of other rules or scopes, and withdrawn ones. */
  readonly ignored: number;
  readonly episodes: readonly EpisodeScore[];
  readonly inventions: readonly Invention[];
}

/** Compares incidents, in any order and with any number of revisions each, with the truth. */
export function score(truth: Truth, incidents: readonly ScoredIncident[]): Score {
  const { judged, ignored } = judgedOf(truth.rule, incidents);
  const placed = placedByScope(truth.episodes);
  const byEpisode = new Map<TruthEpisode, ScoredIncident[]>();
  const inventions: Invention[] = [];
  for (const incident of judged) {
    const episode = bestMatch(placed.get(incident.scope.value) ?? [], incident);
    if (episode === undefined) inventions.push(inventionOf(truth, incident));
    else byEpisode.set(episode, [...(byEpisode.get(episode) ?? []), incident]);
  }
  const episodes = truth.episodes.map((episode) =>
    episodeScore(episode, byEpisode.get(episode) ?? []),
  );
  return {
    exact: inventions.length === 0 && episodes.every((episode) => episode.exact),
    ...countVerdicts(episodes),
    invented: inventions.length,
    inexact: episodes.filter((one) => one.verdict === "found" && !one.exact).length,
    ignored,
    episodes,
    inventions,
  };
}

interface Span {
  readonly metAt: string;
  readonly lastSeenAt: string;
}

/** An episode and the seconds in which it held. */
interface Placed {
  readonly episode: TruthEpisode;
  readonly from: number;
  readonly to: number;
}

/** Times are read once: a log of millions of lines may hold thousands of episodes. */
function placedByScope(episodes: readonly TruthEpisode[]): Map<string, Placed[]> {
  const placed = new Map<string, Placed[]>();
  for (const episode of episodes) {
    const one = { episode, ...secondsOf(episode) };
    const others = placed.get(episode.scope.value);
    if (others === undefined) placed.set(episode.scope.value, [one]);
    else others.push(one);
  }
  return placed;
}

function secondsOf({ metAt, lastSeenAt }: Span): { from: number; to: number } {
  return { from: secondOfText(metAt), to: secondOfText(lastSeenAt) };
}

/** Seconds in which both hold; 0 or less when there is none. */
function overlap(a: Span, b: Span): number {
  const [one, other] = [secondsOf(a), secondsOf(b)];
  return Math.min(one.to, other.to) - Math.max(one.from, other.from) + 1;
}

function bestMatch(candidates: readonly Placed[], incident: Span): TruthEpisode | undefined {
  const { from, to } = secondsOf(incident);
  let best: TruthEpisode | undefined;
  let most = 0;
  for (const one of candidates) {
    const seconds = Math.min(one.to, to) - Math.max(one.from, from) + 1;
    if (seconds > most) [best, most] = [one.episode, seconds];
  }
  return best;
}

function episodeScore(episode: TruthEpisode, incidents: readonly ScoredIncident[]): EpisodeScore {
  const sorted = incidents.toSorted((a, b) => overlap(episode, b) - overlap(episode, a));
  const deltas = sorted[0] === undefined ? null : deltasOf(episode, sorted[0]);
  const verdict = verdictOf(sorted);
  return {
    planted: episode.planted,
    scope: episode.scope.value,
    metAt: episode.metAt,
    verdict,
    incidents: sorted.map((incident) => incident.id),
    deltas,
    exact: verdict === "found" && deltas !== null && isZero(deltas),
  };
}

function deltasOf(episode: TruthEpisode, incident: ScoredIncident): Deltas {
  const listed = new Set(incident.hosts.list.map(({ host }) => host));
  const planted = new Set(episode.hosts.list);
  const seconds = (field: "startedAt" | "metAt" | "lastSeenAt"): number =>
    secondOfText(incident[field]) - secondOfText(episode[field]);
  return {
    startedSeconds: seconds("startedAt"),
    metSeconds: seconds("metAt"),
    lastSeenSeconds: seconds("lastSeenAt"),
    hosts: incident.hosts.count - episode.hosts.count,
    offeredPeakPerSecond:
      incident.measure.offeredPeakPerSecond - episode.measure.offeredPeakPerSecond,
    suppressed: incident.measure.suppressed - episode.measure.suppressed,
    // A list cut at its limit proves nothing about who is not on it.
    missingHosts: incident.hosts.truncated ? [] : without(planted, listed),
    extraHosts: without(listed, planted),
  };
}

function without(names: ReadonlySet<string>, known: ReadonlySet<string>): string[] {
  return [...names].filter((name) => !known.has(name)).sort();
}

function isZero(deltas: Deltas): boolean {
  return Object.values(deltas).every((delta) =>
    typeof delta === "number" ? delta === 0 : delta.length === 0,
  );
}

function inventionOf(truth: Truth, incident: ScoredIncident): Invention {
  const met = secondOfText(incident.metAt);
  const decoy = truth.planted.find(
    (one) =>
      one.label === "decoy" &&
      one.sites.includes(incident.scope.value) &&
      met >= secondOfText(one.from) &&
      met <= secondOfText(one.to) + truth.rule.withinSeconds,
  );
  return {
    id: incident.id,
    scope: incident.scope.value,
    metAt: incident.metAt,
    lastSeenAt: incident.lastSeenAt,
    decoy: decoy?.id ?? null,
  };
}
