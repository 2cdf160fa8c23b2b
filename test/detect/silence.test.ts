import { describe, expect, it } from "vitest";
import type { Incident } from "../../lib/domain/incident.ts";
import { floodRule } from "../support/detect/flood-rule.ts";
import { SampledFleet } from "../support/detect/sampled-fleet.ts";

const BASE = 1_795_233_600;
const EVERY_SECONDS = 10;

const FLOOD = floodRule();

interface Given {
  readonly hosts: number;
  /** The last second in which a host sends a sample. */
  readonly lastSecondOf?: (host: number) => number;
  readonly comesBackAt?: number;
  /** How many resets a host sends in each second of its flood. */
  readonly rateOf: (host: number, second: number) => number;
  readonly untilSecond: number;
  readonly restartAt?: number;
}

/** Quiet for nobody: hosts without a baseline are hot from 800 a second on. */
async function told(given: Given): Promise<{ fleet: SampledFleet; final: Incident }> {
  const { hosts, lastSecondOf, comesBackAt = Infinity, rateOf, untilSecond, restartAt } = given;
  const fleet = new SampledFleet([FLOOD]);
  const resets = Array.from({ length: hosts }, () => 0);
  for (let second = 0; second <= untilSecond; second += EVERY_SECONDS) {
    if (second === restartAt) await fleet.restart();
    for (let host = 0; host < hosts; host++) {
      resets[host]! += rateOf(host, second) * EVERY_SECONDS;
      const isGone = second > (lastSecondOf?.(host) ?? Infinity) && second < comesBackAt;
      if (!isGone) fleet.sample(host, `fra1-web-${host}`, BASE + second, resets[host]!);
    }
    fleet.pass(BASE + second);
  }
  return { fleet, final: fleet.revisions.at(-1)! };
}

/** Six hosts of eight are under a flood from second 100 to 900. */
const flood = (host: number, second: number): number =>
  host < 6 && second > 100 && second <= 900 ? 1_500 : 2;

describe("hosts that fall silent in a flood", () => {
  it("are named, counted apart and told in the title; the others prove its end", async () => {
    const lastSecondOf = (host: number): number => (host >= 6 ? 200 : Infinity);
    const { fleet, final } = await told({
      hosts: 8,
      lastSecondOf,
      rateOf: flood,
      untilSecond: 1_200,
    });
    expect(final).toMatchObject({ state: "resolved", closeReason: "quiet_proven" });
    expect(final.summary).toContain("It is proven to be over: every host in it has sent samples");
    expect(final.coverage).toMatchObject({
      expected: 8,
      reporting: 6,
      unmeasured: 0,
      silent: ["fra1-web-6", "fra1-web-7"],
    });
    expect(final.title).toMatch(/^fra1: 6 of 8 visible hosts were .*; 2 more went silent$/);
    expect(final.summary).toContain("2 hosts have stopped sending samples since it began");
    expect(fleet.revisions.flatMap(({ changes }) => changes)).toContain("silent hosts 0 → 2");
  });

  it("leave its end unproven where they took part", async () => {
    const lastSecondOf = (host: number): number => (host === 0 ? 900 : Infinity);
    const { final } = await told({ hosts: 8, lastSecondOf, rateOf: flood, untilSecond: 1_200 });
    // Not heard for two minutes is not silent yet, but proves nothing either.
    expect(final).toMatchObject({ state: "resolved", closeReason: "quiet_assumed" });
    expect(final.summary).toContain("It is assumed to be over");
  });

  it("are said to be of those that take part", async () => {
    const lastSecondOf = (host: number): number => (host === 0 || host === 7 ? 300 : Infinity);
    const { final } = await told({ hosts: 8, lastSecondOf, rateOf: flood, untilSecond: 1_200 });
    expect(final.title).toMatch(/; 1 of them and 1 more went silent$/);
    expect(final.closeReason).toBe("quiet_assumed");
  });

  it("are silent no more when they come back, and then prove it as well", async () => {
    const lastSecondOf = (host: number): number => (host === 0 || host === 7 ? 300 : Infinity);
    const { fleet, final } = await told({
      hosts: 8,
      lastSecondOf,
      comesBackAt: 800,
      rateOf: flood,
      untilSecond: 1_200,
    });
    expect(final.coverage.silent).toEqual([]);
    expect(final.closeReason).toBe("quiet_proven");
    const changes = fleet.revisions.flatMap((revision) => revision.changes);
    expect(changes).toEqual(expect.arrayContaining(["silent hosts 0 → 2", "silent hosts 2 → 0"]));
  });

  it("are the same after a restart at any time", async () => {
    const lastSecondOf = (host: number): number => (host >= 5 ? 300 : Infinity);
    const given = { hosts: 8, lastSecondOf, comesBackAt: 700, rateOf: flood, untilSecond: 1_200 };
    const whole = await told(given);
    for (const restartAt of [250, 400, 520, 910, 920, 960]) {
      const { final } = await told({ ...given, restartAt });
      expect(final, `restarted at ${restartAt}`).toEqual(whole.final);
    }
  });

  it("are none of its matter where they were silent before", async () => {
    const late = (host: number, second: number): number => flood(host, second - 1_000);
    const lastSecondOf = (host: number): number => (host >= 6 ? 500 : Infinity);
    const { final } = await told({ hosts: 8, lastSecondOf, rateOf: late, untilSecond: 2_200 });
    expect(final.title).not.toContain("silent");
    expect(final.coverage.silent).toEqual(["fra1-web-6", "fra1-web-7"]);
    expect(final.coverage.reporting + final.coverage.silent.length).toBe(8);
  });
});
