import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { assert } from "../domain/assert.ts";

/** Every message that crosses the log; `schemas/<name>.avsc` describes it. */
export const MESSAGE_NAMES = [
  "line-batch",
  "sample-batch",
  "observation-batch",
  "tally",
  "participant",
  "heartbeat",
  "outline",
  "incident",
  "control",
  "delivery",
  "rejected",
  "snapshot-chunk",
  "snapshot-manifest",
  "history-entry",
] as const;
export type MessageName = (typeof MESSAGE_NAMES)[number];

/** One released version of a schema, as parsed JSON. */
export interface SchemaVersion {
  readonly version: number;
  readonly schema: unknown;
}

/** What a reader knows: how it wants each message, and how it was ever written. */
export interface SchemaCatalogue {
  readonly current: ReadonlyMap<string, unknown>;
  /** Oldest first. */
  readonly history: ReadonlyMap<string, readonly SchemaVersion[]>;
}

/** Reads `schemas/` of this checkout or installed package; throws when it is incomplete. */
export function loadSchemas(): SchemaCatalogue {
  const folder = schemaFolder();
  const current = new Map<string, unknown>();
  const history = new Map<string, SchemaVersion[]>();
  for (const name of MESSAGE_NAMES) {
    current.set(name, readJson(join(folder, `${name}.avsc`)));
    history.set(name, []);
  }
  for (const version of releasedVersions(folder)) {
    const released = join(folder, "history", `v${version}`);
    for (const file of readdirSync(released)) {
      if (!file.endsWith(".avsc")) continue;
      const versions = history.get(file.slice(0, -".avsc".length));
      assert(versions !== undefined, `schemas/history/v${version}/${file} is no message`);
      versions.push({ version, schema: readJson(join(released, file)) });
    }
  }
  return { current, history };
}

/** The package's own `imports` find the folder, so it works wherever the package was put. */
export function schemaFolder(): string {
  const require = createRequire(import.meta.url);
  return dirname(require.resolve("#schemas/incident.avsc"));
}

function releasedVersions(folder: string): number[] {
  return readdirSync(join(folder, "history"))
    .filter((name) => name.startsWith("v"))
    .map((name) => Number(name.slice(1)))
    .filter(Number.isSafeInteger)
    .sort((a, b) => a - b);
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, "utf8")) as unknown;
}
