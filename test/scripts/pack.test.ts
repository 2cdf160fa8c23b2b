import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { jsonLines, runTidegauge } from "../support/run-tidegauge.ts";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../..", import.meta.url));

/** npm packs, then installs a few packages from its cache or the registry. */
const INSTALL_TIMEOUT_MS = 240_000;

describe("the tarball of npm pack", () => {
  let prefix: string;
  let bin: string;

  beforeAll(async () => {
    prefix = mkdtempSync(join(tmpdir(), "tidegauge-pack-"));
    await run("npm", ["pack", "--pack-destination", prefix], { cwd: root });
    const tarball = readdirSync(prefix).find((name) => name.endsWith(".tgz")) ?? "";
    // Scripts of dependencies only fetch the pinned Node, and the tests run on it already.
    const quick = ["--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund"];
    await run("npm", ["install", "--prefix", prefix, ...quick, join(prefix, tarball)]);
    bin = join(prefix, "node_modules", "tidegauge", "bin", "tidegauge.js");
  }, INSTALL_TIMEOUT_MS);

  afterAll(() => rmSync(prefix, { recursive: true, force: true }));

  test("runs from an empty prefix, with help", async () => {
    const { stdout, stderr, code } = await runTidegauge(["--help"], { bin, cwd: prefix });
    expect(stdout).toMatch(/^Usage: tidegauge /);
    expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
  });

  test("finds its data files: check reads schemas, and its examples are good", async () => {
    const config = join(prefix, "node_modules/tidegauge/examples/config/full.yaml");
    const args = ["check", "--offline", "--config", config];
    const { stdout, code } = await runTidegauge(args, { bin, cwd: prefix });
    expect(jsonLines(stdout)).toMatchObject([{ type: "result", ok: true }]);
    expect(code).toBe(0);
  });

  test("links its command", () => {
    expect(readdirSync(join(prefix, "node_modules", ".bin"))).toContain("tidegauge");
  });

  test("carries JavaScript only, and nothing of the tests", () => {
    const folder = join(prefix, "node_modules", "tidegauge");
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
    expect(files.filter((path) => path.endsWith(".ts"))).toEqual([]);
    expect(files.filter((path) => path.startsWith("test"))).toEqual([]);
    const code = files.filter((path) => path.endsWith(".js")).map((path) => join(folder, path));
    const typed = code.filter((path) => /from "\.[^"]+\.ts"/.test(readFileSync(path, "utf8")));
    expect(typed).toEqual([]);
  });
});
