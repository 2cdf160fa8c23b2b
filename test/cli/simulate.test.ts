import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CommanderError, type Command } from "commander";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createProgram } from "../../cli/program.ts";
import { EXIT_CODES } from "../../lib/process/exit-code.ts";
import { reportOf } from "../../lib/process/trouble.ts";
import type { Truth } from "../../sim/truth.ts";
import { freshDirectory } from "../sim/simulation.ts";

interface Run {
  readonly out: string;
  readonly errors: string;
  readonly exitCode: number;
}

afterEach(() => {
  process.exitCode = undefined;
});

/** The program as main.ts runs it, without the process around it. */
async function run(...args: string[]): Promise<Run> {
  let out = "";
  let errors = "";
  const quiet = (program: Command): Command => {
    for (const command of [program, ...program.commands]) {
      command.configureOutput({ writeErr: (chunk) => (errors += chunk) });
    }
    return program;
  };
  const write = vi.spyOn(process.stdout, "write").mockImplementation((chunk) => {
    out += String(chunk);
    return true;
  });
  try {
    await quiet(createProgram("0.0.0")).parseAsync(args, { from: "user" });
    return { out, errors, exitCode: Number(process.exitCode ?? 0) };
  } catch (error) {
    if (error instanceof CommanderError) return { out, errors, exitCode: EXIT_CODES.usage };
    const { text, exitCode } = reportOf(error);
    return { out, errors: text, exitCode };
  } finally {
    write.mockRestore();
  }
}

const FLAGS = ["--lines", "20k", "--sites", "3", "--hosts", "20", "--hours", "4"];

/** What a perfect detector would print for a truth. */
function perfect(truth: Truth): string {
  const incidents = truth.episodes.map((episode, index) => ({
    ...episode,
    id: `tg-${index}`,
    revision: 1,
    state: "resolved",
    rule: { name: truth.rule.name },
    hosts: {
      count: episode.hosts.count,
      list: episode.hosts.list.map((host) => ({ host })),
      truncated: false,
    },
  }));
  return incidents.map((incident) => `${JSON.stringify(incident)}\n`).join("");
}

describe("tidegauge simulate", () => {
  it("writes a log with its truth, and says so as text or as one JSON object", async () => {
    const directory = freshDirectory();
    const { out } = await run("-o", "human", "simulate", directory, ...FLAGS);
    expect(out).toContain("20,000 lines (6,000 limit lines) of 60 hosts");
    const json = await run("simulate", directory, ...FLAGS, "--per-host");
    expect(JSON.parse(json.out)).toMatchObject({ lines: 20_000, logFiles: 60, log: null });
  });

  it("scores a list: 0 when it is exact, 1 when it is not", async () => {
    const directory = freshDirectory();
    await run("simulate", directory, ...FLAGS);
    const truth = JSON.parse(readFileSync(join(directory, "truth.json"), "utf8")) as Truth;
    const list = join(directory, "incidents.jsonl");
    writeFileSync(list, perfect(truth));
    const good = await run("-o", "human", "simulate", "score", directory, list);
    expect(good).toMatchObject({ exitCode: 0 });
    expect(good.out).toContain("exact: every start");
    writeFileSync(list, perfect({ ...truth, episodes: truth.episodes.slice(1) }));
    const bad = await run("-o", "json", "simulate", "score", join(directory, "truth.json"), list);
    expect(bad).toMatchObject({ exitCode: 1 });
    expect(JSON.parse(bad.out)).toMatchObject({ exact: false, missed: 1, invented: 0 });
  });

  it("writes counters beside lines, which replay reads and score knows", async () => {
    const directory = freshDirectory();
    const flags = ["--gauges", "both", "--sites", "1", "--hosts", "30", "--hours", "2"];
    const { out } = await run("-o", "human", "simulate", directory, ...flags);
    expect(out).toMatch(/samples of \d\d of 30 hosts, [\d,]+ limit lines: .*lines\.ndjson/);
    const list = join(directory, "incidents.jsonl");
    writeFileSync(list, "");
    const none = await run("-o", "human", "simulate", "score", directory, list);
    expect(none).toMatchObject({ exitCode: 1 });
    expect(none.out).toContain("floods planted: 0 found once");
  });

  it.each([
    [["--gauges", "counters", "--lines", "5"], "--lines is for a log without counters"],
    [["--gauges", "both", "--per-host"], "--per-host is for a log without counters"],
    [["--gauges", "both", "--hours", "1"], "counters need 2 to learn"],
    [["--gauges", "both", "--hosts", "9"], "a site needs 30"],
    [["--gauges", "both", "--sites", "500"], "simulate fewer of either"],
    [["--gauges", "all"], "Allowed choices"],
    [["--lines", "many"], "Give a whole number"],
    [["--relevant", "2"], "relevant is 2"],
    [["--hours", "0"], "hours is 0"],
    [["--end", "2026-02-30T00:00:00Z"], "Give a time in UTC"],
    [["--order", "random"], "Allowed choices"],
  ])("refuses %j with a remedy", async (flags, words) => {
    const { errors, exitCode } = await run("simulate", freshDirectory(), ...flags);
    expect(errors).toContain(words);
    expect(exitCode).toBe(EXIT_CODES.usage);
  });

  it("names a file that is missing or not what it should be", async () => {
    const directory = freshDirectory();
    await run("simulate", directory, "--lines", "10");
    const log = join(directory, "lines.log");
    const cases = [
      [join(directory, "nothing.json"), log, "cannot read"],
      [log, log, "is no truth file"],
      [directory, log, "line 1 is not JSON"],
      [directory, join(directory, "nothing"), "cannot read"],
    ] as const;
    for (const [truth, list, words] of cases) {
      const { errors, exitCode } = await run("simulate", "score", truth, list);
      expect(errors).toContain(words);
      expect(exitCode).toBe(2);
    }
  });

  it("says why it cannot write, and leaves other files alone", async () => {
    const directory = freshDirectory();
    const file = join(directory, "file");
    writeFileSync(file, "");
    const unwritable = await run("simulate", file, "--lines", "10");
    expect(unwritable.errors).toContain("EEXIST");
    const { errors, exitCode } = await run("simulate", directory, "--lines", "10");
    expect(errors).toContain("simulate_directory_in_use");
    expect(errors).toContain("give a new or empty directory");
    expect(exitCode).toBe(EXIT_CODES.usage);
  });
});
