import type { Random } from "../../lib/process/random.ts";
import { drawHost, type MeasuredHost } from "../counters/measured-fleet.ts";
import { ordinaryDays, type Liveliness } from "../counters/ordinary-days.ts";
import type { Pressure } from "../counters/pressure.ts";
import { hotHost, type Chance, type HotHost } from "./hot-host.ts";
import { mergedHeat } from "./merged-heat.ts";
import { restOf } from "./rest.ts";

/** The fleet of detection.md section 6: half of it only has lines, a quarter each is sampled. */
const SAMPLINGS = [
  { os: "freebsd", sampleSeconds: 0, hosts: 50 },
  { os: "linux", sampleSeconds: 1, hosts: 25 },
  { os: "linux", sampleSeconds: 10, hosts: 25 },
] as const;

export const FLEET_HOSTS = SAMPLINGS.reduce((sum, { hosts }) => sum + hosts, 0);

export function drawFleet(random: Random): MeasuredHost[] {
  return SAMPLINGS.flatMap(({ os, sampleSeconds, hosts }) =>
    Array.from({ length: hosts }, () => drawHost(random, os, sampleSeconds)),
  );
}

/** Seconds; `from` is a whole hour. */
export interface Stretch {
  readonly from: number;
  readonly seconds: number;
}

/** One stretch of a site: its hosts' hot seconds, and what caused them. */
export interface PlayedStretch {
  readonly hot: readonly HotHost[];
  readonly pressures: readonly (readonly Pressure[])[];
}

/** Plays a stretch of ordinary days, with what else is given on top. */
export function play(
  chance: Chance,
  fleet: readonly MeasuredHost[],
  stretch: Stretch,
  lively: Liveliness,
  extra: readonly Pressure[],
): PlayedStretch {
  const { random } = chance;
  const hosts = fleet.map((_, host) => host);
  const byHost: Pressure[][] = fleet.map(() => []);
  const ordinary = ordinaryDays(random, { hosts, ...stretch }, lively);
  for (const pressure of [...ordinary, ...extra]) byHost[pressure.host]!.push(pressure);
  const hot = fleet.map((host, number) =>
    mergedHeat(restOf(random, host, stretch), hotHost(chance, host, byHost[number]!)),
  );
  return { hot, pressures: byHost };
}
