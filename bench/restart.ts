/**
 * `tidegauge up` with so many hosts in its snapshot: kills it, starts it again, and takes the time
 * to ready. The state is made by `up` itself, from observations that are put into its log.
 * `node bench/restart.ts [--hosts N] [--starts N]`
 */
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { topicSpecs } from "../cli/open-log.ts";
import { GAUGES } from "../lib/domain/gauge.ts";
import { KINDS, type ObservationBatch } from "../lib/domain/observation.ts";
import { wallClock } from "../lib/process/clock.ts";
import { seededRandom } from "../lib/process/random.ts";
import { EmbeddedLog } from "../lib/stream/embedded.ts";
import { Codec } from "../lib/wire/codec.ts";
import { encodeMessage } from "../lib/wire/message.ts";
import { loadSchemas } from "../lib/wire/schema.ts";
import { TOPIC_PREFIX_DEFAULT, topicPath } from "../lib/wire/topics.ts";
import { loadSnapshot } from "../services/detect/state/snapshot-store.ts";
import { ObservationColumns } from "../services/ingest/core/observation-columns.ts";
import { FLOOD_RULE } from "../test/support/live/flood-script.ts";
import { freePort, until, UpProcess, writeConfig } from "../test/support/live/up-process.ts";
import { cpuSecondsOf } from "./live/up-under-test.ts";
import { numberText, printTable } from "./table.ts";

const CELLS_PER_HOST = 4;
/** One cell in so many is hot: a fleet of which 5 % was at its limit within the last hours. */
const HOT_ONE_IN = 80;
const SPAN_SECONDS = 4 * 3_600;
const HOSTS_PER_SITE = 50;
const ROWS_PER_RECORD = 6_000;
const LOOK_EVERY_MS = 20;
const READY_WITHIN_MS = 300_000;

const { values } = parseArgs({
  options: {
    hosts: { type: "string", default: "1000000" },
    starts: { type: "string", default: "3" },
  },
});
const OBSERVATIONS = /^tidegauge_detect_observations_total(?:\{[^}]*\})? (\d+)/m;
const SNAPSHOTS = /^tidegauge_detect_snapshots_total\{[^}]*stage="host"[^}]*\} (\d+)/m;
const hosts = Number(values.hosts);
const rows = hosts * CELLS_PER_HOST;
const folder = mkdtempSync(join(tmpdir(), "tidegauge-restart-"));
const data = join(folder, "data");
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

await fill();
const config = writeConfig(folder, {
  stream: { path: "./data" },
  inputs: [
    { name: "tcp", type: "syslog", listen: `127.0.0.1:${await freePort()}`, protocols: ["tcp"] },
  ],
  rules: [{ ...FLOOD_RULE, hosts: 20 }],
  sinks: [{ name: "archive", type: "file", path: "./incidents.jsonl" }],
  routes: [{ sinks: ["archive"] }],
});
const healthPort = await freePort();
let up = new UpProcess(config, healthPort);
await up.ready(READY_WITHIN_MS);
const foldedMs = performance.now();
await until(
  "fold of all observations",
  async () => (await figure(OBSERVATIONS)) >= rows,
  READY_WITHIN_MS,
);
const foldSeconds = (performance.now() - foldedMs) / 1_000;
const before = await figure(SNAPSHOTS);
const pauseMs = await longestPauseUntil(async () => (await figure(SNAPSHOTS)) > before);
await up.kill();
const snapshot = await snapshotBytes();

const startSeconds: number[] = [];
const cpuSeconds: number[] = [];
for (let start = 0; start < Number(values.starts); start++) {
  const startedMs = performance.now();
  up = new UpProcess(config, healthPort);
  await until("ready pipeline", () => up.isReady(), READY_WITHIN_MS);
  startSeconds.push((performance.now() - startedMs) / 1_000);
  cpuSeconds.push(cpuSecondsOf(up.pid));
  await up.kill();
}
const each = (seconds: readonly number[]) => seconds.map((one) => one.toFixed(2)).join(", ");
printTable(`Restart with ${numberText(hosts)} hosts, ${CELLS_PER_HOST} cells each`, [
  ["", "figure"],
  ["seconds to fold them the first time", foldSeconds.toFixed(0)],
  ["seconds from start to ready", each(startSeconds)],
  ["seconds of CPU until then", each(cpuSeconds)],
  ["bytes of the snapshot", `${numberText(snapshot)}, ${numberText(snapshot / hosts, 1)} a host`],
  ["bytes of the log's folder", numberText(folderBytes())],
  ["longest pause of the process while snapshots were written, ms", numberText(pauseMs)],
]);
process.exit();

/** Observations of all hosts, a record each second of log time or so, as ingest would pack them. */
async function fill(): Promise<void> {
  const log = await EmbeddedLog.open({ path: data, role: "owner", who: "bench", clock: wallClock });
  await log.ensureTopics(topicSpecs(TOPIC_PREFIX_DEFAULT));
  const codec = new Codec(loadSchemas());
  const random = seededRandom(1);
  const records = Math.ceil(rows / ROWS_PER_RECORD);
  const endMs = Date.now() - 60_000;
  for (let number = 0; number < records; number++) {
    const timeMs = endMs - Math.round(((records - number) * SPAN_SECONDS * 1_000) / records);
    const value = encodeMessage(codec, "observation-batch", batchOf(number, timeMs));
    await log.append(topicPath("observations"), 0, [{ key: null, value }]);
  }
  await log.close();

  function batchOf(number: number, timeMs: number): ObservationBatch {
    const columns = new ObservationColumns();
    for (let i = 0; i < ROWS_PER_RECORD; i++) {
      const host = (number * ROWS_PER_RECORD + i) % hosts;
      const isHot = random.below(HOT_ONE_IN) === 0;
      const offered = isHot ? 300 : 150;
      columns.add(
        host,
        identityOf,
        { place: "bench", arrivalMs: timeMs },
        {
          timeMs,
          kind: KINDS.indexOf("limit"),
          gauge: GAUGES.indexOf("tcp_reset"),
          offered,
          allowed: 200,
          suppressed: Math.max(0, offered - 200),
          count: 1,
          timeSource: 0,
          trust: 1,
          line: i,
          text: null,
        },
      );
    }
    return columns.finish([{ source: `${topicPath("lines")}/0`, arrivalMs: timeMs }]);
  }
}

function identityOf(host: number) {
  const site = Math.floor(host / HOSTS_PER_SITE);
  return { realm: "", name: `site${site}-web-${String(host).padStart(7, "0")}` };
}

/** What a caller of the process waits at most, while something else is waited for. */
async function longestPauseUntil(isOver: () => Promise<boolean>): Promise<number> {
  let longestMs = 0;
  for (let isDone = false; !isDone;) {
    const askedMs = performance.now();
    isDone = await isOver();
    longestMs = Math.max(longestMs, performance.now() - askedMs);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  return longestMs;
}

async function figure(pattern: RegExp): Promise<number> {
  return Number(pattern.exec(await up.metrics())?.[1] ?? 0);
}

async function snapshotBytes(): Promise<number> {
  const log = await EmbeddedLog.open({ path: data, role: "guest", who: "bench", clock: wallClock });
  const name = { stage: "host", partition: 0 } as const;
  const found = await loadSnapshot(log, new Codec(loadSchemas()), topicPath("snapshots"), name);
  await log.close();
  return found.snapshot?.bytes.length ?? 0;
}

function folderBytes(): number {
  return readdirSync(data).reduce((sum, name) => sum + statSync(join(data, name)).size, 0);
}
