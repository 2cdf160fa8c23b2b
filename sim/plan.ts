import { assert } from "../lib/domain/assert.ts";
import { seededRandom, type Random } from "../lib/process/random.ts";
import { addBackground } from "./background.ts";
import { Calendar } from "./calendar.ts";
import { buildFleet, type Fleet } from "./fleet.ts";
import { LineTable } from "./line-table.ts";
import { firstSecond, optionProblems, type SimulationOptions } from "./options.ts";
import { PLANTED_RULE } from "./planted-rule.ts";
import { plantScenarios, type HeldBack, type Planted } from "./scenarios.ts";

/** A whole simulated log before it is put in an order: the same for every order. */
export interface Plan {
  readonly options: SimulationOptions;
  readonly fleet: Fleet;
  readonly table: LineTable;
  /** Limit lines in the table, repeated ones too; they come first. */
  readonly relevant: number;
  /** [from, to) of the lines that are there a second time. */
  readonly repeats: readonly (readonly [number, number])[];
  readonly planted: readonly Planted[];
  readonly heldBack: HeldBack;
}

/** One line in a hundred comes twice: at-least-once shippers, and console plus log on one host. */
const REPEAT_SHARE = 0.01;

/** Of the limit lines, how many the labelled behaviours may use; the rest is background. */
const PLANTED_SHARE = 0.5;

export const HELD_BACK_SECONDS = 1_200;

/** A pure function of its options; it throws on options that have optionProblems. */
export function planSimulation(options: SimulationOptions): Plan {
  assert(optionProblems(options).length === 0, "the options were checked before");
  const random = seededRandom(options.seed);
  const from = firstSecond(options);
  const to = options.endSecond;
  const fleet = buildFleet(random, options.sites, options.hostsPerSite);
  const calendar = new Calendar(options.sites, from, to, PLANTED_RULE.withinSeconds);
  const table = new LineTable(options.lines);
  const world = { fleet, calendar, table, random, from, to };
  const heldBack = drawHeldBack(random, options.sites, from, to);

  const relevant = Math.round(options.lines * options.relevant);
  const relevantRepeats = Math.floor(relevant * REPEAT_SHARE);
  const firstLimits = relevant - relevantRepeats;
  const planted = plantScenarios(world, heldBack, Math.floor(firstLimits * PLANTED_SHARE));
  addBackground(world, firstLimits - table.length);
  addRepeats(table, random, 0, relevantRepeats);

  const noise = options.lines - relevant;
  const noiseRepeats = Math.floor(noise * REPEAT_SHARE);
  for (let line = noiseRepeats; line < noise; line += 1) {
    const host = random.below(fleet.hosts.length);
    table.addNoise(random.between(from, to), host, random.below(2 ** 32));
  }
  addRepeats(table, random, relevant, noiseRepeats);
  assert(table.length === options.lines, "exactly as many lines as asked");

  const repeats = [
    [firstLimits, relevant],
    [options.lines - noiseRepeats, options.lines],
  ] as const;
  return { options, fleet, table, relevant, repeats, planted, heldBack };
}

function drawHeldBack(random: Random, sites: number, from: number, to: number): HeldBack {
  const site = random.below(sites);
  const start = random.between(from, to - 2 * HELD_BACK_SECONDS);
  return { site, from: start, to: start + HELD_BACK_SECONDS - 1 };
}

function addRepeats(table: LineTable, random: Random, from: number, count: number): void {
  const until = table.length;
  for (let line = 0; line < count; line += 1) table.addRepeat(random.between(from, until - 1));
}
