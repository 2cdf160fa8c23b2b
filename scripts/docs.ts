import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import prettier from "prettier";
import { renderJsonSchema, renderReference } from "../lib/config/reference.ts";
import { packageRoot } from "../lib/process/package-root.ts";
import { renderTelemetry } from "../lib/telemetry/reference.ts";
import { renderModule } from "./assembly.ts";
import { renderCounted } from "./counted-page.ts";

/**
 * Pages made from the code, and the compiled module: `npm run docs` writes them, with `-- --check`
 * it compares.
 */
interface Page {
  readonly path: string;
  readonly render: () => string;
}

const PAGES: readonly Page[] = [
  { path: "docs/configuration.md", render: renderReference },
  { path: "docs/tidegauge.schema.json", render: renderJsonSchema },
  { path: "docs/telemetry.md", render: renderTelemetry },
  { path: "docs/counters.md", render: renderCounted },
  { path: "services/ingest/core/limit-rows-module.ts", render: renderModule },
];

/** Writes what is not fresh, or with `check` leaves it; says which that is. */
export async function renderPages(check: boolean): Promise<string[]> {
  const stale: string[] = [];
  for (const { path, render } of PAGES) {
    const file = join(packageRoot(), path);
    const options = await prettier.resolveConfig(file);
    const fresh = await prettier.format(render(), { ...options, filepath: file });
    if (readOrEmpty(file) === fresh) continue;
    stale.push(path);
    if (!check) writeFileSync(file, fresh);
  }
  return stale;
}

function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

if (import.meta.main) {
  const check = process.argv.includes("--check");
  const stale = await renderPages(check);
  for (const path of stale) {
    process.stderr.write(check ? `${path} is not fresh: npm run docs\n` : `${path} written\n`);
  }
  if (check && stale.length > 0) process.exitCode = 1;
}
