import { parseArgs } from "node:util";
import { wallClock } from "../lib/process/clock.ts";
import { EXIT_CODES } from "../lib/process/exit-code.ts";
import { SECOND_MS } from "../lib/domain/time.ts";
import { INVARIANTS } from "./invariants.ts";
import { judgeSeed, reproduction } from "./verdict-on-seed.ts";

const USAGE = `Usage: npm run sim -- [--seed N] [--seeds COUNT] [--trace]

Runs ingest, detect and notify in one process, on a log in memory and under a simulated clock, with
faults drawn from the seed. Each seed runs twice, and must keep every promise:
${INVARIANTS.map(({ name, sentence }) => `\n  ${name.padEnd(12)} ${sentence}`).join("")}
  same_trace   The same seed gives the same events and bytes again.

  --seed N       the first seed (1)
  --seeds COUNT  so many, one after the other (1)
  --trace        one line per event
`;

interface Flags {
  readonly seed: number;
  readonly seeds: number;
  readonly trace: boolean;
}

const flags = readFlags(process.argv.slice(2));
if (flags === null) {
  process.stderr.write(USAGE);
  process.exitCode = EXIT_CODES.usage;
} else {
  await run(flags);
}

/** Null where they are none. */
function readFlags(args: string[]): Flags | null {
  try {
    const { values } = parseArgs({
      args,
      options: {
        seed: { type: "string", default: "1" },
        seeds: { type: "string", default: "1" },
        trace: { type: "boolean", default: false },
      },
    });
    const [seed, seeds] = [Number(values.seed), Number(values.seeds)];
    const isWhole = Number.isSafeInteger(seed) && seed >= 0 && Number.isSafeInteger(seeds);
    return isWhole && seeds > 0 ? { seed, seeds, trace: values.trace } : null;
  } catch {
    return null;
  }
}

async function run({ seed, seeds, trace }: Flags): Promise<void> {
  const print = (line: string) => void process.stdout.write(`${line}\n`);
  const sinceMs = wallClock.nowMs();
  let broken = 0;
  for (let number = seed; number < seed + seeds; number += 1) {
    const verdict = await judgeSeed(number, trace ? { onEvent: print } : {});
    const { events, kills, incidents, hash } = verdict;
    const what = `${events} events, ${kills} kills, ${incidents} incidents, ${hash.slice(0, 16)}`;
    if (verdict.broken.length > 0) {
      broken += 1;
      print(`seed ${number}: BROKEN  ${what}`);
      for (const sentence of verdict.broken) print(`  ${sentence}`);
      print(`  see: ${reproduction(number)}`);
    } else if (seeds === 1) {
      print(`seed ${number}: kept every promise  ${what}`);
    }
  }
  const seconds = (wallClock.nowMs() - sinceMs) / SECOND_MS;
  const pace = (seeds / seconds).toFixed(1);
  print(`${seeds} seeds, each twice, ${broken} broken, ${pace} seeds/s`);
  if (broken > 0) process.exitCode = 1;
}
