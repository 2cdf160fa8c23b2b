import { createRequire } from "node:module";
import { dirname } from "node:path";

/** The folder of package.json, in a checkout as in an installation, where code lies in dist/. */
export function packageRoot(): string {
  return dirname(createRequire(import.meta.url).resolve("#package"));
}
