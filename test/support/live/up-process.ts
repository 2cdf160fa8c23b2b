import { type ChildProcess, spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const BIN = fileURLToPath(new URL("../../../bin/tidegauge.js", import.meta.url));
const LOOK_EVERY_MS = 50;

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A configuration as a file; JSON is YAML. Relative paths in it are those of its folder. */
export function writeConfig(folder: string, config: object): string {
  const path = join(folder, "tidegauge.yaml");
  writeFileSync(path, JSON.stringify(config));
  return path;
}

/** A port that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Waits for a condition; says what for when it does not come. */
export async function until(
  what: string,
  isTrue: () => boolean | Promise<boolean>,
  withinMs = 30_000,
): Promise<void> {
  const deadlineMs = performance.now() + withinMs;
  while (!(await isTrue())) {
    if (performance.now() > deadlineMs) throw new Error(`no ${what} within ${withinMs} ms`);
    await pause(LOOK_EVERY_MS);
  }
}

/** `tidegauge up`, or another command that runs, as a supervisor runs it: its health on a port. */
export class UpProcess {
  readonly exited: Promise<Exit>;
  readonly #child: ChildProcess;
  readonly #healthPort: number;
  #stderr = "";
  #exit: Exit | null = null;

  constructor(
    config: string,
    healthPort: number,
    env: Readonly<Record<string, string>> = {},
    command: readonly string[] = ["up"],
  ) {
    const args = [BIN, ...command, "--config", config, "--health-port", String(healthPort)];
    this.#healthPort = healthPort;
    this.#child = spawn(process.execPath, args, {
      env: { PATH: process.env["PATH"], ...env },
      stdio: ["ignore", "ignore", "pipe"],
    });
    this.#child.stderr!.setEncoding("utf8").on("data", (text: string) => (this.#stderr += text));
    this.exited = new Promise((resolve, reject) => {
      this.#child.on("error", reject);
      this.#child.on("close", (code, signal) => resolve((this.#exit = { code, signal })));
    });
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** What it wrote to standard error so far. */
  get said(): string {
    return this.#stderr;
  }

  /** Whether /readyz says yes; throws where the process has ended. */
  async isReady(): Promise<boolean> {
    if (this.#exit !== null) throw new Error(`it ended with ${this.#exit.code}:\n${this.#stderr}`);
    try {
      const answer = await fetch(`http://127.0.0.1:${this.#healthPort}/readyz`);
      await answer.body?.cancel();
      return answer.ok;
    } catch {
      return false;
    }
  }

  async ready(withinMs?: number): Promise<void> {
    await until("ready pipeline", () => this.isReady(), withinMs);
  }

  async metrics(): Promise<string> {
    return (await fetch(`http://127.0.0.1:${this.#healthPort}/metrics`)).text();
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.exited;
  }

  async stop(): Promise<Exit> {
    this.#child.kill("SIGTERM");
    return this.exited;
  }
}
