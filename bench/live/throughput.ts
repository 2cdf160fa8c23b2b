import dgram from "node:dgram";
import { createReadStream, readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { setImmediate as turn } from "node:timers/promises";
import { DEFAULT_OPTIONS } from "../../sim/options.ts";
import { PLANTED_RULE } from "../../sim/planted-rule.ts";
import { simulate, type Simulated } from "../../sim/simulate.ts";
import { until, type UpProcess } from "../../test/support/live/up-process.ts";
import { lastRevisions } from "../../test/support/live/verdicts.ts";
import { temporaryFolder } from "../simulated-log.ts";
import { numberText, printTable } from "../table.ts";
import { cpuSecondsOf, metricOf, startUp, type UnderTest } from "./up-under-test.ts";

const CHUNK_BYTES = 256 * 1_024;
const NEWLINE = 0x0a;
/** The log ends so long ago: everything in it is over for a live pipeline. */
const AGE_SECONDS = 1_200;
const WITHIN_MS = 600_000;

/** 30 % limit lines, of the last day, at once. */
function logOf(lines: number): Simulated {
  const endSecond = Math.floor(Date.now() / 1_000) - AGE_SECONDS;
  const options = { ...DEFAULT_OPTIONS, hours: 20, lines, endSecond };
  return simulate(join(temporaryFolder(), "sim"), options);
}

function start(): Promise<UnderTest> {
  const rule = {
    name: PLANTED_RULE.name,
    type: "host_count",
    signal: "tcp_reset",
    hosts: PLANTED_RULE.hosts,
    within: `${PLANTED_RULE.withinSeconds}s`,
    scope: "site",
  };
  const archive = { name: "archive", type: "file", path: "./incidents.jsonl" };
  return startUp({ rules: [rule], sinks: [archive], routes: [{ sinks: ["archive"] }] });
}

export async function tcpThroughput(lines: number): Promise<void> {
  const { logs, truth } = logOf(lines);
  const { up, folder, port } = await start();
  const cpuBefore = cpuSecondsOf(up.pid);
  const startedMs = performance.now();
  const socket = connect(port, "127.0.0.1");
  createReadStream(logs[0]!, { highWaterMark: CHUNK_BYTES }).pipe(socket);
  await finished(socket, { readable: false });
  const sentSeconds = (performance.now() - startedMs) / 1_000;
  await folded(up, truth.relevantLines);
  const seconds = (performance.now() - startedMs) / 1_000;
  const cpu = cpuSecondsOf(up.pid) - cpuBefore;
  const incidents = join(folder, "incidents.jsonl");
  const found = () => lastRevisions(incidents).length;
  await until("incidents", () => found() >= truth.episodes.length, WITHIN_MS);
  await up.stop();
  printTable(`TCP syslog into the embedded log to incidents, ${numberText(lines)} lines`, [
    ["lines/s", "lines/s of CPU", "seconds to send", "to the last fold", "of CPU", "incidents"],
    [
      numberText(lines / seconds),
      numberText(lines / cpu),
      sentSeconds.toFixed(1),
      seconds.toFixed(1),
      cpu.toFixed(1),
      `${found()} of ${truth.episodes.length}`,
    ],
  ]);
}

export async function udpThroughput(lines: number): Promise<void> {
  const { logs } = logOf(lines);
  const { up, port } = await start();
  const datagrams = linesOf(readFileSync(logs[0]!));
  const socket = dgram.createSocket({ type: "udp4", sendBufferSize: 4 * 1_024 * 1_024 });
  await new Promise<void>((resolve) => socket.connect(port, "127.0.0.1", resolve));
  const cpuBefore = cpuSecondsOf(up.pid);
  const startedMs = performance.now();
  let failed = 0;
  for (let at = 0; at < datagrams.length; at += 64) {
    const some = datagrams.slice(at, at + 64);
    await Promise.all(
      some.map(
        (datagram) =>
          new Promise<void>((resolve) =>
            socket.send(datagram, (error) => {
              if (error !== null) failed += 1;
              resolve();
            }),
          ),
      ),
    );
    await turn();
  }
  const seconds = (performance.now() - startedMs) / 1_000;
  const figures = async () => ({
    read: await metricOf(up, "ingest_datagrams_total"),
    kernel: await metricOf(up, "ingest_datagrams_lost_total"),
  });
  const sent = datagrams.length - failed;
  await until("count of every datagram", async () => {
    const { read, kernel } = await figures();
    return read + kernel >= sent;
  }).catch(() => undefined);
  const { read, kernel } = await figures();
  const own = await metricOf(up, "ingest_lines_total", 'reason="overflow"');
  const cpu = cpuSecondsOf(up.pid) - cpuBefore;
  socket.close();
  await up.stop();
  printTable(`UDP syslog, ${numberText(sent)} datagrams`, [
    [
      "datagrams/s sent",
      "read",
      "dropped by the kernel",
      "unexplained",
      "no room",
      "read/s of CPU",
    ],
    [
      numberText(sent / seconds),
      numberText(read),
      numberText(kernel),
      numberText(sent - read - kernel),
      numberText(own),
      numberText(read / cpu),
    ],
  ]);
}

function folded(up: UpProcess, observations: number): Promise<void> {
  const done = () => metricOf(up, "detect_observations_total");
  return until("fold of every line", async () => (await done()) >= observations, WITHIN_MS);
}

function linesOf(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf(NEWLINE, at);
    lines.push(bytes.subarray(at, end));
    at = end + 1;
  }
  return lines;
}
