/**
 * A world of twelve hours that waits in eight partitions without keys, some of which nobody reads
 * until the others are at their end: verdicts against `replay` of the same file. Ends with 1 where
 * anything differs. `node bench/kafka-backlog.ts [--lines N]`
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { finalsOf } from "../sim/live/kept.ts";
import { until } from "../test/support/live/up-process.ts";
import { Staller } from "../test/support/kafka/staller.ts";
import type { WorldLog } from "../test/support/kafka/world-log.ts";
import { runWorldOnKafka } from "../test/support/kafka/world-run.ts";
import { startBenchKafka } from "./kafka-broker.ts";
import { numberText, printTable } from "./table.ts";

const PARTITIONS = 8;
/** Longer than log time waits for a source that does not tick. */
const STALLED_MS = 30_000;
const READ_WITHIN_MS = 300_000;

const { values } = parseArgs({ options: { lines: { type: "string", default: "1000000" } } });

const folder = mkdtempSync(join(tmpdir(), "tidegauge-backlog-"));
const kafka = await startBenchKafka();
const brokers = kafka.brokers.split(",");
try {
  if (await measure()) rmSync(folder, { recursive: true });
  else {
    console.log(`kept in ${folder}`);
    process.exitCode = 1;
  }
} finally {
  await kafka.stop();
}

/** Whether ingest has committed the end of every partition but those. */
async function isRead(log: WorldLog, stalled: readonly number[]): Promise<boolean> {
  const topic = log.path("lines");
  const committed = await log.log.committed(`${log.prefix}ingest`, topic);
  const ends = await log.log.offsets(topic);
  return ends.every(
    ({ partition, endOffset }) =>
      stalled.includes(partition) ||
      committed.some((at) => at.partition === partition && at.offset >= endOffset),
  );
}

async function measure(): Promise<boolean> {
  let staller: Staller | null = null;
  let early = 0;
  const report = await runWorldOnKafka({
    brokers,
    folder,
    seed: 1,
    lines: Number(values.lines),
    partitions: PARTITIONS,
    withinMs: 0,
    prepare: async (log) => void (staller = await Staller.join(log, brokers)),
    written: async (log) => {
      await until("end of the others", () => isRead(log, staller!.held), READ_WITHIN_MS);
      await pause(STALLED_MS);
      early = finalsOf(await log.revisions()).filter(({ state }) => state !== "withdrawn").length;
      await staller!.release();
    },
  });
  await report.log.close();
  const { found, wanted, unlike, revisions } = report;
  const named = revisions.filter(({ incident: { coverage } }) =>
    coverage.blind.some((sentence) => sentence.includes("not counted since it lags")),
  );
  const silences = revisions.filter(({ incident }) => incident.kind === "silence");
  const isEqual = JSON.stringify(found) === JSON.stringify(wanted) && unlike.length === 0;
  printTable(`a backlog in ${PARTITIONS} partitions, ${staller!.held.length} of them stalled`, [
    ["", "figure"],
    ["lines", numberText(Number(values.lines))],
    ["incidents before the release", numberText(early)],
    ["revisions that name what is missing", numberText(named.length)],
    ["incidents in the end", numberText(report.incidents)],
    ["verdicts equal to `replay`", isEqual ? "yes" : "NO"],
    ["incidents of kind silence", numberText(silences.length)],
    ["seconds, of which the stall", `${report.seconds.toFixed(0)}, ${STALLED_MS / 1_000}`],
  ]);
  writeFileSync(join(folder, "said.txt"), report.said);
  return isEqual && silences.length === 0;
}
