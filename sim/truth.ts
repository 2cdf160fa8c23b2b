import { assert } from "../lib/domain/assert.ts";
import { GAUGES } from "../lib/domain/gauge.ts";
import type { ScopeKey } from "../lib/domain/scope.ts";
import { formatTime, SECOND_MS } from "../lib/domain/time.ts";
import { group, groupLines, lineNumbers, type Grouping } from "./grouping.ts";
import { episodesOfScope, type Episode, type Fact } from "./oracle.ts";
import type { Plan } from "./plan.ts";
import { PLANTED_RULE } from "./planted-rule.ts";
import type { Planted } from "./scenarios.ts";

/** One episode in the words of an incident, so that the two compare field by field. */
export interface TruthEpisode {
  /** Id of the planted behaviour that made it. */
  readonly planted: string;
  readonly scope: ScopeKey;
  readonly startedAt: string;
  readonly metAt: string;
  readonly lastSeenAt: string;
  readonly hosts: { readonly count: number; readonly list: readonly string[] };
  readonly measure: { readonly offeredPeakPerSecond: number; readonly suppressed: number };
}

export interface TruthScenario {
  readonly id: string;
  readonly label: "attack" | "decoy";
  readonly story: string;
  readonly sites: readonly string[];
  readonly from: string;
  readonly to: string;
  readonly episodes: number;
}

/** truth.json: everything a log's reader should find, and what it should not fall for. */
export interface Truth {
  readonly schemaVersion: 1;
  readonly seed: number;
  readonly lines: number;
  readonly relevantLines: number;
  readonly sites: number;
  readonly hosts: number;
  /** RFC 3164 times have no year: read the log as of this time. */
  readonly referenceTime: string;
  readonly rule: typeof PLANTED_RULE;
  readonly heldBack: { readonly site: string; readonly from: string; readonly to: string };
  readonly episodes: readonly TruthEpisode[];
  readonly planted: readonly TruthScenario[];
}

/** All facts of a plan, site after site; made one by one, for there may be millions. */
export function* factsOf(plan: Plan): Generator<Fact> {
  const lines = limitLinesBySite(plan);
  for (let site = 0; site < plan.fleet.sites.length; site += 1) {
    yield* factsOfSite(plan, lines, site);
  }
}

/** The oracle's verdicts on a plan; it is our own bug when they are not what was planted. */
export function truthOf(plan: Plan): Truth {
  const { options, fleet, heldBack } = plan;
  const lines = limitLinesBySite(plan);
  const found = fleet.sites.flatMap((name, site) =>
    episodesOfScope(name, [...factsOfSite(plan, lines, site)], PLANTED_RULE),
  );
  found.sort((a, b) => a.metAt - b.metAt || (a.scope < b.scope ? -1 : 1));
  return {
    schemaVersion: 1,
    seed: options.seed,
    lines: options.lines,
    relevantLines: plan.relevant,
    sites: fleet.sites.length,
    hosts: fleet.hosts.length,
    referenceTime: timeOf(options.endSecond),
    rule: PLANTED_RULE,
    heldBack: {
      site: fleet.sites[heldBack.site]!,
      from: timeOf(heldBack.from),
      to: timeOf(heldBack.to),
    },
    episodes: labelled(plan, found),
    planted: plan.planted.map(({ id, behaviour, sites, from }) => ({
      id,
      label: behaviour.label,
      story: behaviour.story,
      sites: sites.map((site) => fleet.sites[site]!),
      from: timeOf(from),
      to: timeOf(from + behaviour.seconds - 1),
      episodes: behaviour.episodes,
    })),
  };
}

function labelled(plan: Plan, found: readonly Episode[]): TruthEpisode[] {
  const expected = new Map(plan.planted.map(({ id, behaviour }) => [id, behaviour.episodes]));
  const episodes = found.map((episode) => {
    const planted = plan.planted.find((one) => holds(plan, one, episode));
    assert(planted !== undefined, `the background made an episode in ${episode.scope}`);
    expected.set(planted.id, (expected.get(planted.id) ?? 0) - 1);
    return truthEpisode(planted.id, episode);
  });
  for (const [id, missing] of expected) {
    assert(missing === 0, `${id} did not make as many episodes as its behaviour says`);
  }
  return episodes;
}

function holds(plan: Plan, planted: Planted, episode: Episode): boolean {
  return (
    episode.metAt >= planted.from &&
    episode.lastSeenAt <= planted.to &&
    planted.sites.some((site) => plan.fleet.sites[site] === episode.scope)
  );
}

function truthEpisode(planted: string, episode: Episode): TruthEpisode {
  return {
    planted,
    scope: { name: PLANTED_RULE.scope, value: episode.scope },
    startedAt: timeOf(episode.startedAt),
    metAt: timeOf(episode.metAt),
    lastSeenAt: timeOf(episode.lastSeenAt),
    hosts: { count: episode.hosts.length, list: episode.hosts },
    measure: {
      offeredPeakPerSecond: episode.offeredPeakPerSecond,
      suppressed: episode.suppressed,
    },
  };
}

function timeOf(second: number): string {
  return formatTime(second * SECOND_MS);
}

function limitLinesBySite(plan: Plan): Grouping {
  const { fleet, table } = plan;
  return groupLines(lineNumbers(plan.relevant), fleet.sites.length, (line) =>
    Math.floor((table.hosts[line] ?? 0) / fleet.hostsPerSite),
  );
}

function* factsOfSite(plan: Plan, bySite: Grouping, site: number): Generator<Fact> {
  const { fleet, table } = plan;
  const scope = fleet.sites[site]!;
  for (const line of group(bySite, site)) {
    yield {
      scope,
      host: fleet.hosts[table.hosts[line] ?? 0]!.name,
      second: table.seconds[line] ?? 0,
      gauge: GAUGES[table.gauges[line] ?? 0]!,
      offered: table.offered[line] ?? 0,
      allowed: table.allowed[line] ?? 0,
    };
  }
}
