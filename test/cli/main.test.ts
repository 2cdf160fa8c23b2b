import { execFileSync, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { describe, expect, test } from "vitest";
import { createProgram } from "../../cli/program.ts";
import { runTidegauge } from "../support/run-tidegauge.ts";
import { skipVisibly } from "../support/skip-visibly.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

function commandsOf(command: Command): Command[] {
  return [command, ...command.commands.flatMap(commandsOf)];
}

describe("the command line", () => {
  test("says its version", async () => {
    const manifest = readFileSync(join(root, "package.json"), "utf8");
    const { version } = JSON.parse(manifest) as { version: string };
    expect(await runTidegauge(["--version"])).toEqual({
      stdout: `${version}\n`,
      stderr: "",
      code: 0,
    });
  });

  // One process after the other, and there are many commands.
  const helpWithin = { timeout: 120_000 };

  test("every command that does something has help with examples", helpWithin, async () => {
    const doing = commandsOf(createProgram("0")).filter(({ commands }) => commands.length === 0);
    expect(doing.length).toBeGreaterThan(2);
    for (const command of doing) {
      const path: string[] = [];
      for (let at: Command | null = command; at?.parent; at = at.parent) path.unshift(at.name());
      const { stdout, code } = await runTidegauge([...path, "--help"]);
      expect(stdout).toContain(`Usage: tidegauge ${path.join(" ")}`);
      expect(stdout).toMatch(/\nExamples:\n {2}\$ /);
      expect(stdout).toContain("--output <format>");
      expect(code).toBe(0);
    }
  });

  test.each([
    [["chekc"], "usage: unknown command 'chekc'"],
    [["check", "--confg", "x"], "usage: unknown option '--confg'"],
    [["check", "-o", "xml"], "usage: option '-o, --output <format>' argument 'xml' is invalid"],
    [["check", "\u001b[2J"], "usage: too many arguments"],
    [[], "Usage: tidegauge"],
    [["scopes"], "Usage: tidegauge scopes"],
  ])("%j is a question that cannot be answered: 2", async (args, message) => {
    const { stdout, stderr, code } = await runTidegauge(args);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain("\u001b");
    expect({ stdout, code }).toEqual({ stdout: "", code: 2 });
  });

  test("a reader that goes away early is no error", async () => {
    const names = Array.from({ length: 50_000 }, (_, i) => `fra1-web-${i}`).join("\n");
    const args = [join(root, "bin", "tidegauge.js"), "scopes", "preview", "-"];
    const child = spawn(process.execPath, args);
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.stdout.once("data", () => child.stdout.destroy());
    const closed = new Promise((resolve) => child.on("close", resolve));
    child.stdin.end(names);
    expect(await closed).toBe(0);
    expect(stderr).toBe("");
  });

  test("on an older Node the pinned one runs it, with arguments and exit code", async (context) => {
    const node = findOlderNode();
    if (node === null) return skipVisibly(context, "there is no Node below 24 on PATH");
    const config = join(root, "test/vectors/config/five-mistakes.yaml");
    const { stdout, code } = await runTidegauge(["check", "--config", config], { node });
    expect(stdout).toContain('"problems":5');
    expect(code).toBe(1);
  });
});

/** The Node of the system, which npm hides behind the pinned one. */
function findOlderNode(): string | null {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  for (const folder of folders.filter((path) => !path.includes("node_modules"))) {
    try {
      const version = execFileSync(join(folder, "node"), ["--version"], { encoding: "utf8" });
      const major = Number.parseInt(version.slice(1), 10);
      if (major >= 16 && major < 24) return join(folder, "node");
    } catch {
      continue;
    }
  }
  return null;
}
