import { describe, expect, it } from "vitest";
import { floodScoreReport } from "../../../sim/counters/flood-score-report.ts";
import { scoreFloods } from "../../../sim/counters/flood-score.ts";
import type { FloodTruth } from "../../../sim/counters/flood-truth.ts";
import { FLOOD_RULE } from "../../../sim/flood-rule.ts";
import type { ScoredIncident } from "../../../sim/incident-list.ts";

const truth: FloodTruth = {
  schemaVersion: 1,
  seed: 1,
  samples: 1_000,
  limitLines: 10,
  sites: 2,
  hosts: 60,
  sampledHosts: 50,
  referenceTime: at("23:59:59"),
  rule: FLOOD_RULE,
  episodes: [
    {
      planted: "flood_step-0001",
      scope: { name: "site", value: "fra1" },
      from: at("08:00:00"),
      to: at("08:04:59"),
      hosts: { count: 2, list: ["fra1-web-001", "fra1-web-002"] },
      unseen: ["fra1-web-003"],
      pps: 1_200,
    },
  ],
  planted: [
    {
      id: "sweep-0002",
      label: "decoy",
      story: "",
      sites: ["fra1"],
      from: at("10:00:00"),
      to: at("10:01:00"),
      episodes: 0,
    },
  ],
};

function at(time: string): string {
  return `2026-11-20T${time}.000Z`;
}

function incident(
  id: string,
  metAt: string,
  lastSeenAt: string,
  more: object = {},
): ScoredIncident {
  return {
    id,
    revision: 1,
    state: "resolved",
    rule: { name: "flood" },
    kind: "distributed_flood",
    scope: { name: "site", value: "fra1" },
    startedAt: at(metAt),
    metAt: at(metAt),
    lastSeenAt: at(lastSeenAt),
    hosts: {
      count: 2,
      list: [{ host: "fra1-web-001" }, { host: "fra1-db-009" }],
      truncated: false,
    },
    measure: { offeredPeakPerSecond: 1, suppressed: 1 },
    ...more,
  };
}

describe("scoring floods", () => {
  it("finds one by overlap, and says how late and with whom", () => {
    const found = scoreFloods(truth, [incident("tg-1", "08:00:23", "08:05:09")]);
    expect(found).toMatchObject({ exact: true, found: 1, invented: 0 });
    expect(found.metAfterSeconds).toEqual({ median: 23, most: 23 });
    expect(found.episodes[0]).toMatchObject({
      endedAfterSeconds: 10,
      missingHosts: ["fra1-web-002"],
      extraHosts: ["fra1-db-009"],
    });
    const report = floodScoreReport(found);
    expect(report).toContain("1 floods planted: 1 found once");
    expect(report).toContain("met +23 s, ended 10 s, without fra1-web-002, with fra1-db-009");
  });

  it("misses what nothing overlaps at that site, and counts two as doubled", () => {
    const other = { scope: { name: "site", value: "ams1" } };
    const missed = scoreFloods(truth, [incident("tg-1", "08:00:23", "08:05:09", other)]);
    expect(missed).toMatchObject({ exact: false, missed: 1, invented: 1 });
    const doubled = scoreFloods(truth, [
      incident("tg-1", "08:00:23", "08:01:00"),
      incident("tg-2", "08:03:23", "08:05:09"),
    ]);
    expect(doubled).toMatchObject({ exact: false, doubled: 1, invented: 0 });
  });

  it("lets a decoy be called a sweep, and no flood", () => {
    const flood = incident("tg-1", "08:00:23", "08:05:09");
    const named = (kind: string) =>
      scoreFloods(truth, [flood, incident("tg-2", "10:00:40", "10:00:50", { kind })]);
    expect(named("sweep")).toMatchObject({ exact: true, seenThrough: 1 });
    expect(named("distributed_flood")).toMatchObject({ exact: false, invented: 1 });
    expect(floodScoreReport(named("syn_flood"))).toContain("fell for sweep-0002");
  });

  it("takes the newest revision, and leaves other rules and withdrawn ones out", () => {
    const result = scoreFloods(truth, [
      incident("tg-1", "08:00:23", "08:05:09", { revision: 2 }),
      incident("tg-1", "08:00:11", "08:00:12"),
      incident("tg-2", "12:00:00", "12:01:00", { state: "withdrawn" }),
      incident("tg-3", "12:00:00", "12:01:00", { rule: { name: "other" } }),
    ]);
    expect(result).toMatchObject({ exact: true, ignored: 2 });
    expect(result.metAfterSeconds!.most).toBe(23);
  });
});
