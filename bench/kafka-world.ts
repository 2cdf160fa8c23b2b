/**
 * A world of twelve hours through real Kafka and five processes (two `ingest`, two `detect`, one
 * `notify`), each killed with -9 three times during the run, for 1, 3 and 12 partitions: verdicts
 * against `replay` of the same file. Ends with 1 where anything differs.
 * `node bench/kafka-world.ts [--lines N] [--partitions 1,3,12] [--kills 3] [--seconds 90]
 *  [--seed N]`
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { seededRandom } from "../lib/process/random.ts";
import type { KeptRevision } from "../sim/live/kept.ts";
import { detectAgain, scopeAgain } from "../test/support/kafka/world-again.ts";
import { runWorldOnKafka } from "../test/support/kafka/world-run.ts";
import { startBenchKafka } from "./kafka-broker.ts";
import { numberText, printTable } from "./table.ts";

const RECORDS_AT_ONCE = 1_000;

const { values } = parseArgs({
  options: {
    lines: { type: "string", default: "1000000" },
    partitions: { type: "string", default: "1,3,12" },
    kills: { type: "string", default: "3" },
    seconds: { type: "string", default: "90" },
    seed: { type: "string", default: "1" },
  },
});

const folder = mkdtempSync(join(tmpdir(), "tidegauge-world-"));
const kafka = await startBenchKafka();
let isBad = false;
try {
  for (const partitions of values.partitions.split(",").map(Number)) {
    isBad = !(await measure(partitions)) || isBad;
  }
} finally {
  await kafka.stop();
}
if (isBad) {
  console.log(`kept in ${folder}`);
  process.exitCode = 1;
} else rmSync(folder, { recursive: true });

/** Both hold the same revisions with the same bytes; after a crash one may be there twice. */
function isTold(one: readonly KeptRevision[], other: readonly KeptRevision[]): boolean {
  const textOf = (revisions: readonly KeptRevision[]) =>
    [...new Set(revisions.map(({ bytes }) => bytes.toString("base64")))].toSorted().join();
  return textOf(one) === textOf(other);
}

async function measure(partitions: number): Promise<boolean> {
  const random = seededRandom(Number(values.seed));
  const own = join(folder, String(partitions));
  mkdirSync(own);
  const report = await runWorldOnKafka({
    brokers: kafka.brokers.split(","),
    folder: own,
    seed: Number(values.seed),
    lines: Number(values.lines),
    partitions,
    withinMs: Number(values.seconds) * 1_000,
    disturb: (fleet) => fleet.killAll(Number(values.kills), Number(values.seconds) * 1_000, random),
  });
  const { found, wanted, unlike, log, config } = report;
  const brokers = kafka.brokers.split(",");
  const isSameBytes = isTold(await scopeAgain(log, config, RECORDS_AT_ONCE), report.revisions);
  const again = await detectAgain(log, config, brokers, wanted);
  await log.close();
  const missing = wanted.filter((each) => !found.includes(each));
  const invented = found.filter((each) => !wanted.includes(each));
  const isEqual = JSON.stringify(found) === JSON.stringify(wanted) && unlike.length === 0;
  const isEqualAgain = JSON.stringify(again) === JSON.stringify(wanted);
  printTable(`${partitions} partitions, ${values.kills} kills of each process`, [
    ["", "figure"],
    ["lines", numberText(Number(values.lines))],
    ["seconds until all verdicts were there", report.seconds.toFixed(0)],
    ["incidents", numberText(report.incidents)],
    ["verdicts equal to `replay`", isEqual ? "yes" : "NO"],
    ["revisions", numberText(report.revisions.length - report.repeated)],
    ["of them twice in the log, with the same bytes", numberText(report.repeated)],
    ["with other bytes", numberText(unlike.length)],
    ["the scope stage again over the same tallies: equal bytes", isSameBytes ? "yes" : "NO"],
    ["detect again over the same observations: equal", isEqualAgain ? "yes" : "NO"],
    ["exit codes", report.exits.join(" ")],
  ]);
  if (isEqual && isSameBytes && isEqualAgain) return true;
  const file = (name: string) => join(own, name);
  writeFileSync(file("missing.txt"), missing.join("\n"));
  writeFileSync(file("invented.txt"), invented.join("\n"));
  writeFileSync(file("said.txt"), report.said);
  return false;
}
