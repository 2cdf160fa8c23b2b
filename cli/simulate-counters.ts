import type { Command } from "commander";
import type { FloodTruth } from "../sim/counters/flood-truth.ts";
import type { SimulatedCounters } from "../sim/counters/simulate-counters.ts";
import { FLOOD_RULE } from "../sim/flood-rule.ts";
import { COUNTER_DEFAULTS, type SimulationOptions } from "../sim/options.ts";
import type { Truth } from "../sim/truth.ts";

/** What only a log of lines has; with samplers in it, they say how long it is. */
const OF_LINES_ONLY = ["lines", "relevant", "order", "perHost"] as const;

/** Flags that mean nothing where there are counters, as sentences. */
export function counterFlagProblems(command: Command): string[] {
  return OF_LINES_ONLY.filter((flag) => command.getOptionValueSource(flag) === "cli").map(
    (flag) => `--${flag === "perHost" ? "per-host" : flag} is for a log without counters`,
  );
}

/** The options as given, and where they were not what suits a log that holds counters. */
export function counterOptions(command: Command, options: SimulationOptions): SimulationOptions {
  const { sites, hostsPerSite, hours } = COUNTER_DEFAULTS;
  const isGiven = (flag: string): boolean => command.getOptionValueSource(flag) === "cli";
  return {
    ...options,
    ...(isGiven("sites") ? {} : { sites }),
    ...(isGiven("hosts") ? {} : { hostsPerSite }),
    ...(isGiven("hours") ? {} : { hours }),
  };
}

export function counterSummary(simulated: SimulatedCounters): object {
  const { truth, log, truthFile, configurationFile } = simulated;
  const attacks = truth.episodes.length;
  return {
    samples: truth.samples,
    limitLines: truth.limitLines,
    hosts: truth.hosts,
    sampledHosts: truth.sampledHosts,
    episodes: truth.episodes.length,
    attacks,
    decoys: truth.planted.length - attacks,
    log,
    truthFile,
    configurationFile,
    referenceTime: truth.referenceTime,
  };
}

export function counterSummaryText(simulated: SimulatedCounters): string {
  const { truth, log, truthFile, configurationFile } = simulated;
  const count = (value: number): string => value.toLocaleString("en-US");
  const hosts = `${count(truth.sampledHosts)} of ${count(truth.hosts)} hosts`;
  const decoys = truth.planted.length - truth.episodes.length;
  return [
    `${count(truth.samples)} samples of ${hosts}, ${count(truth.limitLines)} limit lines: ${log}`,
    `${count(truth.episodes.length)} floods, among ${count(decoys)} decoys: ${truthFile}`,
    `the rule they were planted for: ${configurationFile}`,
  ].join("\n");
}

export function isFloodTruth(truth: Truth | FloodTruth): truth is FloodTruth {
  return truth.rule.type === FLOOD_RULE.type;
}
