import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const CHILD = fileURLToPath(new URL("consume-until-killed.ts", import.meta.url));

/** A process that reads a topic in a group, killed with -9 and started again. */
export class KilledReader {
  /** Every text that any life has printed, and how often. */
  readonly seen = new Map<string, number>();
  gaps = 0;
  readonly #args: readonly string[];
  #child: ChildProcess | null = null;
  #said = "";

  constructor(brokers: readonly string[], group: string, topic: string) {
    this.#args = [CHILD, brokers.join(","), group, topic];
  }

  /** Why it ended by itself; null while it does not. */
  death: string | null = null;

  start(): void {
    const child = spawn(process.execPath, this.#args, { stdio: ["ignore", "pipe", "pipe"] });
    this.#child = child;
    let rest = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      // What a life did not print to its end, it did not commit either.
      const lines = (rest + text).split("\n");
      rest = lines.pop()!;
      for (const line of lines) this.#take(line);
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => (this.#said += text));
    child.on("close", (code, signal) => {
      if (signal !== "SIGKILL") this.death = `ended with ${code}: ${this.#said}`;
    });
  }

  async kill(): Promise<void> {
    const child = this.#child;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const closed = new Promise((resolve) => child.on("close", resolve));
    child.kill("SIGKILL");
    await closed;
  }

  #take(line: string): void {
    if (line.startsWith("gap ")) this.gaps += 1;
    else this.seen.set(line, (this.seen.get(line) ?? 0) + 1);
  }
}
