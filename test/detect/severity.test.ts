import { describe, expect, it } from "vitest";
import type { Incident } from "../../lib/domain/incident.ts";
import { compareSeverity, type Severity } from "../../lib/domain/severity.ts";
import { floodRule } from "../support/detect/flood-rule.ts";
import { SampledFleet } from "../support/detect/sampled-fleet.ts";

const BASE = 1_795_233_600;
const EVERY_SECONDS = 10;
const HOSTS = 30;
/** Two whole blocks of ten minutes teach a host what is normal for it. */
const LEARNT = 1_800;

type Rate = (host: number, second: number) => number;

/** `rateOf` counts seconds from when everybody has learnt. */
async function revisionsOf(severity: Severity | null, rateOf: Rate, restartAt = Infinity) {
  const fleet = new SampledFleet([floodRule(severity)]);
  const resets = Array.from({ length: HOSTS }, () => 0);
  for (let second = 0; second <= LEARNT + 900; second += EVERY_SECONDS) {
    if (second - LEARNT === restartAt) await fleet.restart();
    for (let host = 0; host < HOSTS; host++) {
      resets[host]! += (2 + rateOf(host, second - LEARNT)) * EVERY_SECONDS;
      fleet.sample(host, `fra1-web-${host}`, BASE + second, resets[host]!);
    }
    fleet.pass(BASE + second);
  }
  return fleet.revisions;
}

/** Five hosts weakly, then ten, then twenty hard, then five weakly again. */
const growing: Rate = (host, second) => {
  if (second <= 0 || second > 600) return 0;
  if (second <= 150) return host < 5 ? 300 : 0;
  if (second <= 300) return host < 10 ? 300 : 0;
  if (second <= 450) return host < 20 ? 2_000 : 0;
  return host < 5 ? 300 : 0;
};

function stages(revisions: readonly Incident[]): (readonly [Severity, number])[] {
  const told = revisions.map(({ severity, escalation }) => [severity, escalation] as const);
  return told.filter(([severity], at) => severity !== told[at - 1]?.[0]);
}

describe("the severity of a flood that grows", () => {
  it("rises with it, each time with a new escalation, and never falls", async () => {
    const revisions = await revisionsOf(null, growing);
    expect(stages(revisions)).toEqual([
      ["medium", 1],
      ["high", 2],
      ["critical", 3],
    ]);
    expect(new Set(revisions.map(({ id }) => id)).size).toBe(1);
    const last = revisions.at(-1)!;
    expect(last).toMatchObject({ state: "resolved", severity: "critical", escalation: 3 });
    for (const [at, { severity }] of revisions.entries()) {
      const before = revisions[at - 1];
      if (before !== undefined) {
        expect(compareSeverity(severity, before.severity)).toBeGreaterThanOrEqual(0);
      }
    }
  });

  it("is told at once, as a change and with its reasons", async () => {
    const revisions = await revisionsOf(null, growing);
    const risen = revisions.find(({ severity }) => severity === "high")!;
    expect(risen.changes).toContain("severity medium → high");
    expect(risen.severityReasons[0]).toMatch(/^\d+ of 30 visible hosts$/);
    // The tenth host began at 150 s; ten seconds later the first sample says so.
    expect(Date.parse(risen.revisedAt) / 1_000 - BASE - LEARNT).toBeLessThanOrEqual(180);
  });

  it("is the same after a restart", async () => {
    const whole = await revisionsOf(null, growing);
    for (const restartAt of [100, 310, 500]) {
      expect((await revisionsOf(null, growing, restartAt)).at(-1)).toEqual(whole.at(-1));
    }
  });

  it("is what the rule says where the configuration says it", async () => {
    const revisions = await revisionsOf("low", growing);
    expect(stages(revisions)).toEqual([["low", 1]]);
    expect(revisions[0]!.severityReasons.at(-1)).toBe("the rule says low");
  });
});
