import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { DEFAULT_OPTIONS, type SimulationOptions } from "../../sim/options.ts";
import { simulate, type Simulated } from "../../sim/simulate.ts";

/** Small enough for a test, large enough to hold every behaviour; noon puts a midnight inside. */
export const SMALL: SimulationOptions = {
  ...DEFAULT_OPTIONS,
  lines: 120_000,
  sites: 6,
  hostsPerSite: 30,
  endSecond: DEFAULT_OPTIONS.endSecond - 12 * 3_600,
};

/** A new directory that the test leaves behind no trace of. */
export function freshDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "tidegauge-sim-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

export function simulated(
  options: SimulationOptions,
): Simulated & { readonly text: string; readonly truthText: string } {
  const result = simulate(freshDirectory(), options);
  const text = result.logs.map((log) => readFileSync(log, "latin1")).join("");
  return { ...result, text, truthText: readFileSync(result.truthFile, "utf8") };
}

export function sortedLines(text: string): string[] {
  return text.split("\n").slice(0, -1).sort();
}
