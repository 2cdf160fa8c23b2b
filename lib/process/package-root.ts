import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** The folder of package.json, in a checkout as in an installation, where code lies in dist/. */
export function packageRoot(): string {
  return dirname(createRequire(import.meta.url).resolve("#package"));
}

export function versionOfPackage(): string {
  const manifest = readFileSync(join(packageRoot(), "package.json"), "utf8");
  return (JSON.parse(manifest) as { version: string }).version;
}
