import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { describe, expect, onTestFinished, test } from "vitest";
import { BIN, jsonLines, runTidegauge } from "../support/run-tidegauge.ts";

function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "tidegauge-demo-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function jsonIn(cwd: string, ...args: string[]): Promise<Record<string, unknown>[]> {
  return jsonLines((await runTidegauge(args, { cwd })).stdout);
}

describe("demo", () => {
  const incidentWithin = { timeout: 90_000 };
  /** Two starts and two stops, on a machine that may be busy. */
  const stopsWithin = { timeout: 60_000 };

  test("shows an incident within a minute, which the log then knows", incidentWithin, async () => {
    const cwd = emptyFolder();
    const args = ["demo", "--exit-after-incident", "--port", "0"];
    const { stdout, stderr, code } = await runTidegauge(args, { cwd });
    expect(stderr).toMatch(/\nFirst incident after \d+ s\.\n/);
    expect(code).toBe(0);
    // Nobody may take it for real: the title says demo.
    expect(stdout).toMatch(/^MEDIUM confirmed {2}demofra1: \d+ of \d+ visible hosts /);

    const [known] = await jsonIn(cwd, "incidents", "list");
    expect(stdout).toContain(String(known?.["id"]));
    expect(known).toMatchObject({ scope: { name: "site", value: "demofra1" } });
    const [replayed] = await jsonIn(cwd, "replay", "--from", "lines");
    const { id, startedAt, metAt } = known as Record<string, unknown>;
    expect(replayed).toMatchObject({ id, startedAt, metAt });
    const hosts = await jsonIn(cwd, "hosts", "list", "--limit", "1000");
    expect(hosts.length).toBeGreaterThan(9);
    expect(hosts.filter(({ host }) => !String(host).startsWith("demo"))).toEqual([]);
  });

  test(
    "starts anew on its own folder, and ends cleanly when it is told to",
    stopsWithin,
    async () => {
      const cwd = emptyFolder();
      for (const signal of ["SIGINT", "SIGTERM"] as const) {
        const child = spawn(process.execPath, [BIN, "demo", "--port", "0"], { cwd });
        const stderr = text(child.stderr);
        child.stderr.on("data", (said: Buffer) => {
          if (said.includes("A quiet fleet first")) setImmediate(() => child.kill(signal));
        });
        const code = await new Promise((resolve) => child.on("close", resolve));
        expect(await stderr).toContain("The demo has ended.");
        expect(code).toBe(0);
      }
    },
  );

  test("leaves alone what no demo wrote", async () => {
    const cwd = emptyFolder();
    mkdirSync(join(cwd, "data", "demo"), { recursive: true });
    writeFileSync(join(cwd, "data", "demo", "thesis.txt"), "years of work");
    const { stderr, code } = await runTidegauge(["demo"], { cwd });
    expect(stderr).toContain("holds thesis.txt, which no demo wrote");
    expect(code).toBe(2);
    expect(readdirSync(join(cwd, "data", "demo"))).toEqual(["thesis.txt"]);
  });
});
