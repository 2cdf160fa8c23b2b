import type { Liveliness } from "../counters/ordinary-days.ts";
import type { Pressure } from "../counters/pressure.ts";
import type { Method } from "./cells.ts";
import { floodTimes, type HotRun, incidentsOf } from "./flood-times.ts";
import type { Chance } from "./hot-host.ts";
import { drawFleet, play } from "./power-fleet.ts";

/** Days of one site without any attack, and what each method said of them. */
export interface Said {
  /** Incidents whose hosts have nothing to do with each other. */
  readonly causeless: number;
  /** Incidents of one scanner at several of the hosts. */
  readonly scans: number;
}

const DAY_SECONDS = 86_400;
/** Two minutes of quiet end an incident. */
const QUIET_SECONDS = 120;

export function nullDays(
  chance: Chance,
  days: number,
  lively: Liveliness,
  methods: readonly Method[],
): Said[] {
  const fleet = drawFleet(chance.random);
  const stretch = { from: 0, seconds: days * DAY_SECONDS };
  const { hot, pressures } = play(chance, fleet, stretch, lively, []);
  return methods.map(({ steps, withinSeconds }) => {
    const incidents = incidentsOf(floodTimes(hot, steps, withinSeconds, fleet), QUIET_SECONDS);
    const scans = incidents.filter(({ runs }) => haveOneCause(runs, pressures)).length;
    return { causeless: incidents.length - scans, scans };
  });
}

/** At least two of the hosts were hot by the same scanner. */
function haveOneCause(runs: readonly HotRun[], pressures: readonly (readonly Pressure[])[]) {
  const causes = new Set<number>();
  for (const { host, from, to } of runs) {
    const own = pressures[host]!.filter(
      (one) => one.cause > 0 && one.from <= to && one.from + one.seconds >= from,
    );
    for (const cause of new Set(own.map((one) => one.cause))) {
      if (causes.has(cause)) return true;
      causes.add(cause);
    }
  }
  return false;
}
