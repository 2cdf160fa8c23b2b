import type { Random } from "../../lib/process/random.ts";
import { drawHeavyTailed, drawLogNormal, drawWait } from "./chance.ts";
import { steady, type Pressure } from "./pressure.ts";

/** How lively a site is without any attack. */
export interface Liveliness {
  /** Of one host alone, a day. */
  readonly burstsPerHostDay: number;
  /** A scanner that goes from host to host, a day and site. */
  readonly sweepsPerDay: number;
  /** A scanner that stays on a host, at times on a few of them at once, a day and site. */
  readonly scansPerDay: number;
}

/** detection.md section 4: calibrated on honeypots and then made livelier. */
export const LIVELY: Liveliness = { burstsPerHostDay: 4, sweepsPerDay: 2, scansPerDay: 0.3 };

const DAY_SECONDS = 86_400;
/** Bursts last 45 s, and one in twenty four minutes; what a learnt dwell of the facts shows. */
const BURST_MEDIAN_SECONDS = 45;
const BURST_SIGMA = 1;
const BURST_SECONDS_MAX = 3_600;
const BURST_LEAST_PPS = 15;
const PPS_MAX = 50_000;

export interface Place {
  /** Indexes of the hosts of one site. */
  readonly hosts: readonly number[];
  readonly from: number;
  readonly seconds: number;
}

/** What happens at a site without any attack: nothing that its hosts do is coordinated. */
export function ordinaryDays(random: Random, place: Place, lively: Liveliness): Pressure[] {
  const days = place.seconds / DAY_SECONDS;
  const pressures: Pressure[] = [];
  const bursts = lively.burstsPerHostDay * place.hosts.length * days;
  for (const from of momentsOf(random, place, bursts)) pressures.push(burst(random, place, from));
  let cause = 1;
  for (const from of momentsOf(random, place, lively.sweepsPerDay * days)) {
    pressures.push(...sweep(random, place, from, cause++));
  }
  for (const from of momentsOf(random, place, lively.scansPerDay * days)) {
    pressures.push(...scan(random, place, from, cause++));
  }
  return pressures;
}

/** Moments at random, so many of them on average. */
function momentsOf(random: Random, { from, seconds }: Place, count: number): number[] {
  const moments: number[] = [];
  if (count === 0) return moments;
  let at = drawWait(random, seconds / count);
  while (at < seconds) {
    moments.push(from + Math.floor(at));
    at += drawWait(random, seconds / count);
  }
  return moments;
}

function burst(random: Random, { hosts }: Place, from: number): Pressure {
  const seconds = Math.ceil(drawLogNormal(random, BURST_MEDIAN_SECONDS, BURST_SIGMA));
  return steady({
    host: random.pick(hosts),
    from,
    seconds: Math.min(BURST_SECONDS_MAX, seconds),
    pps: drawHeavyTailed(random, BURST_LEAST_PPS, PPS_MAX),
  });
}

/** Some seconds at each host, the next one some seconds later. */
export function sweep(random: Random, { hosts }: Place, from: number, cause: number): Pressure[] {
  const pace = drawLogNormal(random, 3, 1.2);
  const seconds = random.between(1, 8);
  const pps = drawHeavyTailed(random, 20, 2_000);
  const first = random.below(hosts.length);
  const reached = Math.ceil(hosts.length * (0.3 + 0.7 * random.next()));
  let at = from;
  return Array.from({ length: reached }, (_, index) => {
    at += Math.round(drawWait(random, pace));
    return steady({ host: hosts[(first + index) % hosts.length]!, from: at, seconds, pps, cause });
  });
}

const SCAN_OF_SEVERAL = 0.3;

/** Many ports of one host, for minutes; some scanners take a few hosts at a time. */
export function scan(random: Random, { hosts }: Place, from: number, cause: number): Pressure[] {
  const count = random.chance(SCAN_OF_SEVERAL) ? Math.min(hosts.length, random.between(2, 4)) : 1;
  const first = random.below(hosts.length);
  const seconds = random.between(30, 600);
  const pps = drawHeavyTailed(random, 50, 2_000);
  return Array.from({ length: count }, (_, index) => {
    const host = hosts[(first + index) % hosts.length]!;
    return steady({ host, from: from + random.below(5), seconds, pps, cause });
  });
}
