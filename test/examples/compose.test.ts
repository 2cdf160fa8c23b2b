import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { loadConfig } from "../../lib/config/load.ts";
import { runTidegauge } from "../support/run-tidegauge.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");

/** What holds without a Docker engine; test/integration/compose runs it on one. */
describe("docker-compose.yml", () => {
  const compose = parse(read("docker-compose.yml"), { merge: true }) as {
    services: Record<string, { image: string; command?: string[]; read_only?: boolean }>;
  };
  const ours = Object.entries(compose.services).filter(([, { image }]) => image === "tidegauge");

  it("mounts a configuration that has no problem", () => {
    const path = join(ROOT, "examples/config/compose.yaml");
    expect(loadConfig({ path, env: {}, workingDirectory: ROOT }).problems).toEqual([]);
  });

  it.each(ours)("%s is a command of ours with flags that it knows", async (_, { command }) => {
    const words = command ?? [];
    const { code, stdout, stderr } = await runTidegauge([...words, "--help"]);
    expect(code, stderr).toBe(0);
    const flags = words.filter((word) => word.startsWith("--"));
    for (const flag of flags) expect(stdout).toContain(`${flag} <`);
  });

  it("gives no container of ours a root that can be written to", () => {
    expect(ours.map(([name]) => name)).toEqual(["topics", "ingest", "detect", "notify", "demo"]);
    for (const [name, { read_only: readOnly }] of ours) expect(readOnly, name).toBe(true);
  });
});

describe("Dockerfile", () => {
  const copied = read("Dockerfile")
    .split("\n")
    .filter((line) => line.startsWith("COPY ") && !line.includes("--from="))
    .flatMap((line) => line.split(" ").slice(1, -1));

  it("copies what is there and what .dockerignore lets through, and all of that", () => {
    const through = read(".dockerignore").split("\n");
    const allowed = through.flatMap((line) => (line.startsWith("!") ? [line.slice(1)] : []));
    expect([...new Set(copied)].toSorted()).toEqual(allowed.toSorted());
    for (const path of copied) expect(existsSync(join(ROOT, path)), path).toBe(true);
  });
});
