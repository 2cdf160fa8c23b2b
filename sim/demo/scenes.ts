import type { Random } from "../../lib/process/random.ts";
import { flood, type Behaviour } from "../attacks/behaviour.ts";
import { briefFlood } from "../attacks/brief-flood.ts";
import { broadFlood } from "../attacks/broad-flood.ts";
import { burst } from "../attacks/burst.ts";
import { crossSite } from "../attacks/cross-site.ts";
import { mixedClasses } from "../attacks/mixed-classes.ts";
import { nineHosts } from "../attacks/nine-hosts.ts";
import { noExcess } from "../attacks/no-excess.ts";
import { olderKernels } from "../attacks/older-kernels.ts";
import { slowSpreadOutside } from "../attacks/slow-spread-outside.ts";
import type { Fleet } from "../fleet.ts";
import { PLANTED_RULE } from "../planted-rule.ts";
import { draft, type DraftLine } from "../scenarios.ts";

/** One behaviour at its place in the demo; seconds count from 1970 UTC. */
export interface Scene {
  readonly behaviour: Behaviour;
  readonly sites: readonly number[];
  readonly from: number;
}

/** What the demo is about, at once: many hosts of one site within a few seconds. */
const openingFlood: Behaviour = {
  name: "opening_flood",
  label: "attack",
  story: "14 hosts of one site flooded within four seconds, for three quarters of a minute",
  sites: 1,
  hosts: 14,
  seconds: 45,
  episodes: 1,
  plan(stage) {
    for (const host of stage.take(14)) {
      const joins = stage.start + stage.random.below(4);
      flood(stage, [host], joins, stage.start + 44, 0.5);
    }
  },
};

/** Played in this order and then again: what must be found, among what must not. */
const PROGRAMME: readonly Behaviour[] = [
  openingFlood,
  nineHosts,
  noExcess,
  briefFlood,
  crossSite,
  burst,
  olderKernels,
  mixedClasses,
  slowSpreadOutside,
  broadFlood,
];

/** Long enough to read what the terminal says before anything happens. */
const OPENS_AFTER_SECONDS = 6;
const PAUSE_SECONDS = 15;

/** What a site did counts for one window; the second keeps two scenes apart for the eye. */
const SITE_RESTS_SECONDS = 2 * PLANTED_RULE.withinSeconds;

/** The scenes of the demo, one after the other for ever, each with the lines that it writes. */
export class Scenes {
  readonly #fleet: Fleet;
  readonly #random: Random;
  readonly #restsUntil: number[];
  #next = 0;
  #nextFrom: number;

  constructor(fleet: Fleet, random: Random, startSecond: number) {
    this.#fleet = fleet;
    this.#random = random;
    this.#restsUntil = fleet.sites.map(() => 0);
    this.#nextFrom = startSecond + OPENS_AFTER_SECONDS;
  }

  /** The scene that begins by `second`, and its lines; null where none does. */
  begin(second: number): { readonly scene: Scene; readonly lines: readonly DraftLine[] } | null {
    const behaviour = PROGRAMME[this.#next % PROGRAMME.length]!;
    const count = this.#fleet.sites.length;
    const sites = Array.from({ length: behaviour.sites }, (_, i) => (this.#next + i) % count);
    const rested = Math.max(...sites.map((site) => this.#restsUntil[site]!));
    if (second < Math.max(this.#nextFrom, rested)) return null;
    const lines = draft({ fleet: this.#fleet, random: this.#random }, behaviour, sites, second);
    const end = lines.reduce((last, line) => Math.max(last, line.second), second) + 1;
    for (const site of sites) this.#restsUntil[site] = end + SITE_RESTS_SECONDS;
    this.#nextFrom = end + PAUSE_SECONDS;
    this.#next += 1;
    return { scene: { behaviour, sites, from: second }, lines };
  }
}
