import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { EXIT_CODES } from "../lib/process/exit-code.ts";
import type { OutputFormat } from "../lib/process/output.ts";
import { Trouble } from "../lib/process/trouble.ts";
import { DATABASE_FILE } from "../lib/stream/embedded-database.ts";
import { claimOwnership } from "../lib/stream/embedded-owner.ts";
import { PLANTED_RULE } from "../sim/planted-rule.ts";

/** Under the working directory; its configuration also tells later commands where the log is. */
export const DEMO_FOLDER = join("data", "demo");
export const DEMO_CONFIG = join(DEMO_FOLDER, "tidegauge.yaml");

const MARK = "# Written by tidegauge demo:";

/** What a demo leaves behind, and so what the next one may remove. */
const OWN = ["tidegauge.yaml", DATABASE_FILE, "owner.lock", "owner.json", "positions"];

/**
 * Empties the folder of the last demo. Refuses one that holds anything else, and one in which a
 * demo runs.
 */
export function prepareDemoFolder(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const present = readdirSync(folder);
  if (present.length === 0) return;
  const strange = present.find((name) => !isOwn(name)) ?? (isDemo(folder) ? null : present[0]!);
  if (strange !== null) {
    throw new Trouble(
      "demo_folder_in_use",
      `${folder} holds ${strange}, which no demo wrote`,
      "move it away, or run the demo in another directory",
      EXIT_CODES.usage,
    );
  }
  claimOwnership(folder, "tidegauge demo")();
  for (const name of present) rmSync(join(folder, name), { recursive: true, force: true });
}

/** SQLite and the positions keep files beside theirs, named after them. */
function isOwn(name: string): boolean {
  return OWN.some((own) => name === own || name.startsWith(`${own}-`) || name === `${own}.new`);
}

/** An interrupted demo may have left no configuration, but then it left no log either. */
function isDemo(folder: string): boolean {
  const file = join(folder, "tidegauge.yaml");
  return existsSync(file) && readFileSync(file, "utf8").startsWith(MARK);
}

/** The configuration of the demo, as anybody would write one. */
export function writeDemoConfig(folder: string, port: number, format: OutputFormat): string {
  const file = join(folder, "tidegauge.yaml");
  const { name, type, signal, hosts, withinSeconds, scope } = PLANTED_RULE;
  const rule = [
    `name: demo-${name}`,
    `type: ${type}`,
    `signal: ${signal}`,
    `hosts: ${hosts}`,
    `within: ${withinSeconds}s`,
    `scope: ${scope}`,
  ].join(", ");
  const text = `${MARK} a made-up fleet, emptied at the next start.
stream: { engine: embedded, path: . }
scopes:
  - { name: site, from: host, pattern: "^([a-z0-9]+)-" }
inputs:
  - { name: demo-syslog, type: syslog, listen: "127.0.0.1:${port}", protocols: [udp, tcp] }
rules:
  - { ${rule} }
sinks:
  - { name: demo-terminal, type: stdout, format: ${format} }
`;
  writeFileSync(file, text);
  return file;
}
