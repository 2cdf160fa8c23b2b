import { epochMsOf, SECOND_MS } from "../lib/domain/time.ts";

export const ORDERS = ["ordered", "disordered"] as const;
export type Order = (typeof ORDERS)[number];

/** What a fleet is measured by: kernel lines, counters, or both of them. */
export const GAUGE_SETS = ["lines", "counters", "both"] as const;
export type GaugeSet = (typeof GAUGE_SETS)[number];

export interface SimulationOptions {
  readonly gauges: GaugeSet;
  /** Of a log without counters; with them it is as long as its samplers make it. */
  readonly lines: number;
  readonly sites: number;
  readonly hostsPerSite: number;
  readonly hours: number;
  /** Share of limit lines, 0 to 1. */
  readonly relevant: number;
  readonly seed: number;
  /** The last second of the log, since 1970 UTC. */
  readonly endSecond: number;
  readonly order: Order;
  /** One file per host instead of one for all. */
  readonly perHost: boolean;
}

/** The end is fixed, not now, so that equal commands write equal bytes. */
export const DEFAULT_OPTIONS: SimulationOptions = {
  gauges: "lines",
  lines: 1_000_000,
  sites: 20,
  hostsPerSite: 50,
  hours: 24,
  relevant: 0.3,
  seed: 1,
  endSecond: epochMsOf(2026, 11, 20, 23, 59, 59) / SECOND_MS,
  order: "ordered",
  perHost: false,
};

/** Instead, where there are counters: a sampler says more than a limiter. */
export const COUNTER_DEFAULTS = { sites: 2, hostsPerSite: 50, hours: 6 } as const;

interface Range {
  readonly low: number;
  readonly high: number;
  readonly whole: boolean;
  /** Why the limit is where it is. */
  readonly because: string;
}

type Numeric = "lines" | "sites" | "hostsPerSite" | "hours" | "relevant" | "seed" | "endSecond";

export const OPTION_LIMITS: Readonly<Record<Numeric, Range>> = {
  lines: { low: 1, high: 100_000_000, whole: true, because: "20 bytes of memory per line" },
  sites: { low: 1, high: 100_000, whole: true, because: "host numbers fit 32 bits" },
  hostsPerSite: { low: 1, high: 10_000, whole: true, because: "host numbers fit 32 bits" },
  hours: { low: 1, high: 7_200, whole: true, because: "RFC 3164 times have no year" },
  relevant: { low: 0, high: 1, whole: false, because: "it is a share" },
  seed: { low: 0, high: Number.MAX_SAFE_INTEGER, whole: true, because: "numbers are exact" },
  endSecond: { low: 0, high: 4_102_444_799, whole: true, because: "seconds fit 32 bits" },
};

/** One byte per site and minute is kept while planning. */
const SITE_HOURS_MAX = 4_000_000;

/** Baselines are learnt first, and then there must be room for a flood. */
const COUNTER_HOURS_MIN = 2;
/** Floods of fifteen hosts, some hosts being measured by nothing. */
const COUNTER_HOSTS_MIN = 30;
/** About a thousand samples of 280 bytes each: a file of 6 GB. */
const HOST_HOURS_MAX = 20_000;

/** What is wrong with the options, as sentences; empty when nothing is. */
export function optionProblems(options: SimulationOptions): string[] {
  const problems: string[] = [];
  for (const [name, range] of Object.entries(OPTION_LIMITS)) {
    const value = options[name as Numeric];
    const inRange = value >= range.low && value <= range.high;
    if (!inRange || (range.whole && !Number.isInteger(value))) {
      const what = range.whole ? "a whole number" : "a number";
      problems.push(
        `${name} is ${value}; give ${what} from ${range.low} to ${range.high} (${range.because})`,
      );
    }
  }
  if (options.sites * options.hours > SITE_HOURS_MAX) {
    problems.push(`sites times hours is over ${SITE_HOURS_MAX}; simulate fewer of either`);
  }
  if (options.endSecond - options.hours * 3_600 < 0) {
    problems.push("the log would begin before 1970; give a later end or fewer hours");
  }
  if (options.gauges !== "lines") problems.push(...counterProblems(options));
  return problems;
}

function counterProblems({ hours, sites, hostsPerSite }: SimulationOptions): string[] {
  const problems: string[] = [];
  if (hours < COUNTER_HOURS_MIN) {
    problems.push(`hours is ${hours}; counters need ${COUNTER_HOURS_MIN} to learn what is normal`);
  }
  if (hostsPerSite < COUNTER_HOSTS_MIN) {
    problems.push(`hosts is ${hostsPerSite}; a site needs ${COUNTER_HOSTS_MIN} for these floods`);
  }
  const hostHours = sites * hostsPerSite * hours;
  if (hostHours > HOST_HOURS_MAX) {
    problems.push(
      `hosts times hours is ${hostHours}, over ${HOST_HOURS_MAX} (300 kB of samples each); ` +
        "simulate fewer of either",
    );
  }
  return problems;
}

export function firstSecond(options: SimulationOptions): number {
  return options.endSecond - options.hours * 3_600 + 1;
}
