import { mkdtempSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { loadConfig, searchPath, type LoadedConfig } from "../../../lib/config/load.ts";
import { formatProblem, type Problem } from "../../../lib/config/problem.ts";

const VECTORS = fileURLToPath(new URL("../../vectors/config/", import.meta.url));
const EXAMPLES = fileURLToPath(new URL("../../../examples/config/", import.meta.url));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tidegauge-config-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function load(yaml: string, env: Record<string, string> = {}): LoadedConfig {
  const path = join(folder, "tidegauge.yaml");
  writeFileSync(path, yaml);
  return loadConfig({ path, env, workingDirectory: folder });
}

function said(problems: readonly Problem[], strip: string): string[] {
  return problems.map((problem) => {
    const text = formatProblem(problem).replace(strip, "").replace(/^:/, "").trim();
    return `${text} -> ${problem.remedy}`;
  });
}

describe("a bad file", () => {
  test.each(readdirSync(VECTORS))("%s: says all its problems, each with a remedy", (name) => {
    const path = join(VECTORS, name);
    const expected = [...readFileSync(path, "utf8").matchAll(/^# expect: (.*)$/gm)].map(
      ([, problem]) => problem?.replace(/^: /, ""),
    );
    const { config, problems } = loadConfig({ path, env: {}, workingDirectory: folder });
    expect(config).toBeNull();
    expect(said(problems, path).map((text) => text.replaceAll(VECTORS, ""))).toEqual(expected);
    expect(expected).not.toEqual([]);
  });

  test("never shows a secret, whatever is wrong around it", () => {
    const shown = readdirSync(VECTORS).map((name) => {
      return inspect(loadConfig({ path: join(VECTORS, name), env: {}, workingDirectory: "/" }));
    });
    expect(shown.join("\n")).not.toContain("hunter2");
  });

  test.each([
    ["missing.yaml", "cannot be read (ENOENT)"],
    [".", "cannot be read (EISDIR)"],
  ])("%s %s", (path, problem) => {
    const { config, problems } = loadConfig({ path, env: {}, workingDirectory: folder });
    expect(config).toBeNull();
    expect(problems).toMatchObject([{ source: join(folder, path), problem }]);
  });

  test("a file of another kind is not read into memory", () => {
    expect(load("#".repeat(2_000_000)).problems).toMatchObject([
      { problem: "is too large for a configuration" },
    ]);
  });
});

describe("a good file", () => {
  test.each(["minimal.yaml", "full.yaml"])("examples/config/%s has no problem", (name) => {
    const path = join(EXAMPLES, name);
    expect(loadConfig({ path, env: {}, workingDirectory: folder }).problems).toEqual([]);
  });

  test("gives durations and sizes as numbers that carry their unit", () => {
    const { config } = load(
      "time: { retain: 2d, grace: 1m }\nlimits: { line: 16KiB }\n" +
        "sinks: [{ name: a, type: webhook, url: 'https://x.example', timeout: 500ms }]",
    );
    expect(config?.time).toEqual({ retainSeconds: 172_800, graceSeconds: 60 });
    expect(config?.limits.lineBytes).toBe(16_384);
    expect(config?.sinks[0]).toMatchObject({ timeoutMs: 500 });
  });

  test("takes its paths relative to itself", () => {
    mkdirSync(join(folder, "etc"));
    const path = join(folder, "etc", "tidegauge.yaml");
    const written = [
      "inventory: hosts.csv",
      "inputs: [{ name: a, type: file, path: ../a.log }]",
      "sinks: [{ name: b, type: file, path: ./b.jsonl }]",
    ];
    const load = (...more: string[]) => {
      writeFileSync(path, [...written, ...more].join("\n"));
      return loadConfig({ path, env: {}, workingDirectory: folder }).config;
    };
    const config = load();
    expect(config?.inventoryPath).toBe(join(folder, "etc", "hosts.csv"));
    expect(config?.inputs[0]).toMatchObject({ path: join(folder, "a.log") });
    expect(config?.sinks[0]).toMatchObject({ path: join(folder, "etc", "b.jsonl") });
    expect(load("stream: { path: ./data }")?.stream.path).toBe(join(folder, "etc", "data"));
    // Nobody wrote this one: a folder of configurations is no place for data.
    expect(config?.stream.path).toBe("./data");
  });

  test("is frozen to its depth", () => {
    const { config } = load("sinks: [{ name: a, type: stdout }]");
    expect(Object.isFrozen(config?.sinks[0])).toBe(true);
    expect(Object.isFrozen(config?.time)).toBe(true);
  });

  test("keeps its secrets to itself", () => {
    const { config } = load(
      "sinks: [{ name: a, type: webhook, url: 'https://x.example', secret: hunter2 }]",
    );
    expect(`${JSON.stringify(config)}${inspect(config, { depth: 9 })}`).not.toContain("hunter2");
    const sink = config?.sinks[0];
    expect(sink?.type === "webhook" && sink.secret?.reveal()).toBe("hunter2");
  });
});

describe("without a file", () => {
  test("the defaults of the contract apply", () => {
    const { config, file } = loadConfig({ env: {}, workingDirectory: folder });
    expect(file).toBeNull();
    expect(config).toMatchObject({
      stream: { engine: "embedded", path: "./data", prefix: "tidegauge." },
      time: { retainSeconds: 86_400, graceSeconds: 10 },
      scopes: [{ name: "site" }, { name: "fleet" }],
      inventoryPath: null,
      inputs: [],
      rules: [{ name: "flood" }, { name: "single-host" }],
      sinks: [{ name: "stdout", type: "stdout" }],
      routes: [],
    });
  });

  test("the working folder is looked in first, then the system's", () => {
    expect(searchPath("/home/me")).toEqual([
      "/home/me/tidegauge.yaml",
      "/usr/local/etc/tidegauge/tidegauge.yaml",
      "/etc/tidegauge/tidegauge.yaml",
    ]);
    writeFileSync(join(folder, "tidegauge.yaml"), "time: { grace: 30s }");
    const loaded = loadConfig({ env: {}, workingDirectory: folder });
    expect(loaded.file).toBe(join(folder, "tidegauge.yaml"));
    expect(loaded.config?.time.graceSeconds).toBe(30);
  });
});
