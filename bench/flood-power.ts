/**
 * What the steps of rule `flood` find, how soon, and what they invent, on synthetic sites of 100
 * hosts (detection.md section 6), beside other steps and the simplest rival. A pure function of its
 * seed. `node bench/flood-power.ts [--seed N] [--trials N] [--years N]`
 */
import { parseArgs } from "node:util";
import { seededRandom } from "../lib/process/random.ts";
import { drawHost } from "../sim/counters/measured-fleet.ts";
import { Flicker } from "../sim/counters/chance.ts";
import { LIVELY, type Liveliness } from "../sim/counters/ordinary-days.ts";
import { FLICKER_SIGMA } from "../sim/counters/sampled-log.ts";
import { type Cell, trial } from "../sim/power/cells.ts";
import { type Chance, TWICE_MASK } from "../sim/power/hot-host.ts";
import { METHODS } from "../sim/power/methods.ts";
import { outcomesOf } from "../sim/power/rest.ts";
import { nullDays } from "../sim/power/null-days.ts";
import { poissonBounds } from "../sim/power/poisson-bounds.ts";
import { numberText, printTable } from "./table.ts";

const CELLS: readonly Cell[] = [
  { pps: 20, hosts: 10, among: "linux", onsetsWithinSeconds: 0 },
  { pps: 20, hosts: 10, among: "any", onsetsWithinSeconds: 0 },
  { pps: 100, hosts: 5, among: "linux", onsetsWithinSeconds: 0 },
  { pps: 300, hosts: 5, among: "freebsd", onsetsWithinSeconds: 0 },
  { pps: 300, hosts: 5, among: "any", onsetsWithinSeconds: 0 },
  { pps: 300, hosts: 3, among: "freebsd", onsetsWithinSeconds: 0 },
  { pps: 1_000, hosts: 3, among: "freebsd", onsetsWithinSeconds: 0 },
  { pps: 1_000, hosts: 3, among: "any", onsetsWithinSeconds: 0 },
  { pps: 300, hosts: 10, among: "any", onsetsWithinSeconds: 0 },
  { pps: 300, hosts: 30, among: "freebsd", onsetsWithinSeconds: 0 },
  { pps: 300, hosts: 100, among: "any", onsetsWithinSeconds: 0 },
  { pps: 300, hosts: 10, among: "any", onsetsWithinSeconds: 200 },
];

const YEAR_DAYS = 365;
/** Each with a fleet of its own. */
const CHUNK_DAYS = 5;
const MONTHS_PER_YEAR = 12;

const DAY_HOURS = 24;
/** Of one cell of the host stage (services/detect/limits.ts cellsMax). */
const CELL_BYTES = 12.8;

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    trials: { type: "string", default: "200" },
    years: { type: "string", default: "30" },
  },
});
const seed = Number(values.seed);
tellFound(Number(values.trials));
tellRest();
tellInvented("ordinary days", LIVELY, Number(values.years));
const noisy = { ...LIVELY, burstsPerHostDay: 3 * LIVELY.burstsPerHostDay };
tellInvented("hosts three times as noisy", noisy, Number(values.years) / 3);

function chanceOf(number: number): Chance {
  const random = seededRandom(seed * 2 ** 32 + number);
  return { random, flicker: new Flicker(random, FLICKER_SIGMA) };
}

function tellFound(trials: number): void {
  const chance = chanceOf(0);
  const rows = CELLS.map((cell) => {
    const seconds: number[][] = METHODS.map(() => []);
    for (let number = 0; number < trials; number += 1) {
      trial(chance, cell, METHODS).forEach((known, method) => seconds[method]!.push(known));
    }
    return [cellText(cell), ...seconds.map(foundText)];
  });
  const head = ["pps x hosts", ...METHODS.map(({ name }) => name)];
  printTable(`Found of ${trials} floods of 5 min; known after seconds, median/p95`, [
    head,
    ...rows,
  ]);
}

function cellText({ pps, hosts, among, onsetsWithinSeconds }: Cell): string {
  const spread = onsetsWithinSeconds === 0 ? "" : `, begun within ${onsetsWithinSeconds} s`;
  return `${pps} x ${hosts} ${among === "freebsd" ? "lines" : among}${spread}`;
}

function foundText(seconds: readonly number[]): string {
  const known = seconds.filter(Number.isFinite).toSorted((a, b) => a - b);
  const share = numberText(known.length / seconds.length, 2);
  if (known.length === 0) return share;
  const at = (quantile: number) => known[Math.ceil(quantile * known.length) - 1]!;
  return `${share}, ${at(0.5)}/${at(0.95)}`;
}

function tellInvented(what: string, lively: Liveliness, years: number): void {
  const chunks = Math.ceil((years * YEAR_DAYS) / CHUNK_DAYS);
  const causeless = METHODS.map(() => 0);
  const scans = METHODS.map(() => 0);
  for (let chunk = 0; chunk < chunks; chunk += 1) {
    nullDays(chanceOf(1 + chunk), CHUNK_DAYS, lively, METHODS).forEach((said, method) => {
      causeless[method]! += said.causeless;
      scans[method]! += said.scans;
    });
  }
  const months = ((chunks * CHUNK_DAYS) / YEAR_DAYS) * MONTHS_PER_YEAR;
  const rows = METHODS.map(({ name }, method) => {
    const count = causeless[method]!;
    const { low, high } = poissonBounds(count);
    const perMonth = (number: number) => numberText(number / months, 3);
    return [
      name,
      numberText(count),
      `${perMonth(count)} (${perMonth(low)}-${perMonth(high)})`,
      numberText((count / months) * 6, 2),
      numberText(scans[method]!),
    ];
  });
  const head = ["method", "causeless", "a month (95 %)", "a half year", "incidents of scanners"];
  printTable(`Without an attack: ${what}, ${numberText(months / 12, 1)} years`, [head, ...rows]);
}

/** How many seconds of a day a host is hot though nothing happens: cells, and runs by chance. */
function tellRest(): void {
  const rows = [1, 10].flatMap((sampleSeconds) =>
    [2, 5, 10, 20].map((level) => {
      const host = { ...drawHost(chanceOf(0).random, "linux", sampleSeconds), level };
      const seconds = { twice: 0, raised: 0 };
      for (let hour = 0; hour < DAY_HOURS; hour += 1) {
        for (const { mask, chance } of outcomesOf(host, (hour + 0.5) * 3_600)) {
          if (mask === TWICE_MASK) seconds.twice += chance * 3_600;
          else seconds.raised += chance * 3_600;
        }
      }
      const twice = seconds.twice + seconds.raised;
      return [
        `${sampleSeconds} s`,
        `${level}/s`,
        numberText(seconds.raised, 1),
        numberText(twice, 1),
        numberText(twice * CELL_BYTES),
      ];
    }),
  );
  const head = ["sampled every", "level", "hot by 3x, s/day", "by 2x, s/day", "bytes of 2x a day"];
  printTable("Hosts at rest", [head, ...rows]);
}
