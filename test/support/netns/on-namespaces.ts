import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { it } from "vitest";
import { skipVisibly } from "../skip-visibly.ts";

/** Runs `describeTests`, or says visibly what network namespaces need; in CI there must be some. */
export function onNamespaces(describeTests: () => void): void {
  const missing = missingNamespaces();
  if (missing === null) return describeTests();
  if (process.env["CI"]) throw new Error(missing);
  it("runs on hosts of its own", (context) => skipVisibly(context, missing));
}

function missingNamespaces(): string | null {
  if (process.platform !== "linux") return "network namespaces need Linux";
  const trial = fileURLToPath(new URL("trial.sh", import.meta.url));
  const { status, error, stderr } = spawnSync("unshare", ["--net", "sh", trial], {
    encoding: "utf8",
  });
  if (status === 0) return null;
  const why = error?.message ?? stderr.trim().replaceAll("\n", "; ");
  return `no network namespaces (${why}): be root, or use unshare --user --map-root-user`;
}
