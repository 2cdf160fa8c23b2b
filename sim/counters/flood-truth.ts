import type { ScopeKey } from "../../lib/domain/scope.ts";
import { formatTime, SECOND_MS } from "../../lib/domain/time.ts";
import { FLOOD_RULE } from "../flood-rule.ts";
import type { TruthScenario } from "../truth.ts";
import type { CounterPlan, PlantedFlood } from "./counter-plan.ts";
import { isPartOf } from "./floods.ts";
import { heightSecond, ppsAt } from "./pressure.ts";
import type { Written } from "./sampled-log.ts";

/** One planted flood: what was done, not what a rule must make of it to the second. */
export interface FloodEpisode {
  readonly planted: string;
  readonly scope: ScopeKey;
  /** First and last second of the flood. */
  readonly from: string;
  readonly to: string;
  /** Hosts that some gauge must see. */
  readonly hosts: { readonly count: number; readonly list: readonly string[] };
  /** Hit as well, and seen by no gauge: not sampled, or below their limit. */
  readonly unseen: readonly string[];
  /** Packets a second on all hosts together, at the height of each. */
  readonly pps: number;
}

/** truth.json of a log that holds counters. */
export interface FloodTruth {
  readonly schemaVersion: 1;
  readonly seed: number;
  readonly samples: number;
  readonly limitLines: number;
  readonly sites: number;
  readonly hosts: number;
  readonly sampledHosts: number;
  /** The last second of the log. */
  readonly referenceTime: string;
  readonly rule: typeof FLOOD_RULE;
  readonly episodes: readonly FloodEpisode[];
  readonly planted: readonly TruthScenario[];
}

export function floodTruthOf(plan: CounterPlan, written: Written): FloodTruth {
  const { options, fleet, measured, planted } = plan;
  const attacks = planted.filter(({ behaviour }) => behaviour.label === "attack");
  return {
    schemaVersion: 1,
    seed: options.seed,
    samples: written.samples,
    limitLines: written.limitLines,
    sites: fleet.sites.length,
    hosts: fleet.hosts.length,
    sampledHosts: measured.filter(({ sampleSeconds }) => sampleSeconds > 0).length,
    referenceTime: timeOf(options.endSecond),
    rule: FLOOD_RULE,
    episodes: attacks.map((one) => episodeOf(plan, one)),
    planted: planted.map((one) => {
      const [from, to] = spanOf(one);
      return {
        id: one.id,
        label: one.behaviour.label,
        story: one.behaviour.story,
        sites: [fleet.sites[one.site]!],
        from: timeOf(from),
        to: timeOf(to),
        episodes: one.behaviour.label === "attack" ? 1 : 0,
      };
    }),
  };
}

function episodeOf({ fleet, measured }: CounterPlan, planted: PlantedFlood): FloodEpisode {
  const [from, to] = spanOf(planted);
  const namesOf = (isSeen: boolean) =>
    planted.pressures
      .filter((pressure) => isPartOf(measured, pressure) === isSeen)
      .map(({ host }) => fleet.hosts[host]!.name)
      .sort();
  const list = namesOf(true);
  return {
    planted: planted.id,
    scope: { name: FLOOD_RULE.scope, value: fleet.sites[planted.site]! },
    from: timeOf(from),
    to: timeOf(to),
    hosts: { count: list.length, list },
    unseen: namesOf(false),
    pps: Math.round(planted.pressures.reduce((sum, one) => sum + ppsAt(one, heightSecond(one)), 0)),
  };
}

/** First and last second of all that belongs to it. */
export function spanOf({ pressures }: PlantedFlood): [from: number, to: number] {
  return [
    Math.min(...pressures.map(({ from }) => from)),
    Math.max(...pressures.map(({ from, seconds }) => from + seconds - 1)),
  ];
}

function timeOf(second: number): string {
  return formatTime(second * SECOND_MS);
}
