import type { Random } from "../lib/process/random.ts";

/** How old a host's kernel is, as far as its limit lines tell (forms of the limiter's text). */
export const ERAS = ["merged", "split", "per_second"] as const;
export type Era = (typeof ERAS)[number];

export interface SimulatedHost {
  readonly name: string;
  /** Index into Fleet.sites. */
  readonly site: number;
  readonly era: Era;
  /** net.inet.icmp.icmplim of this host; 200 unless its administrator changed it. */
  readonly limit: number;
}

export interface Fleet {
  readonly sites: readonly string[];
  readonly hostsPerSite: number;
  /** Site after site: host n belongs to site floor(n / hostsPerSite). */
  readonly hosts: readonly SimulatedHost[];
}

const PLACES =
  "fra ams lhr cdg mad mxp waw arn dub vie zrh iad ord dfw sfo sea yyz gru nrt sin syd hkg icn bom";
const ROLES = ["web", "db", "mail", "dns", "cache", "edge", "app"] as const;
const LIMITS = [10, 50, 250, 500] as const;

/** `fra1`, `ams1`, … and from the 25th site on `fra2`, … */
export function siteName(site: number): string {
  const places = PLACES.split(" ");
  return `${places[site % places.length]}${Math.floor(site / places.length) + 1}`;
}

function drawEra(random: Random): Era {
  const draw = random.next();
  if (draw < 0.7) return "merged";
  return draw < 0.9 ? "split" : "per_second";
}

/** Names like `fra1-web-001`, after `prefix`; the number counts within the site. */
export function buildFleet(
  random: Random,
  sites: number,
  hostsPerSite: number,
  prefix = "",
): Fleet {
  const names: string[] = [];
  const hosts: SimulatedHost[] = [];
  for (let site = 0; site < sites; site += 1) {
    const place = prefix + siteName(site);
    names.push(place);
    for (let number = 1; number <= hostsPerSite; number += 1) {
      const role = ROLES[Math.floor(((number - 1) * ROLES.length) / hostsPerSite)];
      hosts.push({
        name: `${place}-${role}-${String(number).padStart(3, "0")}`,
        site,
        era: drawEra(random),
        limit: random.chance(0.05) ? random.pick(LIMITS) : 200,
      });
    }
  }
  return { sites: names, hostsPerSite, hosts };
}
