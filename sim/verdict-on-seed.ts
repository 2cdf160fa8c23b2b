import { brokenPromises } from "./invariants.ts";
import { stretchTripwire } from "./live/tripwire.ts";
import { type RunOptions, runWorld, type WorldRun } from "./run-world.ts";
import { planWorld } from "./world.ts";

export interface SeedVerdict {
  readonly seed: number;
  /** Sentences; empty when every promise was kept. */
  readonly broken: readonly string[];
  readonly hash: string;
  readonly events: number;
  readonly kills: number;
  readonly incidents: number;
}

/** The command that shows everything about one seed. */
export function reproduction(seed: number): string {
  return `npm run sim -- --seed ${seed} --trace`;
}

/** Runs a seed twice: both must be the same to the last byte, and keep every promise. */
export async function judgeSeed(seed: number, options: RunOptions = {}): Promise<SeedVerdict> {
  const takeAway = stretchTripwire();
  try {
    const run = await runWorld(planWorld(seed), options);
    const { onEvent: _, ...silent } = options;
    const again = await runWorld(planWorld(seed), silent);
    const broken = await brokenPromises(run);
    if (again.hash !== run.hash) broken.push(sameness(run, again));
    const { hash, events, kills } = run;
    return { seed, broken, hash, events, kills, incidents: incidentsOf(run) };
  } finally {
    takeAway();
  }
}

function sameness(run: WorldRun, again: WorldRun): string {
  const first = `${run.events} events with ${run.hash}`;
  return `same_trace: ${first}, then ${again.events} with ${again.hash}`;
}

function incidentsOf({ targets }: WorldRun): number {
  return new Set(targets.flatMap(({ takings }) => takings.map(({ id }) => id))).size;
}
