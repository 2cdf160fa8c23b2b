import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { arrivalOrder } from "./arrival.ts";
import { group, groupLines } from "./grouping.ts";
import { LineWriter } from "./log-line.ts";
import type { SimulationOptions } from "./options.ts";
import { prepareDirectory, writeLines } from "./own-directory.ts";
import { planSimulation, type Plan } from "./plan.ts";
import { CONFIGURATION } from "./planted-rule.ts";
import { truthOf, type Truth } from "./truth.ts";

export interface Simulated {
  readonly truth: Truth;
  /** The log: one path, or one per host. */
  readonly logs: readonly string[];
  readonly truthFile: string;
  readonly configurationFile: string;
}

/**
 * Writes lines.log (or hosts/<host>.log), truth.json and tidegauge.yaml into `directory`. Equal
 * options give equal bytes; the orders of one seed hold the same lines and share one truth.
 */
export function simulate(directory: string, options: SimulationOptions): Simulated {
  prepareDirectory(directory);
  const plan = planSimulation(options);
  const truth = truthOf(plan);
  const truthFile = join(directory, "truth.json");
  const configurationFile = join(directory, "tidegauge.yaml");
  writeFileSync(truthFile, `${JSON.stringify(truth, null, 1)}\n`);
  writeFileSync(configurationFile, CONFIGURATION);
  const logs = writeLogs(directory, plan);
  // A reader takes the missing year from the file's own time, as of a log that has just ended.
  for (const log of logs) utimesSync(log, options.endSecond, options.endSecond);
  return { truth, logs, truthFile, configurationFile };
}

/** Returns the paths of what it wrote. */
function writeLogs(directory: string, plan: Plan): string[] {
  const { fleet, table, options } = plan;
  const writer = new LineWriter(fleet, table);
  const order = arrivalOrder(plan);
  if (!options.perHost) {
    const log = join(directory, "lines.log");
    writeLines(log, textOf(order, writer));
    return [log];
  }
  mkdirSync(join(directory, "hosts"));
  const byHost = groupLines(order, fleet.hosts.length, (line) => table.hosts[line] ?? 0);
  const logs: string[] = [];
  fleet.hosts.forEach((host, number) => {
    const lines = group(byHost, number);
    if (lines.length === 0) return;
    const log = join(directory, "hosts", `${host.name}.log`);
    writeLines(log, textOf(lines, writer));
    logs.push(log);
  });
  return logs;
}

function* textOf(lines: Uint32Array, writer: LineWriter): Generator<string> {
  for (const line of lines) yield writer.line(line);
}
