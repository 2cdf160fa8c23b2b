import { describe, expect, it } from "vitest";
import { brokenPromises } from "../../sim/invariants.ts";
import { runWorld } from "../../sim/run-world.ts";
import { judgeSeed, reproduction } from "../../sim/verdict-on-seed.ts";
import { planWorld } from "../../sim/world.ts";
import { commitsFirst } from "./commits-first.ts";

const FIRST_SEED = 1;
const SEEDS = 200;
/** A slow machine tries fewer of them, and says so. */
const WITHIN_MS = 60_000;

describe("a world in one process", () => {
  it("keeps every promise on every seed, twice in the same way", { timeout: 120_000 }, async () => {
    const sinceMs = performance.now();
    let seeds = 0;
    let kills = 0;
    while (seeds < SEEDS && performance.now() - sinceMs < WITHIN_MS) {
      const seed = FIRST_SEED + seeds;
      const verdict = await judgeSeed(seed);
      expect(verdict.broken, `see: ${reproduction(seed)}`).toEqual([]);
      seeds += 1;
      kills += verdict.kills;
    }
    const seconds = (performance.now() - sinceMs) / 1_000;
    console.log(
      `${seeds} of ${SEEDS} seeds, each twice, ${kills} kills, ` +
        `${(seeds / seconds).toFixed(1)} seeds/s`,
    );
    // Without kills nothing was tried.
    expect(kills).toBeGreaterThan(seeds);
  });

  it("catches an offset that is committed before the publish", { timeout: 120_000 }, async () => {
    const promises = new Set<string>();
    let seed = FIRST_SEED;
    for (; promises.size === 0 && seed < FIRST_SEED + SEEDS; seed += 1) {
      const run = await runWorld(planWorld(seed), { around: commitsFirst });
      for (const sentence of await brokenPromises(run)) promises.add(sentence.split(":")[0]!);
    }
    console.log(`caught after ${seed - FIRST_SEED} seeds`);
    expect(promises).toContain("oracle");
  });
});
