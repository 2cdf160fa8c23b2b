/**
 * The general line reader and the fast path on the same lines, ours and others', in turn. What the
 * fast path leaves undecided it hands to the general reader, inside the timed run.
 * `node bench/parse.bench.ts [--lines N] [--rounds N]`
 */
import { readFileSync } from "node:fs";
import { assert } from "../lib/domain/assert.ts";
import { utcZone } from "../lib/domain/zone.ts";
import { FastLines, ROWS_MAX } from "../services/ingest/core/fast-lines.ts";
import { OUTCOME_PASS, Reading } from "../services/ingest/core/reading.ts";
import { readLine } from "../services/ingest/read-line.ts";
import { inTurn, ratiosOf, spreadOf, timed, type Timing } from "./pairs.ts";
import { benchOptions, simulatedLog, temporaryFolder } from "./simulated-log.ts";
import { numberText, printTable, spreadText } from "./table.ts";

const NEWLINE = 0x0a;

const { lines, rounds } = benchOptions(7);
const { logs, truth } = simulatedLog(temporaryFolder(), lines, "ordered");
const log = readFileSync(logs[0]!);
const context = { referenceMs: Date.parse(truth.referenceTime), zone: utcZone, arrivalMs: null };
const reading = new Reading();
const fast = new FastLines(null);
/** What the offered of all limit lines came to, by the bytes that were read. */
const sums = new Map<Uint8Array, number>();

interface Lines {
  readonly bytes: Uint8Array;
  readonly count: number;
}

const rows = [["", "general, ns/line", "fast, ns/line", "fast is times as fast"]];
const isOurs = (line: Uint8Array) => reads(line, 0, line.length) === OUTCOME_PASS;
rows.push(await compare("limit lines", linesWhere(isOurs)));
rows.push(
  await compare(
    "lines of others",
    linesWhere((line) => !isOurs(line)),
  ),
);
printTable(`Reading lines, ${numberText(lines)} in all`, rows);

async function compare(name: string, { bytes, count }: Lines): Promise<string[]> {
  const [general = [], quick = []] = await inTurn(
    [
      { name: "general", run: () => timed(() => readAll(bytes, readGeneral)) },
      { name: "fast", run: () => timed(() => readAll(bytes, readFast)) },
    ],
    rounds,
  );
  const perLine = ([, ...warm]: readonly Timing[]) =>
    spreadText(spreadOf(warm.map(({ cpuSeconds }) => (cpuSeconds * 1e9) / count)), 0);
  const times = spreadText(ratiosOf(quick.slice(1), general.slice(1)));
  return [`${numberText(count)} ${name}`, perLine(general), perLine(quick), times];
}

/** Reads every line; `offered` of all limit lines must come out the same by both readers. */
function readAll(bytes: Uint8Array, read: (bytes: Uint8Array) => number): void {
  const sum = read(bytes);
  sums.set(bytes, sums.get(bytes) ?? sum);
  assert(sums.get(bytes) === sum, "both readers read the same");
}

function readGeneral(bytes: Uint8Array): number {
  let sum = 0;
  for (let start = 0; start < bytes.length;) {
    const end = bytes.indexOf(NEWLINE, start);
    if (reads(bytes, start, end) === OUTCOME_PASS) sum += reading.offered;
    start = end + 1;
  }
  return sum;
}

function readFast(bytes: Uint8Array): number {
  let sum = 0;
  fast.open(bytes, bytes.length, 0);
  for (let start = 0; start < bytes.length;) {
    const isStuck = fast.read(start, ROWS_MAX);
    for (let row = 0; row < fast.rows; row++) sum += fast.offered(row);
    start = fast.next;
    if (!isStuck) continue;
    const end = bytes.indexOf(NEWLINE, start);
    if (reads(bytes, start, end) === OUTCOME_PASS) sum += reading.offered;
    start = end + 1;
  }
  return sum;
}

function reads(bytes: Uint8Array, start: number, end: number): number {
  readLine(bytes, start, end, context, reading);
  return reading.outcome;
}

/** The lines of the log that pass, one after another. */
function linesWhere(passes: (line: Uint8Array) => boolean): Lines {
  const kept: Uint8Array[] = [];
  for (let start = 0; start < log.length;) {
    const end = log.indexOf(NEWLINE, start) + 1;
    if (passes(log.subarray(start, end - 1))) kept.push(log.subarray(start, end));
    start = end;
  }
  return { bytes: Buffer.concat(kept), count: kept.length };
}
