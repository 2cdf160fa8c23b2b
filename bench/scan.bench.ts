/**
 * Scans the simulated log for facts, without a detector, against a plain copy of the same bytes:
 * both go through memory once. The facts are counted inside the timed run.
 * `node bench/scan.bench.ts [--lines N] [--rounds N]`
 */
import { readFileSync } from "node:fs";
import { assert } from "../lib/domain/assert.ts";
import { HostDirectory } from "../lib/domain/host-directory.ts";
import { utcZone } from "../lib/domain/zone.ts";
import { LIMITS } from "../services/ingest/limits.ts";
import { LineScanner } from "../services/ingest/line-scanner.ts";
import { inTurn, ratiosOf, spreadOf, timed, type Timing } from "./pairs.ts";
import { benchOptions, simulatedLog, temporaryFolder } from "./simulated-log.ts";
import { numberText, printTable, spreadText } from "./table.ts";

const { lines, rounds } = benchOptions(9);
const { logs, truth } = simulatedLog(temporaryFolder(), lines, "ordered");
const bytes = readFileSync(logs[0]!);
const referenceMs = Date.parse(truth.referenceTime);
const copy = Buffer.allocUnsafeSlow(bytes.length);

const [scans = [], copies = []] = await inTurn(
  [
    { name: "scan", run: () => timed(scan) },
    { name: "copy", run: () => timed(copyAll) },
  ],
  rounds,
);

printTable(`Scan of ${numberText(lines)} lines, ${numberText(bytes.length / 1e6)} MB in memory`, [
  ["", "lines/s", "GB/s", "GB/s of CPU", "of the copy's speed"],
  row("scan for facts", scans),
  row("copy", copies),
]);

function row(name: string, [, ...warm]: readonly Timing[]): string[] {
  const rate = (of: keyof Timing, amount: number) =>
    spreadOf(warm.map((timing) => amount / timing[of]));
  return [
    name,
    spreadText(rate("wallSeconds", lines), 0),
    spreadText(rate("wallSeconds", bytes.length / 1e9)),
    spreadText(rate("cpuSeconds", bytes.length / 1e9)),
    spreadText(ratiosOf(warm, copies.slice(1), "wallSeconds"), 3),
  ];
}

function scan(): void {
  const scanner = new LineScanner({
    context: { referenceMs, zone: utcZone, arrivalMs: null },
    directory: new HostDirectory(),
    realm: "",
    originHost: null,
    origin: logs[0]!,
    batchFacts: LIMITS.batchFacts,
  });
  let facts = 0;
  for (let at = 0; at < bytes.length;) {
    scanner.batch.clear();
    at = scanner.scan(bytes, at, bytes.length, true);
    facts += scanner.batch.length;
  }
  assert(scanner.counts.lines === lines, "every line was read");
  assert(facts === truth.relevantLines, "every limit line is a fact, nothing else is");
}

function copyAll(): void {
  bytes.copy(copy);
  assert(copy[copy.length - 1] === bytes[bytes.length - 1], "all of it was copied");
}
