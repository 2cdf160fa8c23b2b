import { shuffle, type Random } from "../../lib/process/random.ts";
import { drawLogNormal } from "./chance.ts";
import { isSeen } from "./kernel-counters.ts";
import type { MeasuredHost } from "./measured-fleet.ts";
import { ppsAt, heightSecond, steady, type Pressure, type PressureKind } from "./pressure.ts";
import { scan, sweep } from "./ordinary-days.ts";

/** Where one behaviour is played. */
export interface FloodStage {
  readonly random: Random;
  readonly fleet: readonly MeasuredHost[];
  /** Indexes of the site's hosts. */
  readonly hosts: readonly number[];
  readonly start: number;
}

/** One labelled thing that may happen to a site whose hosts are measured. */
export interface FloodBehaviour {
  readonly name: string;
  readonly label: "attack" | "decoy";
  /** One sentence for people who read the truth file. */
  readonly story: string;
  plan(stage: FloodStage): Pressure[];
  /** Part of its hosts start anew. */
  readonly reboots?: true;
}

/** Hosts do not get exactly alike. */
const SPREAD_SIGMA = 0.2;

interface Shape {
  readonly kind?: PressureKind;
  readonly pps: number;
  readonly seconds: number;
  /** So many of the hosts that are hit are seen by some gauge. */
  readonly seen: number;
  readonly doublingSeconds?: number;
  readonly pulse?: Pressure["pulse"];
  /** The last host is hit so long after the first; all are hit until the same end. */
  readonly onsetsWithinSeconds?: number;
}

/** Hits hosts by chance until so many of them are seen. */
function flood(stage: FloodStage, shape: Shape): Pressure[] {
  const { random, fleet, start } = stage;
  const { kind = "resets", doublingSeconds = 0, pulse = null, onsetsWithinSeconds = 0 } = shape;
  const order = [...stage.hosts];
  shuffle(random, order);
  const pressures: Pressure[] = [];
  let seen = 0;
  for (const host of order) {
    if (seen === shape.seen) break;
    const pps = drawLogNormal(random, shape.pps, SPREAD_SIGMA);
    const late = Math.round((onsetsWithinSeconds * seen) / shape.seen);
    const [from, seconds] = [start + late, shape.seconds - late];
    pressures.push(steady({ host, kind, from, seconds, pps, doublingSeconds, pulse }));
    if (isSeen(fleet[host]!, kind, pps)) seen += 1;
  }
  return pressures;
}

/** What a host gets when it is at its height is what decides who takes part. */
export function isPartOf(fleet: readonly MeasuredHost[], pressure: Pressure): boolean {
  const pps = ppsAt(pressure, heightSecond(pressure));
  return isSeen(fleet[pressure.host]!, pressure.kind, pps);
}

/** Played in this order, again and again. */
export const FLOODS: readonly FloodBehaviour[] = [
  {
    name: "flood_step",
    label: "attack",
    story: "Twelve visible hosts at once, for five minutes",
    plan: (stage) => flood(stage, { pps: 400, seconds: 300, seen: 12 }),
  },
  {
    name: "reboot_wave",
    label: "decoy",
    story: "A third of the hosts start anew within two minutes, and everything connects again",
    reboots: true,
    plan: ({ random, hosts, start }) =>
      hosts
        .filter((_, index) => index % 3 === 0)
        .map((host) => {
          const from = start + random.below(120);
          return steady({ host, kind: "fails", from, seconds: 75, pps: 150, cause: 1 });
        }),
  },
  {
    name: "sweep",
    label: "decoy",
    story: "A scanner goes from host to host and stays some seconds at each",
    plan: ({ random, hosts, start }) => sweep(random, { hosts, from: 0, seconds: 0 }, start, 1),
  },
  {
    name: "flood_few",
    label: "attack",
    story: "Five visible hosts, far above 200 packets a second each, for three minutes",
    plan: (stage) => flood(stage, { pps: 900, seconds: 180, seen: 5 }),
  },
  {
    name: "vertical_scan",
    label: "decoy",
    story: "All ports of one host, for minutes",
    plan: ({ random, hosts, start }) =>
      scan(random, { hosts: [random.pick(hosts)], from: 0, seconds: 0 }, start, 1),
  },
  {
    name: "flood_ramp",
    label: "attack",
    story: "A flood that doubles every 20 s until it is at its height after two minutes",
    plan: (stage) => flood(stage, { pps: 500, seconds: 420, seen: 15, doublingSeconds: 20 }),
  },
  {
    name: "restart_wave",
    label: "decoy",
    story: "A deploy restarts a service on one host after the other",
    plan: ({ random, hosts, start }) =>
      hosts.slice(0, 20).map((host, turn) => {
        const from = start + turn * 20 + random.below(8);
        return steady({ host, kind: "fails", from, seconds: 12, pps: 90, cause: 1 });
      }),
  },
  {
    name: "flood_pulses",
    label: "attack",
    story: "Twenty seconds of flood in every minute, six times",
    plan: (stage) =>
      flood(stage, { pps: 600, seconds: 320, seen: 12, pulse: { on: 20, every: 60 } }),
  },
  {
    name: "flood_staggered",
    label: "attack",
    story: "Fifteen visible hosts join within 200 s, and all stay to the end",
    plan: (stage) => flood(stage, { pps: 400, seconds: 420, seen: 15, onsetsWithinSeconds: 200 }),
  },
  {
    name: "syn_flood",
    label: "attack",
    story: "Half-open connections until ten visible hosts answer with cookies",
    plan: (stage) => flood(stage, { kind: "syn", pps: 300, seconds: 300, seen: 10 }),
  },
  {
    name: "udp_flood",
    label: "attack",
    story: "Datagrams to ports that nobody listens on, to eight visible hosts",
    plan: (stage) => flood(stage, { kind: "udp", pps: 900, seconds: 240, seen: 8 }),
  },
];

/** No behaviour takes longer. */
export const FLOOD_SECONDS_MAX = 600;
