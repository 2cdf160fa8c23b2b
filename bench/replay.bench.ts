/**
 * Replays the simulated log, ordered and disordered, against an exact sliding window in Perl on the
 * ordered one. The incidents are compared with the truth inside the timed run.
 * `node bench/replay.bench.ts [--lines N] [--rounds N]`
 */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { assert } from "../lib/domain/assert.ts";
import type { Simulated } from "../sim/simulate.ts";
import { inTurn, ratiosOf, spreadOf, timed, type Timing } from "./pairs.ts";
import { replayOnce } from "./replay-once.ts";
import { benchOptions, simulatedLog, temporaryFolder } from "./simulated-log.ts";
import { numberText, printTable, spreadText } from "./table.ts";

const YARDSTICK = join(import.meta.dirname, "yardsticks", "sliding-window.pl");

/**
 * V8 compiles what is hot again and again over the first few million lines: that is start-up, which
 * a column of its own shows, and a month of logs does not notice.
 */
const WARM_UP_ROUNDS = 6;

const { lines, rounds } = benchOptions(7);
const folder = temporaryFolder();
const ordered = simulatedLog(folder, lines, "ordered");
const disordered = simulatedLog(folder, lines, "disordered");

const [perl = [], onOrdered = [], onDisordered = []] = await inTurn(
  [
    { name: "yardstick", run: () => slidingWindow(ordered) },
    { name: "ordered", run: () => timed(() => replayOnce(ordered)) },
    { name: "disordered", run: () => timed(() => replayOnce(disordered)) },
  ],
  WARM_UP_ROUNDS + rounds,
);

printTable(`Replay of ${numberText(lines)} lines, ${rounds} rounds, all episodes exact`, [
  ["", "lines/s", "lines/s of CPU", "times the yardstick", "by CPU", "cold, by CPU"],
  row("replay, ordered", onOrdered),
  row("replay, disordered", onDisordered),
  row("sliding window in Perl, ordered", perl),
]);

function row(name: string, timings: readonly Timing[]): string[] {
  const cold = timings[0]!;
  const warm = timings.slice(WARM_UP_ROUNDS);
  const rate = (of: keyof Timing) => spreadOf(warm.map((timing) => lines / timing[of]));
  return [
    name,
    spreadText(rate("wallSeconds"), 0),
    spreadText(rate("cpuSeconds"), 0),
    spreadText(ratiosOf(warm, perl.slice(WARM_UP_ROUNDS), "wallSeconds")),
    spreadText(ratiosOf(warm, perl.slice(WARM_UP_ROUNDS))),
    numberText(perl[0]!.cpuSeconds / cold.cpuSeconds, 2),
  ];
}

/** Perl's own elapsed and CPU time, which leave its start out. */
function slidingWindow({ logs, truth }: Simulated): Timing {
  const year = truth.referenceTime.slice(0, 4);
  const answer = execFileSync("perl", [YARDSTICK, year, logs[0]!], { encoding: "utf8" });
  const figures = new Map(
    answer
      .trim()
      .split("\n")
      .map((line) => line.split(" ") as [string, string]),
  );
  assert(Number(figures.get("episodes")) === truth.episodes.length, "the yardstick is exact too");
  return {
    wallSeconds: Number(figures.get("seconds")),
    cpuSeconds: Number(figures.get("cpu_seconds")),
  };
}
