import type { Gauge } from "../../lib/domain/gauge.ts";
import type { Random } from "../../lib/process/random.ts";

/** Where one behaviour is played: quiet sites, and what may be written into their logs. */
export interface Stage {
  readonly random: Random;
  /** The rule to meet or to miss. */
  readonly need: number;
  readonly withinSeconds: number;
  /** The first second it may write in; since 1970 UTC. */
  readonly start: number;
  readonly hostsPerSite: number;
  /** So many different hosts of a site, chosen by chance but always in the same order. */
  take(count: number, site?: number): readonly number[];
  /** A line of the tcp_reset family above its cap; the host's own class unless `gauge` is given. */
  hot(host: number, second: number, gauge?: Gauge): void;
  /** A line of the family at or below its cap: it counts in sums and makes nothing hot. */
  calm(host: number, second: number): void;
  /** A limit line of a class outside the family. */
  other(host: number, second: number): void;
}

/** One labelled thing that may happen to a fleet. */
export interface Behaviour {
  readonly name: string;
  readonly label: "attack" | "decoy";
  /** One sentence for people who read the truth file. */
  readonly story: string;
  readonly sites: number;
  /** Hosts that each of its sites must have. */
  readonly hosts: number;
  /** It writes only in [start, start + seconds). */
  readonly seconds: number;
  /** Episodes of the planted rule it makes, all sites together. */
  readonly episodes: number;
  plan(stage: Stage): void;
}

/** Every host writes in most seconds of [from, to], and surely in the first. */
export function flood(
  stage: Stage,
  hosts: readonly number[],
  from: number,
  to: number,
  share = 0.6,
): void {
  for (const host of hosts) {
    for (let second = from; second <= to; second += 1) {
      if (second === from || stage.random.chance(share)) stage.hot(host, second);
    }
  }
}
