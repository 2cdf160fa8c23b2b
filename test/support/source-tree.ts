import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

/** One text file of the repository; `path` is relative to its root, with `/`. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
  readonly lines: readonly string[];
  /** What it imports: relative imports as paths from the root, packages as written. */
  readonly imports: readonly string[];
}

const GENERATED = new Set(["node_modules", ".git", "dist", "data", "coverage"]);
const DATA = ["schemas/history/", "examples/cases/", "test/vectors/", "test/lib/wire/vectors/"];
const TEXT = [".ts", ".js", ".json", ".md", ".yaml", ".yml", ".avsc", ".sh", ".html", ".css"];
const IMPORT = /(?:^|[\s;}])(?:from|import)\s*\(?\s*["']([^"'\s]+)["']/g;

export function sourceFile(path: string, text: string): SourceFile {
  const imports: string[] = [];
  if (path.endsWith(".ts") || path.endsWith(".js")) {
    for (const match of text.matchAll(IMPORT)) {
      const target = match[1] as string;
      imports.push(target.startsWith(".") ? normalize(join(dirname(path), target)) : target);
    }
  }
  return { path, text, lines: text.split("\n"), imports };
}

function walk(root: string, folder: string, into: string[]): void {
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    if (GENERATED.has(entry.name)) continue;
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) walk(root, path, into);
    else into.push(path);
  }
}

/** Every text file that people edit: no dependencies, no generated output, no test data. */
export function readSourceTree(root: string): SourceFile[] {
  const paths: string[] = [];
  walk(root, "", paths);
  return paths
    .filter((path) => path !== "package-lock.json" && !DATA.some((data) => path.startsWith(data)))
    .filter((path) => path === ".ci/run" || TEXT.some((ending) => path.endsWith(ending)))
    .map((path) => sourceFile(path, readFileSync(join(root, path), "utf8")));
}

export function topLevelFolders(root: string): string[] {
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !GENERATED.has(entry.name))
    .filter((entry) => readdirSync(join(root, entry.name)).length > 0)
    .map((entry) => entry.name);
}

export function existsIn(root: string, path: string): boolean {
  return existsSync(join(root, path));
}
