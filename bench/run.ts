/**
 * Every measurement, each in a process of its own so that none warms up another; the tables are
 * Markdown for docs/figures.md. `npm run bench [-- NAME...]`, for example `-- replay scan`; what
 * else is given after a `--` of its own goes to each: `npm run bench -- replay -- --lines
 * 10000000`.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";

const FILES: Readonly<Record<string, string>> = {
  replay: "replay.bench.ts",
  scan: "scan.bench.ts",
  parse: "parse.bench.ts",
  hosts: "hosts.bench.ts",
  memory: "memory.bench.ts",
  counters: "counters.ts",
  "embedded-log": "embedded-log.ts",
};

const given = process.argv.slice(2);
const split = given.includes("--") ? given.indexOf("--") : given.length;
const names = split === 0 ? Object.keys(FILES) : given.slice(0, split);
const flags = given.slice(split + 1);

for (const name of names) {
  const file = FILES[name];
  if (file === undefined) {
    console.error(`no bench is called ${name}; there are ${Object.keys(FILES).join(", ")}`);
    process.exit(2);
  }
  const path = join(import.meta.dirname, file);
  const { status } = spawnSync(process.execPath, [path, ...flags], { stdio: "inherit" });
  // A result that is not exact fails the run: a wrong answer has no speed.
  if (status !== 0) process.exitCode = 1;
}
