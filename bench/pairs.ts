import { Stopwatch } from "./stopwatch.ts";

/** One run of one contender. CPU time is what the process spent on all threads. */
export interface Timing {
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
}

/** What is measured: each `run` does the whole work once and checks its own result. */
export interface Contender {
  readonly name: string;
  readonly run: () => Timing | Promise<Timing>;
}

/** Wall and CPU time of work in this process, garbage collection and compilation with it. */
export async function timed(work: () => void | Promise<void>): Promise<Timing> {
  const watch = new Stopwatch();
  await work();
  return watch.end();
}

/**
 * Runs the contenders in turn, A B A B …, so that what else the machine does meets all alike.
 * Answers the rounds of each contender; the first round is the cold one.
 */
export async function inTurn(contenders: readonly Contender[], rounds: number) {
  const timings = contenders.map((): Timing[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, contender] of contenders.entries()) {
      timings[index]!.push(await contender.run());
    }
  }
  return timings;
}

export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const median = (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2;
  return { median, low: sorted[0]!, high: sorted.at(-1)! };
}

/** How many times as much work `a` does per second as `b`, pair by pair. */
export function ratiosOf(
  a: readonly Timing[],
  b: readonly Timing[],
  of: keyof Timing = "cpuSeconds",
): Spread {
  return spreadOf(a.map((timing, round) => b[round]![of] / timing[of]));
}
