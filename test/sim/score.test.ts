import { describe, expect, it } from "vitest";
import { Trouble } from "../../lib/process/trouble.ts";
import { readIncidents, type ScoredIncident } from "../../sim/incident-list.ts";
import { scoreReport } from "../../sim/score-report.ts";
import { score } from "../../sim/score.ts";
import type { Truth } from "../../sim/truth.ts";
import { PLANTED_RULE } from "../../sim/planted-rule.ts";

const truth: Truth = {
  schemaVersion: 1,
  seed: 1,
  lines: 100,
  relevantLines: 30,
  sites: 2,
  hosts: 20,
  referenceTime: "2026-11-20T23:59:59.000Z",
  rule: PLANTED_RULE,
  heldBack: { site: "fra1", from: at("10:00:00"), to: at("10:19:59") },
  episodes: [episode("a", "fra1", "08:00:30"), episode("b", "ams1", "08:00:30")],
  planted: [
    {
      id: "nine_hosts-0001",
      label: "decoy",
      story: "",
      sites: ["fra1"],
      from: at("12:00:00"),
      to: at("12:03:00"),
      episodes: 0,
    },
  ],
};

function at(time: string): string {
  return `2026-11-20T${time}.000Z`;
}

function episode(planted: string, site: string, metAt: string): Truth["episodes"][number] {
  return {
    planted,
    scope: { name: "site", value: site },
    startedAt: at("08:00:00"),
    metAt: at(metAt),
    lastSeenAt: at("08:04:00"),
    hosts: { count: 2, list: [`${site}-web-001`, `${site}-web-002`] },
    measure: { offeredPeakPerSecond: 900, suppressed: 5_000 },
  };
}

function incidentOf(planted: Truth["episodes"][number], more: object = {}): ScoredIncident {
  return {
    ...planted,
    id: `tg-${planted.planted}`,
    revision: 1,
    state: "resolved",
    rule: { name: PLANTED_RULE.name },
    hosts: {
      count: planted.hosts.count,
      list: planted.hosts.list.map((host) => ({ host })),
      truncated: false,
    },
    ...more,
  };
}

const [first, second] = truth.episodes as [Truth["episodes"][number], Truth["episodes"][number]];
const exact = [incidentOf(first), incidentOf(second)];

describe("score", () => {
  it("is exact when everything is, in any order", () => {
    for (const list of [exact, exact.toReversed()]) {
      expect(score(truth, list)).toMatchObject({ exact: true, planted: 2, found: 2, inexact: 0 });
    }
    expect(scoreReport(score(truth, exact))).toContain("exact: every start");
  });

  it("tells the missed from the invented, and names the decoy that was fallen for", () => {
    const strayed = { metAt: at("12:00:50"), lastSeenAt: at("12:01:00") };
    const result = score(truth, [incidentOf(first), incidentOf(first, { id: "tg-x", ...strayed })]);
    expect(result).toMatchObject({ exact: false, found: 1, missed: 1, doubled: 0, invented: 1 });
    expect(result.inventions).toMatchObject([{ id: "tg-x", decoy: "nine_hosts-0001" }]);
    expect(scoreReport(result)).toContain("fell for nine_hosts-0001");
  });

  it("calls two incidents for one episode doubled, and the better one gives the deltas", () => {
    const late = incidentOf(first, { id: "tg-late", metAt: at("08:03:00") });
    const result = score(truth, [late, ...exact]);
    expect(result).toMatchObject({ exact: false, found: 1, doubled: 1, invented: 0 });
    expect(result.episodes[0]).toMatchObject({
      incidents: ["tg-a", "tg-late"],
      deltas: { metSeconds: 0 },
    });
  });

  it("counts one incident over two episodes once", () => {
    const again = { ...first, planted: "c", metAt: at("08:06:00"), lastSeenAt: at("08:07:00") };
    const both = incidentOf(first, { lastSeenAt: at("08:07:00") });
    const two = { ...truth, episodes: [first, again] };
    expect(score(two, [both])).toMatchObject({ exact: false, found: 1, missed: 1, invented: 0 });
  });

  it.each([
    [{ startedAt: at("08:00:01") }, "start +1 s"],
    [{ metAt: at("08:00:29") }, "met -1 s"],
    [{ lastSeenAt: at("08:03:59") }, "last seen -1 s"],
    [{ measure: { offeredPeakPerSecond: 901, suppressed: 5_000 } }, "offered peak +1/s"],
    [{ measure: { offeredPeakPerSecond: 900, suppressed: 4_999 } }, "suppressed -1"],
    [{ hosts: { count: 3, list: exact[0]!.hosts.list, truncated: false } }, "hosts +1"],
    [
      { hosts: { count: 2, list: [{ host: "fra1-web-001" }, { host: "z" }], truncated: false } },
      "without fra1-web-002, with z",
    ],
  ])("is not exact with %j", (change, words) => {
    const result = score(truth, [incidentOf(first, change), incidentOf(second)]);
    expect(result).toMatchObject({ exact: false, found: 2, inexact: 1 });
    expect(scoreReport(result)).toContain(words);
  });

  it("looks at the last revision, and not at other rules or what was withdrawn", () => {
    const early = incidentOf(first, { metAt: at("08:01:00"), revision: 1 });
    const last = incidentOf(first, { revision: 2 });
    const other = incidentOf(first, { id: "tg-o", rule: { name: "flood" } });
    const fleet = incidentOf(first, { id: "tg-f", scope: { name: "fleet", value: "fleet" } });
    const gone = incidentOf(first, { id: "tg-w", state: "withdrawn" });
    const result = score(truth, [last, early, other, fleet, gone, incidentOf(second)]);
    expect(result).toMatchObject({ exact: true, found: 2, ignored: 3 });
  });

  it("forgives no host to a list that was not cut, and none is known of one that was", () => {
    const cut = { count: 2, list: [{ host: "fra1-web-001" }], truncated: true };
    expect(score(truth, [incidentOf(first, { hosts: cut }), exact[1]!]).exact).toBe(true);
    const short = { ...cut, truncated: false };
    expect(score(truth, [incidentOf(first, { hosts: short }), exact[1]!]).exact).toBe(false);
  });
});

describe("readIncidents", () => {
  it("reads JSON lines and arrays alike", () => {
    const lines = `${exact.map((incident) => JSON.stringify(incident)).join("\n\n")}\n`;
    expect(readIncidents(lines)).toEqual(exact);
    expect(readIncidents(JSON.stringify(exact))).toEqual(exact);
    expect(readIncidents("")).toEqual([]);
  });

  it.each([
    ["{", "line 1 is not JSON"],
    [`\n${JSON.stringify({ ...exact[0], metAt: "yesterday" })}`, "line 2: metAt is missing"],
    ["[null]", "element 1: id is missing"],
    [JSON.stringify({ ...exact[0], hosts: { count: 1, truncated: false } }), "hosts.list"],
  ])("says what is wrong with %s", (text, words) => {
    expect(() => readIncidents(text)).toThrow(Trouble);
    expect(() => readIncidents(text)).toThrow(words);
  });
});
