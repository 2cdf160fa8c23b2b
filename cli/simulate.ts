import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { InvalidArgumentError, Option, type Command } from "commander";
import { EXIT_CODES } from "../lib/process/exit-code.ts";
import { Answer } from "../lib/process/output.ts";
import { Trouble } from "../lib/process/trouble.ts";
import { floodScoreReport } from "../sim/counters/flood-score-report.ts";
import { scoreFloods } from "../sim/counters/flood-score.ts";
import type { FloodTruth } from "../sim/counters/flood-truth.ts";
import { simulateCounters } from "../sim/counters/simulate-counters.ts";
import { readIncidents } from "../sim/incident-list.ts";
import {
  DEFAULT_OPTIONS,
  GAUGE_SETS,
  type GaugeSet,
  optionProblems,
  ORDERS,
  type Order,
} from "../sim/options.ts";
import { scoreReport } from "../sim/score-report.ts";
import { score } from "../sim/score.ts";
import { simulate, type Simulated } from "../sim/simulate.ts";
import type { Truth } from "../sim/truth.ts";
import { secondOfText } from "../sim/utc-time.ts";
import { formatOf } from "./settings.ts";
import {
  counterFlagProblems,
  counterOptions,
  counterSummary,
  counterSummaryText,
  isFloodTruth,
} from "./simulate-counters.ts";
import { addSimulateLive } from "./simulate-live.ts";

interface SimulateFlags {
  readonly gauges: GaugeSet;
  readonly lines: number;
  readonly sites: number;
  readonly hosts: number;
  readonly hours: number;
  readonly relevant: number;
  readonly seed: number;
  readonly end: number;
  readonly order: Order;
  readonly perHost: boolean;
}

const EXAMPLES = `
Examples:
  $ tidegauge simulate ./sim
  $ tidegauge simulate ./sim --lines 10M --order disordered --seed 7
  $ tidegauge simulate ./sim --sites 3 --hosts 12 --hours 2 --lines 50k --per-host
  $ tidegauge simulate ./sim --gauges both --hours 6
  $ tidegauge replay --config ./sim/tidegauge.yaml ./sim/lines.log | tidegauge simulate score ./sim
`;

const SCORE_EXAMPLES = `
Examples:
  $ tidegauge simulate score ./sim incidents.jsonl
  $ tidegauge replay --config ./sim/tidegauge.yaml ./sim/lines.log | tidegauge simulate score ./sim

Exit code 0 when every planted episode is found once, exactly, and none is invented; 1 otherwise.
A flood on counters is found where an incident of rule flood overlaps it: how late and with which
hosts is reported, and decides nothing.
`;

/** `simulate DIRECTORY`, `simulate score TRUTH [INCIDENTS]` and `simulate live`. */
export function addSimulate(program: Command): void {
  const defaults = DEFAULT_OPTIONS;
  const command = program
    .command("simulate")
    .summary("write a fleet's logs with labelled attacks, and the truth about them")
    .description(
      "Writes lines.log, truth.json and tidegauge.yaml into DIRECTORY: a fleet's logs with " +
        "labelled attacks and decoys. With counters it is lines.ndjson, samples and limit lines " +
        "as ship sends them. Equal flags write equal bytes.",
    )
    .argument("<directory>", "new, empty, or written by an earlier simulation")
    .addOption(
      new Option("--gauges <set>", "what measures the hosts; with counters 2 sites for 6 hours")
        .choices(GAUGE_SETS)
        .default(defaults.gauges),
    )
    .option("--lines <count>", "lines to write; k and M multiply", quantity, defaults.lines)
    .option("--sites <count>", "sites of the fleet", quantity, defaults.sites)
    .option("--hosts <count>", "hosts of each site", quantity, defaults.hostsPerSite)
    .option("--hours <count>", "hours that the log spans", quantity, defaults.hours)
    .option("--relevant <share>", "share of limit lines, 0 to 1", share, defaults.relevant)
    .option("--seed <number>", "another seed is another log", quantity, defaults.seed)
    .addOption(
      new Option("--end <time>", "last second of the log, in UTC")
        .argParser(endSecond)
        .default(defaults.endSecond, "2026-11-20T23:59:59Z"),
    )
    .addOption(
      new Option("--order <order>", "disordered: late hosts, and one site held back 20 minutes")
        .choices(ORDERS)
        .default(defaults.order),
    )
    .option("--per-host", "hosts/NAME.log for each host instead of lines.log", false)
    .addHelpText("after", EXAMPLES)
    .action((directory: string, flags: SimulateFlags) => runSimulate(command, directory, flags));

  const scoring = command
    .command("score")
    .summary("compare incidents with a truth file")
    .description("Compares a list of incidents with the truth that a simulation wrote.")
    .argument("<truth>", "truth.json, or the directory it is in")
    .argument("[incidents]", "JSON lines or a JSON array; - or nothing reads standard input", "-")
    .addHelpText("after", SCORE_EXAMPLES)
    .action((truth: string, incidents: string) => runScore(scoring, truth, incidents));

  addSimulateLive(command);
}

