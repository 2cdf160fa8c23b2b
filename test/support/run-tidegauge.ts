import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

export interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
}

export interface RunOptions {
  /** What standard input holds; nothing by default. */
  readonly input?: string;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** The Node to start with; that of the tests by default. */
  readonly node?: string;
  /** The script to start; bin/tidegauge.js of this checkout by default. */
  readonly bin?: string;
}

/** bin/tidegauge.js of this checkout. */
export const BIN = fileURLToPath(new URL("../../bin/tidegauge.js", import.meta.url));

/** Runs a command as a user would, away from a terminal and from the tests' own environment. */
export async function runTidegauge(
  args: readonly string[],
  options: RunOptions = {},
): Promise<Ran> {
  const { input = "", cwd = process.cwd(), env = {}, node = process.execPath, bin = BIN } = options;
  const child = spawn(node, [bin, ...args], { cwd, env: { PATH: process.env["PATH"], ...env } });
  const closed = new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  const [stdout, stderr, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    closed,
  ]);
  return { stdout, stderr, code };
}

/** The objects of a JSON lines answer. */
export function jsonLines(stdout: string): Record<string, unknown>[] {
  const lines = stdout.split("\n").filter((line) => line !== "");
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}
