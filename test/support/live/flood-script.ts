import { type Random, seededRandom } from "../../../lib/process/random.ts";
import { timeText } from "../../../sim/log-line.ts";
import { noiseText } from "../../../sim/noise.ts";

export interface FloodScriptOptions {
  readonly seed: number;
  /** Names of sites, and so of hosts, begin with it. */
  readonly prefix: string;
  readonly sites: number;
  readonly hostsPerSite: number;
  readonly linesPerSecond: number;
  readonly startSecond: number;
  /** Seconds in which floods may begin. */
  readonly seconds: number;
  /** Seconds from one flood to the next. */
  readonly everySeconds: number;
}

interface Flood {
  readonly site: number;
  readonly from: number;
  readonly to: number;
  readonly hosts: number;
}

/** The rule that the floods meet: short, so that an incident ends soon after its flood. */
export const FLOOD_RULE = {
  name: "flooded",
  type: "host_count",
  signal: "tcp_reset",
  hosts: 6,
  within: "5s",
  scope: "site",
} as const;

/** Of a line that says its host is within its limit. */
export const CALM_OFFERED = 150;

const FLOOD_SECONDS_MAX = 8;
const LEAST_HOSTS = 9;

/** A fleet's log as it is written, second by second, with floods of one site each. */
export class FloodScript {
  readonly floods: readonly Flood[];
  readonly #options: FloodScriptOptions;
  readonly #random: Random;

  constructor(options: FloodScriptOptions) {
    const { seed, startSecond, seconds, everySeconds, sites, hostsPerSite } = options;
    this.#options = options;
    this.#random = seededRandom(seed);
    const count = Math.floor(seconds / everySeconds);
    this.floods = Array.from({ length: count }, (_, number) => {
      const from = startSecond + number * everySeconds;
      return {
        site: number % sites,
        from,
        to: from + this.#random.between(4, FLOOD_SECONDS_MAX),
        hosts: this.#random.between(LEAST_HOSTS, hostsPerSite),
      };
    });
  }

  /** The last second of any flood. */
  get lastSecond(): number {
    return Math.max(...this.floods.map(({ to }) => to));
  }

  /** Each second once, in order; without line ends. */
  linesOf(second: number): string[] {
    const lines: string[] = [];
    for (const flood of this.floods) {
      if (second < flood.from || second > flood.to) continue;
      for (let host = 0; host < flood.hosts; host++) {
        const joins = flood.from + (host % 3);
        if (second < joins || (second > joins && this.#random.chance(0.2))) continue;
        const offered = 200 + this.#random.between(10, 900);
        lines.push(this.#limit(second, flood.site, host, "tcp reset", offered));
      }
    }
    while (lines.length < this.#options.linesPerSecond) lines.push(this.#other(second));
    return lines;
  }

  /** One line of every host, within its limit: from it, everybody's time is known. */
  closing(second: number): string[] {
    const { sites, hostsPerSite } = this.#options;
    return Array.from({ length: sites * hostsPerSite }, (_, number) => {
      const site = Math.floor(number / hostsPerSite);
      return this.#limit(second, site, number % hostsPerSite, "tcp reset", CALM_OFFERED);
    });
  }

  #other(second: number): string {
    const { sites, hostsPerSite } = this.#options;
    const [site, host] = [this.#random.below(sites), this.#random.below(hostsPerSite)];
    if (this.#random.chance(0.9)) {
      const noise = noiseText(this.#random.below(2 ** 32));
      return `<38>${timeText(second)} ${this.#name(site, host)} ${noise}`;
    }
    return this.#limit(second, site, host, "icmp ping", this.#random.between(201, 400));
  }

  #limit(second: number, site: number, host: number, what: string, offered: number): string {
    const text = `Limiting ${what} response from ${offered} to 200 packets/sec`;
    return `<5>${timeText(second)} ${this.#name(site, host)} kernel: ${text}`;
  }

  #name(site: number, host: number): string {
    return `${this.#options.prefix}${site}-web-${String(host).padStart(3, "0")}`;
  }
}