function runSimulate(command: Command, directory: string, flags: SimulateFlags): void {
  const { hosts, end, ...same } = flags;
  const given = { ...same, hostsPerSite: hosts, endSecond: end };
  const hasCounters = given.gauges !== "lines";
  const options = hasCounters ? counterOptions(command, given) : given;
  const problems = [
    ...(hasCounters ? counterFlagProblems(command) : []),
    ...optionProblems(options),
  ];
  if (problems.length > 0) {
    throw usage("simulate_bad_flags", problems.join("\n"), "see `tidegauge simulate --help`");
  }
  const answer = new Answer(formatOf(command));
  if (hasCounters) {
    const simulated = simulateCounters(directory, options);
    answer.write(counterSummary(simulated), counterSummaryText(simulated));
  } else {
    const simulated = simulate(directory, options);
    answer.write(summaryOf(simulated), summaryText(simulated));
  }
}

async function runScore(command: Command, truthPath: string, list: string): Promise<void> {
  const truth = readTruth(truthPath);
  const incidents = readIncidents(list === "-" ? await text(process.stdin) : readText(list));
  const answer = new Answer(formatOf(command));
  let isExact: boolean;
  if (isFloodTruth(truth)) {
    const result = scoreFloods(truth, incidents);
    answer.write(result, floodScoreReport(result));
    isExact = result.exact;
  } else {
    const result = score(truth, incidents);
    answer.write(result, scoreReport(result));
    isExact = result.exact;
  }
  if (!isExact) process.exitCode = EXIT_CODES.no;
}

function readTruth(path: string): Truth | FloodTruth {
  const directory = statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  const file = directory ? join(path, "truth.json") : path;
  const content = readText(file);
  try {
    const truth = JSON.parse(content) as Partial<Truth | FloodTruth> | null;
    if (truth?.schemaVersion === 1 && truth.rule && truth.episodes && truth.planted) {
      return truth as Truth | FloodTruth;
    }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw usage(
    "simulate_bad_truth",
    `${file} is no truth file`,
    "give the truth.json that `tidegauge simulate` wrote, or its directory",
  );
}

/** A file that cannot be read is 2, not the 1 that says: the incidents are not exact. */
function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code;
    throw usage("simulate_unreadable", `cannot read ${path}: ${reason}`, "check the path");
  }
}

function usage(code: string, message: string, remedy: string): Trouble {
  return new Trouble(code, message, remedy, EXIT_CODES.usage);
}

function summaryOf({ truth, logs, truthFile, configurationFile }: Simulated): object {
  const decoys = truth.planted.filter(({ label }) => label === "decoy").length;
  return {
    lines: truth.lines,
    relevantLines: truth.relevantLines,
    hosts: truth.hosts,
    episodes: truth.episodes.length,
    attacks: truth.planted.length - decoys,
    decoys,
    log: logs.length === 1 ? logs[0] : null,
    logFiles: logs.length,
    truthFile,
    configurationFile,
    referenceTime: truth.referenceTime,
  };
}

function summaryText({ truth, logs, truthFile, configurationFile }: Simulated): string {
  const decoys = truth.planted.filter(({ label }) => label === "decoy").length;
  const log = logs.length === 1 ? logs[0] : `${count(logs.length)} files, one per host`;
  const lines = `${count(truth.lines)} lines (${count(truth.relevantLines)} limit lines)`;
  const attacks = `${count(truth.planted.length - decoys)} attacks, among ${count(decoys)} decoys`;
  return [
    `${lines} of ${count(truth.hosts)} hosts: ${log}`,
    `${count(truth.episodes.length)} episodes by ${attacks}: ${truthFile}`,
    `the rule they were planted for: ${configurationFile}`,
    `lines have no year; the file's own time gives it, or --reference-time ${truth.referenceTime}`,
  ].join("\n");
}

function count(value: number): string {
  return value.toLocaleString("en-US");
}

const MULTIPLIERS: Readonly<Record<string, number>> = { "": 1, k: 1_000, M: 1_000_000 };

function quantity(value: string): number {
  const match = /^(\d{1,16})([kM]?)$/.exec(value);
  if (match === null) throw new InvalidArgumentError("Give a whole number, such as 50000 or 50k.");
  return Number(match[1]) * (MULTIPLIERS[match[2] ?? ""] ?? 1);
}

function share(value: string): number {
  if (!/^\d?\.?\d{1,16}$/.test(value)) {
    throw new InvalidArgumentError("Give a number from 0 to 1, such as 0.3.");
  }
  return Number(value);
}

function endSecond(value: string): number {
  const second = secondOfText(value);
  if (Number.isNaN(second)) {
    throw new InvalidArgumentError("Give a time in UTC, such as 2026-11-20T23:59:59Z.");
  }
  return second;
}
