/**
 * Bad weather on real Kafka while a world of twelve hours comes in: each process paused for 45 s
 * (SIGSTOP, then SIGCONT), and members that join the detector's groups and leave them every two
 * seconds. Verdicts against `replay` of the same file; ends with 1 where anything differs.
 * `node bench/kafka-weather.ts [--lines N] [--partitions N] [--pause SECONDS] [--storm SECONDS]`
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { ServiceFleet } from "../test/support/kafka/service-fleet.ts";
import { pauseProcess, stormOfMembers } from "../test/support/kafka/weather.ts";
import type { WorldLog } from "../test/support/kafka/world-log.ts";
import { runWorldOnKafka } from "../test/support/kafka/world-run.ts";
import { startBenchKafka } from "./kafka-broker.ts";
import { numberText, printTable } from "./table.ts";

const STORM_EVERY_MS = 2_000;

const { values } = parseArgs({
  options: {
    lines: { type: "string", default: "100000" },
    partitions: { type: "string", default: "6" },
    pause: { type: "string", default: "45" },
    storm: { type: "string", default: "120" },
  },
});

const folder = mkdtempSync(join(tmpdir(), "tidegauge-weather-"));
const kafka = await startBenchKafka();
const brokers = kafka.brokers.split(",");
try {
  const areEqual = [
    await measure("paused", Number(values.pause) * 3, paused),
    await measure("storm", Number(values.storm), storm),
  ];
  if (areEqual.every(Boolean)) rmSync(folder, { recursive: true });
  else {
    console.log(`kept in ${folder}`);
    process.exitCode = 1;
  }
} finally {
  await kafka.stop();
}

type Figures = readonly (readonly [string, string])[];

/** One of each service that others can take the place of, one after the other. */
async function paused(fleet: ServiceFleet, log: WorldLog): Promise<Figures> {
  const figures: [string, string][] = [];
  for (const service of ["ingest", "detect"]) {
    const number = fleet.services.indexOf(service);
    const report = await pauseProcess(fleet, number, log, brokers, Number(values.pause) * 1_000);
    const whole = (report.wholeAfterMs / 1_000).toFixed(1);
    figures.push([`${service}: whole again after SIGCONT, seconds`, whole]);
    const stalled = (report.stalledMs / 1_000).toFixed(1);
    figures.push([`${service}: longest stall of tallies meanwhile, seconds`, stalled]);
  }
  return figures;
}

async function storm(fleet: ServiceFleet, log: WorldLog): Promise<Figures> {
  const forMs = Number(values.storm) * 1_000;
  const around = { everyMs: STORM_EVERY_MS, forMs };
  const { members, stalledMs } = await stormOfMembers(fleet, log, brokers, around);
  return [
    ["members that came and went", numberText(members)],
    ["longest stall of tallies, seconds", (stalledMs / 1_000).toFixed(1)],
  ];
}

async function measure(
  name: string,
  seconds: number,
  disturb: (fleet: ServiceFleet, log: WorldLog) => Promise<Figures>,
): Promise<boolean> {
  const own = join(folder, name);
  mkdirSync(own);
  let figures: Figures = [];
  const report = await runWorldOnKafka({
    brokers,
    folder: own,
    seed: 1,
    lines: Number(values.lines),
    partitions: Number(values.partitions),
    withinMs: seconds * 1_000,
    disturb: async (fleet, log) => void (figures = await disturb(fleet, log)),
  });
  await report.log.close();
  const { found, wanted, unlike, exits } = report;
  const isEqual = JSON.stringify(found) === JSON.stringify(wanted) && unlike.length === 0;
  printTable(`${name}, ${values.partitions} partitions`, [
    ["", "figure"],
    ["lines", numberText(Number(values.lines))],
    ...figures,
    ["incidents", numberText(report.incidents)],
    ["verdicts equal to `replay`", isEqual ? "yes" : "NO"],
    ["revisions twice in the log, with the same bytes", numberText(report.repeated)],
    ["with other bytes", numberText(unlike.length)],
    ["exit codes", exits.join(" ")],
  ]);
  writeFileSync(join(own, "said.txt"), report.said);
  return isEqual;
}
