import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Incident } from "../../../lib/domain/incident.ts";
import { timeText } from "../../../sim/log-line.ts";
import { FLOOD_RULE } from "./flood-script.ts";
import { freePort, until, UpProcess, writeConfig } from "./up-process.ts";
import { lastRevisions } from "./verdicts.ts";

/** One machine with a file that `up` follows, and an archive of its incidents. */
export class LiveSite {
  readonly folder: string;
  readonly port: number;
  readonly config: string;
  readonly #healthPort: number;
  readonly #started: UpProcess[] = [];

  private constructor(folder: string, port: number, healthPort: number, more: Sinks) {
    this.folder = folder;
    this.port = port;
    this.#healthPort = healthPort;
    writeFileSync(this.lineFile, "");
    mkdirSync(this.data);
    const archive = { name: "archive", type: "file", path: "./incidents.jsonl" };
    this.config = writeConfig(folder, {
      stream: { path: "./data" },
      inputs: [
        { name: "tcp", type: "syslog", listen: `127.0.0.1:${port}`, protocols: ["tcp"] },
        { name: "messages", type: "file", path: this.lineFile },
      ],
      rules: [FLOOD_RULE],
      sinks: [archive, ...more],
      routes: [{ sinks: ["archive", ...more.map(({ name }) => name)] }],
    });
  }

  static async make(more: Sinks = []): Promise<LiveSite> {
    const folder = mkdtempSync(join(tmpdir(), "tidegauge-site-"));
    return new LiveSite(folder, await freePort(), await freePort(), more);
  }

  get data(): string {
    return join(this.folder, "data");
  }

  get lineFile(): string {
    return join(this.folder, "messages");
  }

  /** The last revision of each incident that the archive holds. */
  get incidents(): Incident[] {
    return lastRevisions(join(this.folder, "incidents.jsonl"));
  }

  up(env: Readonly<Record<string, string>> = {}): UpProcess {
    const up = new UpProcess(this.config, this.#healthPort, env);
    this.#started.push(up);
    return up;
  }

  async ready(env: Readonly<Record<string, string>> = {}): Promise<UpProcess> {
    const up = this.up(env);
    await up.ready(60_000);
    return up;
  }

  write(lines: readonly string[]): void {
    appendFileSync(this.lineFile, `${lines.join("\n")}\n`);
  }

  /** Hosts of one site at their limit, now. */
  flood(site: string): void {
    const time = timeText(Math.floor(Date.now() / 1_000));
    const text = "kernel: Limiting tcp reset response from 422 to 192 packets/sec";
    this.write(
      Array.from(
        { length: FLOOD_RULE.hosts + 2 },
        (_, host) => `${time} ${site}-web-${host} ${text}`,
      ),
    );
  }

  async told(site: string, withinMs?: number): Promise<Incident> {
    const find = () => this.incidents.find(({ scope }) => scope.value === site);
    await until(`incident of ${site}`, () => find() !== undefined, withinMs);
    return find()!;
  }

  async remove(): Promise<void> {
    for (const up of this.#started) await up.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

type Sinks = readonly ({ readonly name: string } & Readonly<Record<string, unknown>>)[];
