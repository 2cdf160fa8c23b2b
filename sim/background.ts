import type { Gauge } from "../lib/domain/gauge.ts";
import type { Fleet } from "./fleet.ts";
import { drawAllowed, drawCalmOffered, drawOffered, otherGauge, resetGauge } from "./kernel.ts";
import { PLANTED_RULE } from "./planted-rule.ts";
import type { World } from "./scenarios.ts";

/** The background of a site keeps well below what the rule needs, whatever it does. */
const HOSTS_AT_ONCE = PLANTED_RULE.hosts - 3;

const BURST_SECONDS_MAX = 900;
const RESET_SHARE = 0.75;
const CALM_SHARE = 0.04;

/**
 * Limit lines of ordinary days, `count` of them: bursts of one host each, most of them short and a
 * few very long, on the classes that real scans and busy resolvers reach. A reset burst that finds
 * no place in the calendar becomes one of another class, or one without excess.
 */
export function addBackground(world: World, count: number): void {
  const { random, fleet } = world;
  const siteMinutes = fleet.sites.length * ((world.to - world.from + 1) / 60);
  // Busier logs have longer bursts, not more hosts at a time.
  const typicalSeconds = Math.min(300, 2 + count / siteMinutes);
  let left = count;
  while (left > 0) {
    const from = random.between(world.from, world.to);
    const drawn = Math.floor(typicalSeconds * ((1 - random.next()) ** -0.8 - 0.5));
    const seconds = Math.max(1, Math.min(drawn, BURST_SECONDS_MAX, left, world.to - from + 1));
    const host = random.below(fleet.hosts.length);
    left -= addBurst(world, host, from, seconds);
  }
}

/** Returns how many lines it wrote: at least one, at most one a second. */
function addBurst(world: World, number: number, from: number, seconds: number): number {
  const { random, fleet, calendar, table } = world;
  const host = hostOf(fleet, number);
  const to = from + seconds - 1;
  const reset = random.chance(RESET_SHARE);
  const hot = reset && calendar.occupy(host.site, from, to, HOSTS_AT_ONCE);
  const calmBurst = reset && !hot && random.chance(0.2);
  const gauge: Gauge =
    hot || calmBurst ? resetGauge(random, host.era) : otherGauge(random, host.era);
  const share = 0.3 + 0.7 * random.next();
  let lines = 0;
  for (let second = from; second <= to; second += 1) {
    if (second > from && !random.chance(share)) continue;
    const allowed = drawAllowed(random, host);
    const calm = calmBurst || random.chance(CALM_SHARE);
    const offered = calm ? drawCalmOffered(random, allowed) : drawOffered(random, allowed);
    table.addLimit(second, number, gauge, offered, allowed);
    lines += 1;
  }
  return lines;
}

function hostOf(fleet: Fleet, number: number): Fleet["hosts"][number] {
  return fleet.hosts[number]!;
}
