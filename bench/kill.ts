/**
 * `kill -9` of `tidegauge up` at random moments while a file grows and TCP sends, 50 times, and
 * what
 * came of it against an undisturbed run and against `replay`. Ends with 1 where anything differs.
 * `node bench/kill.ts [--kills N] [--lines LINES_PER_SECOND] [--seed N] [--keep]`
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Comparison, killRun } from "../test/support/live/kill-run.ts";
import { numberText, printTable } from "./table.ts";

const LIVES_MS = [200, 5_000] as const;

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "50" },
    lines: { type: "string", default: "2000" },
    seed: { type: "string", default: "1" },
    keep: { type: "boolean", default: false },
  },
});

const folder = mkdtempSync(join(tmpdir(), "tidegauge-kill-"));
const report = await killRun({
  folder,
  kills: Number(values.kills),
  seed: Number(values.seed),
  linesPerSecond: Number(values.lines),
  livesMs: LIVES_MS,
  onKill: (kill) => void process.stderr.write(`\rkill ${kill} of ${values.kills}`),
});
process.stderr.write("\n");

const bad = [report.file, report.fileReplay, report.tcp].some((each) => !isEqual(each));
const tooMany = report.repeated.length > report.kills || report.repeatedWithinLife.length > 0;
printTable(`${report.kills} times kill -9 in ${report.seconds.toFixed(0)} s of load`, [
  ["", "figure"],
  ["lines per second, file and TCP each", numberText(Number(values.lines))],
  ["incidents", numberText(report.incidents)],
  ["file: equal to the undisturbed run", said(report.file)],
  ["file: equal to `replay` of the file", said(report.fileReplay)],
  ["all: equal to `replay` of what `lines` holds", said(report.tcp)],
  ["TCP lines sent", numberText(report.sent)],
  ["TCP lines that the sender dropped itself", numberText(report.dropped)],
  ["lines that `lines` holds", numberText(report.kept)],
  ["revisions notified", numberText(report.revisionsNotified)],
  ["of them again after a kill, with the same key", numberText(report.repeated.length)],
  ["again without a kill", numberText(report.repeatedWithinLife.length)],
]);
if (bad || tooMany) {
  console.log(`kept in ${folder}`);
  process.exitCode = 1;
} else if (values.keep) console.log(`kept in ${folder}`);
else rmSync(folder, { recursive: true });

function isEqual({ found, wanted }: Comparison): boolean {
  return JSON.stringify(found) === JSON.stringify(wanted);
}

function said(comparison: Comparison): string {
  const { found, wanted } = comparison;
  if (isEqual(comparison)) return `yes, ${found.length} of ${wanted.length}`;
  const missing = wanted.filter((each) => !found.includes(each));
  const invented = found.filter((each) => !wanted.includes(each));
  return `NO: ${missing.length} missing, ${invented.length} others`;
}
