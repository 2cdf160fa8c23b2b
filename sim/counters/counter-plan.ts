import { assert } from "../../lib/domain/assert.ts";
import { seededRandom, type Random } from "../../lib/process/random.ts";
import { buildFleet, type Fleet } from "../fleet.ts";
import { firstSecond, optionProblems, type SimulationOptions } from "../options.ts";
import { FLOODS, type FloodBehaviour } from "./floods.ts";
import { drawHost, type MeasuredHost } from "./measured-fleet.ts";
import { LIVELY, ordinaryDays } from "./ordinary-days.ts";
import { steady, type Pressure } from "./pressure.ts";

/** One behaviour at its place; seconds are since 1970 UTC. */
export interface PlantedFlood {
  readonly id: string;
  readonly behaviour: FloodBehaviour;
  readonly site: number;
  readonly pressures: readonly Pressure[];
}

/** A host that starts anew: it is silent from then on for a while, and counts from 0 again. */
export interface Reboot {
  readonly host: number;
  readonly second: number;
}

/** What happens to a fleet whose hosts are sampled, before it is written down. */
export interface CounterPlan {
  readonly options: SimulationOptions;
  readonly fleet: Fleet;
  /** Parallel to the fleet's hosts. */
  readonly measured: readonly MeasuredHost[];
  /** By their first second. */
  readonly pressures: readonly Pressure[];
  /** By second. */
  readonly reboots: readonly Reboot[];
  readonly planted: readonly PlantedFlood[];
}

/** Baselines learn in blocks of ten minutes and are used a block later. */
const WARM_UP_SECONDS = 2_700;
/** A behaviour and the quiet after it: incidents stay apart, and baselines are not frozen. */
const TURN_SECONDS = 1_500;
const LATE_MAX_SECONDS = 240;

const UNSAMPLED_SHARE = 0.1;
const EVERY_SECOND_SHARE = 0.25;
/** Of FreeBSD's hosts most have no sampler: their lines are what there is. */
const FREEBSD_UNSAMPLED_SHARE = 0.4;
const REBOOTS_PER_HOST_DAY = 0.1;

export const DOWN_SECONDS = 40;

/** A pure function of its options; it throws on options that have optionProblems. */
export function planCounters(options: SimulationOptions): CounterPlan {
  assert(optionProblems(options).length === 0, "the options were checked before");
  const random = seededRandom(options.seed);
  const fleet = buildFleet(random, options.sites, options.hostsPerSite);
  const measured = fleet.hosts.map(({ limit }) => drawMeasured(random, options.gauges, limit));
  const planted: PlantedFlood[] = [];
  const pressures: Pressure[] = [];
  const reboots: Reboot[] = [];
  for (let site = 0; site < options.sites; site += 1) {
    const hosts = hostsOf(options, site);
    const place = { hosts, from: firstSecond(options), seconds: options.hours * 3_600 };
    const lively = { ...LIVELY, sweepsPerDay: 0, scansPerDay: 0 };
    // Scans are planted, so that what a rule makes of them can be told from what it invents.
    pressures.push(...ordinaryDays(random, place, lively));
    planted.push(...plant(random, options, measured, site));
  }
  for (const { behaviour, pressures: own } of planted) {
    pressures.push(...own.map((one) => (behaviour.reboots ? afterBoot(one) : one)));
    if (behaviour.reboots) reboots.push(...own.map(({ host, from }) => ({ host, second: from })));
  }
  reboots.push(...rebootsByChance(random, options));
  pressures.sort((a, b) => a.from - b.from);
  reboots.sort((a, b) => a.second - b.second);
  return { options, fleet, measured, pressures, reboots, planted };
}

export function hostsOf({ hostsPerSite }: SimulationOptions, site: number): number[] {
  return Array.from({ length: hostsPerSite }, (_, number) => site * hostsPerSite + number);
}

/** How many behaviours a log of so many hours has room for, per site. */
export function turnsOf({ hours }: SimulationOptions): number {
  return Math.max(0, Math.floor((hours * 3_600 - WARM_UP_SECONDS) / TURN_SECONDS));
}

function drawMeasured(
  random: Random,
  gauges: SimulationOptions["gauges"],
  limit: number,
): MeasuredHost {
  const isFreeBsd = gauges === "both" && random.chance(0.5);
  const unsampled = random.chance(isFreeBsd ? FREEBSD_UNSAMPLED_SHARE : UNSAMPLED_SHARE);
  const seconds = random.chance(EVERY_SECOND_SHARE) ? 1 : 10;
  const host = drawHost(random, isFreeBsd ? "freebsd" : "linux", unsampled ? 0 : seconds);
  return isFreeBsd ? { ...host, limit } : host;
}

function plant(
  random: Random,
  options: SimulationOptions,
  fleet: readonly MeasuredHost[],
  site: number,
): PlantedFlood[] {
  const hosts = hostsOf(options, site);
  return Array.from({ length: turnsOf(options) }, (_, turn) => {
    // Sites play the same list, each from another place on.
    const behaviour = FLOODS[(turn + site * 4) % FLOODS.length]!;
    const late = random.below(LATE_MAX_SECONDS);
    const start = firstSecond(options) + WARM_UP_SECONDS + turn * TURN_SECONDS + late;
    const number = String(site * turnsOf(options) + turn + 1).padStart(4, "0");
    // Its own numbers, so that one behaviour drawing more does not change all later ones.
    const own = seededRandom(random.below(2 ** 32));
    const pressures = behaviour.plan({ random: own, fleet, hosts, start });
    return { id: `${behaviour.name}-${number}`, behaviour, site, pressures };
  });
}

function afterBoot(pressure: Pressure): Pressure {
  return steady({ ...pressure, from: pressure.from + DOWN_SECONDS });
}

function rebootsByChance(random: Random, options: SimulationOptions): Reboot[] {
  const hosts = options.sites * options.hostsPerSite;
  const count = Math.round((hosts * options.hours * REBOOTS_PER_HOST_DAY) / 24);
  return Array.from({ length: count }, () => {
    const second = random.between(firstSecond(options), options.endSecond);
    return { host: random.below(hosts), second };
  });
}
