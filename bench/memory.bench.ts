/**
 * What a host costs at 1,000,000 hosts in 20,000 sites, and what a replay of the simulated log
 * costs at its peak. Every case runs in a process of its own.
 * `node bench/memory.bench.ts [--lines N]`
 */
import { execFileSync } from "node:child_process";
import { dirname, join } from "node:path";
import type { FleetMemory, FleetShape } from "./memory-child.ts";
import { benchOptions, simulatedLog, temporaryFolder } from "./simulated-log.ts";
import { numberText, printTable } from "./table.ts";

const HOSTS = 1_000_000;
const SHAPES: readonly Omit<FleetShape, "hosts">[] = [
  { runs: 1, runSeconds: 1, together: true },
  { runs: 4, runSeconds: 1, together: true },
  { runs: 4, runSeconds: 1, together: false },
  { runs: 4, runSeconds: 5, together: true },
  { runs: 4, runSeconds: 5, together: false },
];

const { lines } = benchOptions(1);
const folder = temporaryFolder();
const peaks = (["ordered", "disordered"] as const).map((order) => {
  const { logs } = simulatedLog(folder, lines, order);
  const peak = Number(inChild("replay-child.ts", dirname(logs[0]!)));
  return [`${numberText(lines)} lines, ${order}`, megabytes(peak)];
});
printTable("Peak of the whole process, 1,000 hosts", [["replay", "MB"], ...peaks]);

printTable(`${numberText(HOSTS)} hosts in ${numberText(HOSTS / 50)} sites, one day`, [
  ["runs a host", "of seconds", "hot", "incidents", "bytes a host", "RSS a host", "process MB"],
  ...SHAPES.map((shape) => row({ hosts: HOSTS, ...shape })),
]);

function row(shape: FleetShape): string[] {
  const memory = JSON.parse(inChild("memory-child.ts", JSON.stringify(shape))) as FleetMemory;
  return [
    String(shape.runs),
    String(shape.runSeconds),
    shape.together ? "site together" : "each alone",
    numberText(memory.incidents),
    numberText(memory.heldBytes / shape.hosts),
    numberText(memory.grownRssBytes / shape.hosts),
    megabytes(memory.maxRssBytes),
  ];
}

function inChild(file: string, argument: string): string {
  const path = join(import.meta.dirname, file);
  return execFileSync(process.execPath, ["--expose-gc", path, argument], { encoding: "utf8" });
}

function megabytes(bytes: number): string {
  return numberText(bytes / 1e6);
}
