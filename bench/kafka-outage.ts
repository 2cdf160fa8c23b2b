/**
 * The only broker is killed while a million lines are worked on, stays away and comes back. What
 * ends by itself meanwhile is started again, as a service manager does. Verdicts against `replay`
 * of the same file; ends with 1 where anything differs.
 * `node bench/kafka-outage.ts [--lines N] [--partitions N] [--away SECONDS]`
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import type { ServiceFleet } from "../test/support/kafka/service-fleet.ts";
import { runWorldOnKafka } from "../test/support/kafka/world-run.ts";
import { startJars } from "../test/support/kafka-jars.ts";
import { numberText, printTable } from "./table.ts";

/** Faster than they can be worked on, so that the outage begins in the middle of it. */
const WRITTEN_WITHIN_MS = 5_000;

const { values } = parseArgs({
  options: {
    lines: { type: "string", default: "1000000" },
    partitions: { type: "string", default: "3" },
    away: { type: "string", default: "600" },
  },
});

const folder = mkdtempSync(join(tmpdir(), "tidegauge-outage-"));
const cluster = await startJars(1);
let restarts = 0;
let running: ServiceFleet | null = null;
try {
  const report = await runWorldOnKafka({
    brokers: cluster.addresses,
    folder,
    seed: 1,
    lines: Number(values.lines),
    partitions: Number(values.partitions),
    withinMs: WRITTEN_WITHIN_MS,
    disturb: async (fleet) => void (running = fleet),
    written: async () => void (restarts = await outage(running!)),
  });
  await report.log.close();
  const { found, wanted, unlike, exits } = report;
  const isEqual = JSON.stringify(found) === JSON.stringify(wanted) && unlike.length === 0;
  printTable(`The broker away for ${values.away} s, ${values.partitions} partitions`, [
    ["", "figure"],
    ["lines", numberText(Number(values.lines))],
    ["processes that ended meanwhile and were started again", numberText(restarts)],
    ["incidents", numberText(report.incidents)],
    ["verdicts equal to `replay`", isEqual ? "yes" : "NO"],
    ["revisions twice in the log, with the same bytes", numberText(report.repeated)],
    ["with other bytes", numberText(unlike.length)],
    ["exit codes", exits.join(" ")],
  ]);
  writeFileSync(join(folder, "said.txt"), report.said);
  if (isEqual) rmSync(folder, { recursive: true });
  else {
    console.log(`kept in ${folder}`);
    process.exitCode = 1;
  }
} finally {
  await cluster.stop();
}

async function outage(fleet: ServiceFleet): Promise<number> {
  const [broker] = cluster.brokers;
  await broker!.kill();
  const away = async (): Promise<void> => {
    await pause(Number(values.away) * 1_000);
    await broker!.start();
  };
  return fleet.supervise(away());
}
