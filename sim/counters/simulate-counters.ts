import { utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FLOOD_CONFIGURATION } from "../flood-rule.ts";
import type { SimulationOptions } from "../options.ts";
import { prepareDirectory, writeLines } from "../own-directory.ts";
import { planCounters } from "./counter-plan.ts";
import { floodTruthOf, type FloodTruth } from "./flood-truth.ts";
import { SampledLog } from "./sampled-log.ts";

export interface SimulatedCounters {
  readonly truth: FloodTruth;
  readonly log: string;
  readonly truthFile: string;
  readonly configurationFile: string;
}

/**
 * Writes lines.ndjson, truth.json and tidegauge.yaml into `directory`: counter samples, and the
 * limit lines of hosts that write such, as the JSON lines that ship and the shell sampler send.
 * Equal options give equal bytes.
 */
export function simulateCounters(directory: string, options: SimulationOptions): SimulatedCounters {
  prepareDirectory(directory);
  const plan = planCounters(options);
  const sampled = new SampledLog(plan);
  const log = join(directory, "lines.ndjson");
  writeLines(log, sampled.lines());
  utimesSync(log, options.endSecond, options.endSecond);
  const truth = floodTruthOf(plan, sampled.written);
  const truthFile = join(directory, "truth.json");
  const configurationFile = join(directory, "tidegauge.yaml");
  writeFileSync(truthFile, `${JSON.stringify(truth, null, 1)}\n`);
  writeFileSync(configurationFile, FLOOD_CONFIGURATION);
  return { truth, log, truthFile, configurationFile };
}
