import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { dirname, join } from "node:path";
import { packageRoot } from "../lib/process/package-root.ts";

/**
 * Writes dist/: what runs in a checkout, as JavaScript, for the tarball of `npm pack`. Node strips
 * no types under node_modules.
 */
const FOLDERS = ["cli", "lib", "offline", "services", "sim"];

/** What stands before a path of ours in code: imports, and the URL of a worker. */
const RELATIVE_TS = /(\bfrom\s*|\bimport\s*\(?\s*|\bnew URL\(\s*)"(\.{1,2}\/[^"\n]+)\.ts"/g;

export function pack(root: string): void {
  const dist = join(root, "dist");
  rmSync(dist, { recursive: true, force: true });
  for (const folder of FOLDERS) {
    for (const path of globSync(`${folder}/**/*.*`, { cwd: root })) {
      if (path.endsWith(".ts")) writeStripped(root, dist, path);
      else cpSync(join(root, path), join(dist, path));
    }
  }
}

function writeStripped(root: string, dist: string, path: string): void {
  const stripped = stripTypeScriptTypes(readFileSync(join(root, path), "utf8"));
  const code = stripped.replace(RELATIVE_TS, (_, before: string, target: string) => {
    const source = join(dirname(path), `${target}.ts`);
    const isPacked = FOLDERS.some((folder) => source.startsWith(`${folder}/`));
    if (!isPacked || !existsSync(join(root, source))) {
      throw new Error(`${path} imports ${source}, which is not packed`);
    }
    return `${before}"${target}.js"`;
  });
  const file = join(dist, path.replace(/\.ts$/, ".js"));
  mkdirSync(dirname(file), { recursive: true });
  // Stripping leaves blanks where types were, so that lines and columns stay; at line ends they go.
  writeFileSync(file, code.replace(/[ \t]+$/gm, ""));
}

if (import.meta.main) pack(packageRoot());
