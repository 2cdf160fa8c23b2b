import { rmSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { DEFAULT_OPTIONS, type Order } from "../sim/options.ts";
import { simulate, type Simulated } from "../sim/simulate.ts";

export interface BenchOptions {
  readonly lines: number;
  readonly rounds: number;
}

/** `--lines N` and `--rounds N` of every pair. */
export function benchOptions(
  roundsUsual: number,
  linesUsual: number = DEFAULT_OPTIONS.lines,
): BenchOptions {
  const { values } = parseArgs({
    options: { lines: { type: "string" }, rounds: { type: "string" } },
  });
  return {
    lines: Number(values.lines ?? linesUsual),
    rounds: Number(values.rounds ?? roundsUsual),
  };
}

/** A folder that is gone when the process ends, however it ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "tidegauge-bench-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** 30 % limit lines of 20 sites with 50 hosts each in 24 hours, unless `lines` stretches it. */
export function simulatedLog(folder: string, lines: number, order: Order): Simulated {
  return simulate(join(folder, order), { ...DEFAULT_OPTIONS, lines, order });
}
