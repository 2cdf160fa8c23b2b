import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, UpProcess, writeConfig } from "../../test/support/live/up-process.ts";

/** USER_HZ of every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

export interface UnderTest {
  readonly up: UpProcess;
  readonly folder: string;
  readonly port: number;
}

/** `up` with a listener on loopback for both protocols, in a folder that is gone at the end. */
export async function startUp(more: object): Promise<UnderTest> {
  const folder = mkdtempSync(join(tmpdir(), "tidegauge-live-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  const port = await freePort();
  const listen = { name: "net", type: "syslog", listen: `127.0.0.1:${port}` };
  const config = writeConfig(folder, {
    stream: { path: "./data" },
    scopes: [{ name: "site", from: "host", pattern: "^([a-z0-9]+)-" }],
    inputs: [{ ...listen, protocols: ["tcp", "udp"] }],
    ...more,
  });
  const up = new UpProcess(config, await freePort());
  await up.ready();
  return { up, folder, port };
}

/** CPU of all threads of a process so far: proc(5), fields utime and stime of /proc/PID/stat. */
export function cpuSecondsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** The sum of a metric over all its labels that `labels` is part of. */
export async function metricOf(up: UpProcess, name: string, labels = ""): Promise<number> {
  let sum = 0;
  for (const line of (await up.metrics()).split("\n")) {
    if (!line.startsWith(`tidegauge_${name}{`) && !line.startsWith(`tidegauge_${name} `)) continue;
    if (line.includes(labels)) sum += Number(line.slice(line.lastIndexOf(" ") + 1));
  }
  return sum;
}
