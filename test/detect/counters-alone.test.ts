import { describe, expect, it } from "vitest";
import { loadConfig } from "../../lib/config/load.ts";
import { rulesOf } from "../../lib/config/rule-pack.ts";
import type { Incident } from "../../lib/domain/incident.ts";
import { SampledFleet } from "../support/detect/sampled-fleet.ts";

const BASE = 1_795_233_600;
const EVERY_SECONDS = 10;
const HOSTS = 6;
const LEARNT = 1_800;

/** What the default pack tells of six hosts; `rateOf` counts from when they have learnt. */
function toldOf(rateOf: (host: number, second: number) => number): readonly Incident[] {
  const { config } = loadConfig({ env: {}, workingDirectory: "/nonexistent" });
  const fleet = new SampledFleet(rulesOf(config!));
  const resets = Array.from({ length: HOSTS }, () => 0);
  for (let second = 0; second <= LEARNT + 900; second += EVERY_SECONDS) {
    for (let host = 0; host < HOSTS; host++) {
      resets[host]! += (2 + rateOf(host, second - LEARNT)) * EVERY_SECONDS;
      fleet.sample(host, `fra1-web-${host}`, BASE + second, resets[host]!);
    }
    fleet.pass(BASE + second);
  }
  return fleet.revisions;
}

const isFlood = (second: number): boolean => second > 0 && second <= 300;

describe("one sampled host alone, under the default pack", () => {
  it("opens an incident of severity low that names its counter, and ends proven", () => {
    const revisions = toldOf((host, second) => (host === 2 && isFlood(second) ? 600 : 0));
    expect(new Set(revisions.map(({ id }) => id)).size).toBe(1);
    const final = revisions.at(-1)!;
    // It holds all the time, whatever is told of it when.
    const states = revisions.map(({ state }) => state);
    expect(states.filter((state, at) => state !== states[at - 1])).toEqual([
      "confirmed",
      "fading",
      "resolved",
    ]);
    expect(final).toMatchObject({
      kind: "single_host",
      severity: "low",
      state: "resolved",
      closeReason: "quiet_proven",
      scope: { name: "host", value: "fra1-web-2" },
      measure: { offeredPeakPerSecond: 602, signals: [{ signal: "resets_sent", hosts: 1 }] },
    });
    expect(final.hosts.list[0]!.signals).toEqual(["resets_sent"]);
    expect(final.evidence[0]!.text).toContain("Tcp.OutRsts 602/s");
  });

  it("opens none where its counter is weak", () => {
    expect(toldOf((host, second) => (host === 2 && isFlood(second) ? 90 : 0))).toEqual([]);
  });

  it("is taken in by the flood that its neighbours are under as well", () => {
    const revisions = toldOf((_host, second) => (isFlood(second) ? 600 : 0));
    const last = new Map(revisions.map((revision) => [revision.id, revision]));
    const living = [...last.values()].filter(({ state }) => state !== "withdrawn");
    expect(living.map(({ rule }) => rule.name)).toEqual(["flood"]);
  });
});
