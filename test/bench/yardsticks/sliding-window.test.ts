import { execFileSync, spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { secondOfText } from "../../../sim/utc-time.ts";
import { simulated, SMALL } from "../../sim/simulation.ts";
import { skipVisibly } from "../../support/skip-visibly.ts";

const SCRIPT = "bench/yardsticks/sliding-window.pl";
const hasPerl = spawnSync("perl", ["-MTime::HiRes", "-e", "1"]).status === 0;

describe("the sliding window in Perl", () => {
  it("finds the episodes of the truth, to the second", (context) => {
    if (!hasPerl) skipVisibly(context, "perl with Time::HiRes is not installed");
    const { truth, logs } = simulated(SMALL);
    const output = execFileSync("perl", [SCRIPT, "--list", "2026", logs[0]!], { encoding: "utf8" });
    const found = output
      .split("\n")
      .filter((line) => line.startsWith("episode "))
      .map((line) => line.slice("episode ".length));
    const planted = truth.episodes.map(({ scope, metAt, lastSeenAt }) =>
      [scope.value, secondOfText(metAt), secondOfText(lastSeenAt)].join(" "),
    );
    expect(found.sort()).toEqual(planted.sort());
    expect(output).toContain(`episodes ${planted.length}\n`);
    expect(output).toMatch(/^lines_per_second \d+$/m);
  });
});
