import { shuffle } from "../../lib/process/random.ts";
import type { DwellStep } from "../../lib/domain/rule.ts";
import { drawLogNormal } from "../counters/chance.ts";
import type { MeasuredHost } from "../counters/measured-fleet.ts";
import { LIVELY } from "../counters/ordinary-days.ts";
import { steady } from "../counters/pressure.ts";
import { floodTimes } from "./flood-times.ts";
import type { Chance } from "./hot-host.ts";
import { drawFleet, play } from "./power-fleet.ts";

/** One kind of flood: five minutes of so many packets a second on each of so many hosts. */
export interface Cell {
  readonly pps: number;
  readonly hosts: number;
  /** Which of the fleet are hit. */
  readonly among: "linux" | "freebsd" | "any";
  /** The last host is hit so long after the first. */
  readonly onsetsWithinSeconds: number;
}

/** A way to tell a flood: the steps that hosts must meet. */
export interface Method {
  readonly name: string;
  readonly steps: readonly DwellStep[];
  /** Pauses of fewer seconds do not end a run. */
  readonly withinSeconds: number;
}

export const FLOOD_SECONDS = 300;
/** Hosts do not get exactly alike. */
const SPREAD_SIGMA = 0.2;
const STRETCH = { from: 0, seconds: 7_200 };
const HOUR_SECONDS = 3_600;
const DAY_HOURS = 24;

/** Seconds from the first packet until each method knows; infinity where it never does. */
export function trial(chance: Chance, cell: Cell, methods: readonly Method[]): number[] {
  const { random } = chance;
  const fleet = drawFleet(random);
  const from = random.below(DAY_HOURS) * HOUR_SECONDS;
  const start = from + HOUR_SECONDS + random.below(HOUR_SECONDS / 2);
  const hit = fleet.flatMap((host, number) => (isAmong(host, cell.among) ? [number] : []));
  shuffle(random, hit);
  const flood = hit.slice(0, cell.hosts).map((host, index) => {
    const late = Math.round((cell.onsetsWithinSeconds * index) / cell.hosts);
    const pps = drawLogNormal(random, cell.pps, SPREAD_SIGMA);
    return steady({ host, from: start + late, seconds: FLOOD_SECONDS, pps });
  });
  const { hot } = play(chance, fleet, { ...STRETCH, from }, LIVELY, flood);
  const end = start + cell.onsetsWithinSeconds + FLOOD_SECONDS;
  return methods.map(({ steps, withinSeconds }) => {
    const spans = floodTimes(hot, steps, withinSeconds, fleet);
    const found = spans.find((span) => span.to > start && span.from < end + withinSeconds);
    return found === undefined ? Number.POSITIVE_INFINITY : Math.max(0, found.from - start);
  });
}

function isAmong(host: MeasuredHost, among: Cell["among"]): boolean {
  return among === "any" || host.os === among;
}
