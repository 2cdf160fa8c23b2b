import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { EXIT_CODES } from "../lib/process/exit-code.ts";
import { Trouble } from "../lib/process/trouble.ts";
import { arrivalOrder } from "./arrival.ts";
import { group, groupLines } from "./grouping.ts";
import { LineWriter } from "./log-line.ts";
import type { SimulationOptions } from "./options.ts";
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
  prepare(directory);
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

/** Lines are put together to writes of this size. */
const CHUNK_CHARACTERS = 1 << 18;

const OWN_FILES = ["lines.log", "hosts", "truth.json", "tidegauge.yaml"];

function prepare(directory: string): void {
  mkdirSync(directory, { recursive: true });
  const present = readdirSync(directory);
  if (present.length > 0 && !existsSync(join(directory, "truth.json"))) {
    // Nothing is ever written among files that are not a simulation's own.
    throw new Trouble(
      "simulate_directory_in_use",
      `${directory} holds other files`,
      "give a new or empty directory, or one that an earlier simulation wrote",
      EXIT_CODES.usage,
    );
  }
  // An earlier log beside a new truth would be a lie.
  for (const own of OWN_FILES) rmSync(join(directory, own), { recursive: true, force: true });
}

/** Returns the paths of what it wrote. */
function writeLogs(directory: string, plan: Plan): string[] {
  const { fleet, table, options } = plan;
  const writer = new LineWriter(fleet, table);
  const order = arrivalOrder(plan);
  if (!options.perHost) {
    const log = join(directory, "lines.log");
    writeLines(log, order, writer);
    return [log];
  }
  mkdirSync(join(directory, "hosts"));
  const byHost = groupLines(order, fleet.hosts.length, (line) => table.hosts[line] ?? 0);
  const logs: string[] = [];
  fleet.hosts.forEach((host, number) => {
    const lines = group(byHost, number);
    if (lines.length === 0) return;
    const log = join(directory, "hosts", `${host.name}.log`);
    writeLines(log, lines, writer);
    logs.push(log);
  });
  return logs;
}

function writeLines(path: string, lines: Uint32Array, writer: LineWriter): void {
  const file = openSync(path, "w");
  let pending = "";
  for (const line of lines) {
    pending += writer.line(line);
    if (pending.length >= CHUNK_CHARACTERS) {
      writeFileSync(file, pending, "latin1");
      pending = "";
    }
  }
  writeFileSync(file, pending, "latin1");
  closeSync(file);
}
