import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { until, writeConfig } from "../live/up-process.ts";
import { BIN } from "../run-tidegauge.ts";
import type { TestHost } from "./test-network.ts";

/** Of contracts.md section 3, what a test of counters reads. */
export interface ShippedSample {
  readonly host: string;
  readonly time: string;
  readonly counters: Readonly<Record<string, number>>;
}

export interface ShippedLine {
  /** As `ship` printed it. */
  readonly text: string;
  readonly sample: ShippedSample;
  readonly sampledMs: number;
  /** When it was here. */
  readonly arrivedMs: number;
}

/** `tidegauge ship --samples --interval 1s --to -`, one for this machine and all namespaces. */
export class ShippedSamples {
  readonly lines: ShippedLine[] = [];
  readonly #child: ChildProcess;
  readonly #folder: string;
  #stderr = "";

  constructor(hosts: readonly TestHost[]) {
    this.#folder = mkdtempSync(join(tmpdir(), "tidegauge-netns-"));
    const namespaces = hosts.map(({ name, namespace }) => ({ host: name, path: namespace.file }));
    // This machine has no dash, so it is of no site.
    const config = writeConfig(this.#folder, {
      ship: { host: "machine", samples: { namespaces } },
    });
    const flags = ["--samples", "--interval", "1s", "--to", "-", "--config", config];
    this.#child = spawn(process.execPath, [BIN, "ship", ...flags], {
      cwd: this.#folder,
      env: { PATH: process.env["PATH"] },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child.stderr!.setEncoding("utf8").on("data", (text: string) => (this.#stderr += text));
    const printed = createInterface({ input: this.#child.stdout! });
    printed.on("line", (text) => this.#take(text, Date.now()));
  }

  /** Waits until each host was sampled so many times after a time. */
  async after(hosts: readonly TestHost[], times: number, sinceMs: number): Promise<void> {
    await until(`${times} samples of each host`, () => {
      if (this.#child.exitCode !== null) throw new Error(`ship ended:\n${this.#stderr}`);
      const count = (name: string) =>
        this.of(name).filter(({ sampledMs }) => sampledMs > sinceMs).length;
      return hosts.every(({ name }) => count(name) >= times);
    });
  }

  of(host: string): readonly ShippedLine[] {
    return this.lines.filter(({ sample }) => sample.host === host);
  }

  async stop(): Promise<void> {
    const ended = once(this.#child, "close");
    this.#child.kill("SIGTERM");
    await ended;
    rmSync(this.#folder, { recursive: true });
  }

  #take(text: string, arrivedMs: number): void {
    const sample = JSON.parse(text) as ShippedSample;
    this.lines.push({ text, sample, sampledMs: Date.parse(sample.time), arrivedMs });
  }
}
