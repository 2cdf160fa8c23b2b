import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { existsIn, readSourceTree, sourceFile, topLevelFolders } from "./support/source-tree.ts";
import type { TidyRule } from "./support/tidy-rules.ts";
import {
  directions,
  names,
  pureFolders,
  reminders,
  sizes,
  skips,
  units,
} from "./support/tidy-rules.ts";

/** The rules of STYLE.md that oxlint cannot say. Each failure names what to use instead. */
const root = fileURLToPath(new URL("..", import.meta.url));
const files = readSourceTree(root);

const rules: readonly [string, TidyRule][] = [
  ["imports point downwards", directions],
  ["pure folders stay pure", pureFolders],
  ["files are named after what they export", names],
  ["files and lines fit on a screen", sizes],
  ["no reminder is left over", reminders],
  ["no test is skipped in silence", skips],
  ["durations carry their unit", units],
];

/** Per rule, [path, text] of files that break it. */
const breaches = JSON.parse(
  readFileSync(new URL("vectors/tidy-breaches.json", import.meta.url), "utf8"),
) as Record<string, [path: string, text: string][]>;

describe("tidy", () => {
  it.each(rules)("%s", (_name, rule) => {
    expect(files.flatMap(rule)).toEqual([]);
  });

  it.each(rules)("%s: planted breaches are found", (name, rule) => {
    const planted = breaches[name] ?? [];
    expect(planted).not.toHaveLength(0);
    for (const [path, text] of planted) expect(rule(sourceFile(path, text))).toHaveLength(1);
  });

  it("mirrors the tree: a test lies where its subject lies, or the folder it tests", () => {
    const free = /^test\/(contract|properties|simulation|integration|web|support|vectors)\//;
    const lost = files
      .map((file) => file.path)
      .filter((path) => /^test\/.+\/.+\.test\.ts$/.test(path) && !free.test(path))
      .filter((path) => !existsIn(root, subjectFolder(path)))
      .map((path) => `${path}: tests nothing in ${subjectFolder(path)}; move it to its subject`);
    expect(lost).toEqual([]);
  });

  it("has every top-level folder, service and part of lib in the map, and no other", () => {
    const architecture = files.find((file) => file.path === "docs/architecture.md");
    const mapped = (architecture?.lines ?? [])
      .map((line) => /^([a-z.]+(?:\/[a-z]+)?)\/ {2,}\S/.exec(line)?.[1])
      .filter((folder) => folder !== undefined);
    const present = topLevelFolders(root).flatMap((folder) =>
      folder === "lib" || folder === "services"
        ? topLevelFolders(`${root}/${folder}`).map((part) => `${folder}/${part}`)
        : [folder],
    );
    expect([...mapped].sort(), "the map in docs/architecture.md").toEqual(present.sort());
  });
});

/** `test/detect/core/a.test.ts` tests something in `services/detect/core`. */
function subjectFolder(path: string): string {
  const folder = path.slice("test/".length, path.lastIndexOf("/"));
  const inService = /^(ingest|detect|notify|console|ship)(\/|$)/.test(folder);
  return inService ? `services/${folder}` : folder;
}
