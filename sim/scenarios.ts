import type { Gauge } from "../lib/domain/gauge.ts";
import { seededRandom, shuffle, type Random } from "../lib/process/random.ts";
import type { Behaviour, Stage } from "./attacks/behaviour.ts";
import { CATALOGUE } from "./attacks/catalogue.ts";
import { heldBackFlood } from "./attacks/held-back-flood.ts";
import { logEdge } from "./attacks/log-edge.ts";
import type { Calendar } from "./calendar.ts";
import type { Fleet } from "./fleet.ts";
import { drawAllowed, drawCalmOffered, drawOffered, otherGauge, resetGauge } from "./kernel.ts";
import type { LineTable } from "./line-table.ts";
import { PLANTED_RULE } from "./planted-rule.ts";

/** One behaviour at its place: seconds are since 1970 UTC, `to` is the last that is its own. */
export interface Planted {
  readonly id: string;
  readonly behaviour: Behaviour;
  readonly sites: readonly number[];
  readonly from: number;
  readonly to: number;
}

/** The site and the seconds whose lines the disordered log receives only after `to`. */
export interface HeldBack {
  readonly site: number;
  readonly from: number;
  readonly to: number;
}

export interface World {
  readonly fleet: Fleet;
  readonly calendar: Calendar;
  readonly table: LineTable;
  readonly random: Random;
  readonly from: number;
  readonly to: number;
}

/** One line of a behaviour before it is written. */
export interface DraftLine {
  readonly second: number;
  readonly host: number;
  readonly gauge: Gauge;
  readonly offered: number;
  readonly allowed: number;
}

const TRIES = 40;
const DAY_SECONDS = 86_400;

/** Beyond this share of the timeline the background would have no room for its own hosts. */
const RESERVED_SHARE_MAX = 0.5;

/** Two windows after the last line nothing counts any more; the third keeps episodes apart. */
const APART_SECONDS = 3 * PLANTED_RULE.withinSeconds;

/** Plays the catalogue until `budget` limit lines are used or the timeline is half full. */
export function plantScenarios(world: World, heldBack: HeldBack, budget: number): Planted[] {
  const planted: Planted[] = [];
  let left = budget;
  const plant = (behaviour: Behaviour, sites: readonly number[], start: number): boolean => {
    const to = start + behaviour.seconds - 1 + APART_SECONDS;
    if (!world.calendar.reserve(sites, start, to)) return false;
    const lines = draft(world, behaviour, sites, start);
    if (lines.length > left) {
      world.calendar.release(sites, start, to);
      return false;
    }
    for (const line of lines) {
      world.table.addLimit(line.second, line.host, line.gauge, line.offered, line.allowed);
    }
    left -= lines.length;
    const number = String(planted.length + 1).padStart(4, "0");
    planted.push({ id: `${behaviour.name}-${number}`, behaviour, sites, from: start, to });
    return true;
  };

  if (fits(world, heldBackFlood)) plant(heldBackFlood, [heldBack.site], heldBack.from + 300);
  for (const start of fits(world, logEdge) ? edgesOf(world) : []) {
    plant(logEdge, pickSites(world, 1), start);
  }
  const playable = CATALOGUE.filter((behaviour) => fits(world, behaviour));
  let misses = 0;
  for (let turn = 0; misses < playable.length; turn += 1) {
    if (world.calendar.reservedShare > RESERVED_SHARE_MAX) break;
    const behaviour = playable[turn % playable.length] as Behaviour;
    misses = plantAnywhere(world, behaviour, plant) ? 0 : misses + 1;
  }
  return planted;
}

function fits(world: World, behaviour: Behaviour): boolean {
  return world.fleet.sites.length >= behaviour.sites && world.fleet.hostsPerSite >= behaviour.hosts;
}

/** The starts at which a log_edge flood lies over each midnight and at both ends of the log. */
function edgesOf(world: World): number[] {
  const starts = [world.from, world.to - logEdge.seconds + 1];
  const half = logEdge.seconds / 2;
  const firstMidnight = Math.ceil((world.from + half) / DAY_SECONDS) * DAY_SECONDS;
  for (let midnight = firstMidnight; midnight + half <= world.to; midnight += DAY_SECONDS) {
    starts.push(midnight - half);
  }
  return starts;
}

function plantAnywhere(
  world: World,
  behaviour: Behaviour,
  plant: (behaviour: Behaviour, sites: readonly number[], start: number) => boolean,
): boolean {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const sites = pickSites(world, behaviour.sites);
    const start = world.random.between(world.from, world.to - behaviour.seconds + 1);
    if (plant(behaviour, sites, start)) return true;
  }
  return false;
}

function pickSites(world: World, count: number): number[] {
  const first = world.random.below(world.fleet.sites.length);
  return Array.from({ length: count }, (_, index) => (first + index) % world.fleet.sites.length);
}

/** What the behaviour would write, without writing it. */
export function draft(
  world: Pick<World, "fleet" | "random">,
  behaviour: Behaviour,
  sites: readonly number[],
  start: number,
): DraftLine[] {
  const { fleet } = world;
  // Its own numbers, so that one behaviour drawing more does not change all later ones.
  const random = seededRandom(world.random.below(2 ** 32));
  const hosts = sites.map((site) => {
    const own = Array.from({ length: fleet.hostsPerSite }, (_, n) => site * fleet.hostsPerSite + n);
    shuffle(random, own);
    return own;
  });
  const lines: DraftLine[] = [];
  const add = (number: number, second: number, gauge: Gauge | undefined, calm: boolean): void => {
    const host = fleet.hosts[number]!;
    const allowed = drawAllowed(random, host);
    const offered = calm ? drawCalmOffered(random, allowed) : drawOffered(random, allowed);
    lines.push({
      second,
      host: number,
      gauge: gauge ?? resetGauge(random, host.era),
      offered,
      allowed,
    });
  };
  const stage: Stage = {
    random,
    need: PLANTED_RULE.hosts,
    withinSeconds: PLANTED_RULE.withinSeconds,
    start,
    hostsPerSite: fleet.hostsPerSite,
    take: (count, site = 0) => (hosts[site] ?? []).slice(0, count),
    hot: (host, second, gauge) => add(host, second, gauge, false),
    calm: (host, second) => add(host, second, undefined, true),
    other: (host, second) => add(host, second, otherGauge(random, fleet.hosts[host]!.era), false),
  };
  behaviour.plan(stage);
  return lines;
}
