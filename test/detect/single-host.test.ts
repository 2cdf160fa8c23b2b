import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { gaugeMask, SIGNALS } from "../../lib/domain/gauge.ts";
import type { Rule } from "../../lib/domain/rule.ts";
import { formatTime } from "../../lib/domain/time.ts";
import { episodes, type Fact } from "../../sim/oracle.ts";
import { DetectBench, type TestFact } from "../support/detect.ts";

const BASE_SECOND = 1_795_164_000;
const WITHIN = 10;
const HOSTS = 2;

const common = {
  gaugeMask: gaugeMask(SIGNALS.tcp_reset),
  signal: "tcp_reset",
  withinSeconds: WITHIN,
  reopenWithinSeconds: 0,
} as const;
const RULES: readonly Rule[] = [
  { ...common, name: "two", type: "host_count", scope: "site", hosts: HOSTS, severity: "medium" },
  { ...common, name: "one", type: "single_host", scope: "host", hosts: 1, severity: "low" },
];

const at = (second: number) => formatTime((BASE_SECOND + second) * 1_000);
const hot = (host: string, from: number, to: number): TestFact[] =>
  Array.from({ length: to - from + 1 }, (_, i) => ({ host, second: BASE_SECOND + from + i }));

/** What should remain: the site's episodes, and those of hosts that none of them holds. */
function expected(facts: readonly TestFact[]) {
  const known = (scopeOf: (host: string) => string) =>
    facts.map(({ host, second }): Fact => {
      const numbers = { gauge: "tcp_reset", offered: 422, allowed: 192 } as const;
      return { scope: scopeOf(host), host, second, ...numbers };
    });
  const larger = episodes(
    known((host) => host.split("-")[0]!),
    { hosts: HOSTS, withinSeconds: WITHIN },
  );
  const singles = episodes(
    known((host) => host),
    { hosts: 1, withinSeconds: WITHIN },
  ).filter((single) => {
    const holding = larger.filter(
      (site) =>
        single.scope.startsWith(`${site.scope}-`) &&
        single.startedAt <= site.lastSeenAt &&
        single.lastSeenAt >= site.startedAt &&
        site.hosts.includes(single.scope),
    );
    return !secondsOf(single).every((second) =>
      holding.some(
        (site) => second >= site.startedAt - WITHIN && second <= site.lastSeenAt + WITHIN,
      ),
    );
  });
  return [...larger, ...singles]
    .map(({ scope, metAt, lastSeenAt }) => `${scope} ${metAt} ${lastSeenAt}`)
    .toSorted();
}

function secondsOf({ startedAt, lastSeenAt }: { startedAt: number; lastSeenAt: number }): number[] {
  return Array.from({ length: lastSeenAt - startedAt + 1 }, (_, i) => startedAt + i);
}

function found(bench: DetectBench) {
  return bench
    .finish()
    .map(({ scope, metAt, lastSeenAt }) =>
      [scope.value, Date.parse(metAt) / 1_000, Date.parse(lastSeenAt) / 1_000].join(" "),
    )
    .toSorted();
}

describe("single_host incidents", () => {
  it("remain exactly where no larger one holds them, in any order, settled at any time", () => {
    const fact = fc.record({
      host: fc.constantFrom("fra1-web-1", "fra1-web-2", "fra1-web-3", "ams2-web-1"),
      second: fc.nat(90).map((offset) => BASE_SECOND + offset),
    });
    const batches = fc.array(fc.tuple(fc.array(fact, { maxLength: 8 }), fc.nat(120)), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(batches, fc.constantFrom(1, 3), (parts, partitions) => {
        const bench = new DetectBench(RULES, partitions);
        let logSecond = BASE_SECOND;
        for (const [facts, offset] of parts) {
          logSecond = Math.max(logSecond, BASE_SECOND + offset);
          bench.fold(facts).settle(logSecond);
        }
        bench.settle(BASE_SECOND + 10_000);
        expect(found(bench)).toEqual(expected(parts.flatMap(([facts]) => facts)));
      }),
      { numRuns: 500 },
    );
  });

  it("wait until others had their chance, and are never told where a larger one holds them", () => {
    const bench = new DetectBench(RULES).fold(hot("fra1-web-1", 0, 3)).settle(BASE_SECOND + 3);
    expect(bench.revisions).toEqual([]);
    bench.fold(hot("fra1-web-2", 4, 6)).settle(BASE_SECOND + 100);
    expect(bench.finish().map(({ rule }) => rule.name)).toEqual(["two"]);
    expect(bench.revisions.map(({ rule }) => rule.name)).toEqual(["two"]);
  });

  it("are withdrawn into a larger one that late facts show, also when they had ended", () => {
    const bench = new DetectBench(RULES).fold(hot("fra1-web-1", 0, 3)).settle(BASE_SECOND + 100);
    expect(bench.revisions.map(({ state }) => state)).toEqual(["resolved"]);
    bench.fold(hot("fra1-web-2", 2, 4)).settle(BASE_SECOND + 101);
    const [, ...later] = bench.revisions;
    const larger = later.find(({ rule }) => rule.name === "two");
    const single = later.find(({ rule }) => rule.name === "one");
    expect(single).toMatchObject({
      revision: 2,
      state: "withdrawn",
      closeReason: "merged",
      mergedInto: larger?.id,
    });
  });

  it("are withdrawn where two larger ones hold them together, and neither does alone", () => {
    const bench = new DetectBench(RULES)
      .fold(hot("fra1-web-1", 0, 60))
      .settle(BASE_SECOND + 200)
      .fold([...hot("fra1-web-2", 0, 15), ...hot("fra1-web-3", 45, 60)])
      .settle(BASE_SECOND + 201);
    const last = bench.revisions.findLast(({ rule }) => rule.name === "one");
    expect(last).toMatchObject({ state: "withdrawn", closeReason: "merged" });
    const remaining = bench.finish();
    expect(remaining.map(({ rule, metAt }) => [rule.name, metAt])).toEqual([
      ["two", at(0)],
      ["two", at(45)],
    ]);
    expect(remaining.map(({ id }) => id)).toContain(last?.mergedInto);
  });

  it("come back with their own id where they outgrow the larger one", () => {
    const bench = new DetectBench(RULES)
      .fold(hot("fra1-web-1", 0, 3))
      .settle(BASE_SECOND + 15)
      .fold(hot("fra1-web-2", 3, 3))
      .settle(BASE_SECOND + 16)
      .fold(hot("fra1-web-1", 4, 60))
      .settle(BASE_SECOND + 61);
    const told = bench.revisions
      .filter(({ rule }) => rule.name === "one")
      .map(({ id, state, mergedInto }) => [id.slice(0, 19), state, mergedInto === null]);
    const id = bench.revisions[0]!.id.slice(0, 19);
    expect(told).toEqual([
      [id, "confirmed", true],
      [id, "withdrawn", false],
      [id, "confirmed", true],
    ]);
    const last = bench.revisions.findLast(({ rule }) => rule.name === "one");
    expect(last).toMatchObject({ metAt: at(0), lastSeenAt: at(69) });
  });

  it("are named by the second in which they begin when they are told first", () => {
    const bench = new DetectBench(RULES)
      .fold(hot("fra1-web-1", 8, 9))
      .settle(BASE_SECOND + 10)
      .fold(hot("fra1-web-1", 2, 4))
      .settle(BASE_SECOND + 40);
    const [first] = bench.revisions;
    expect(first?.metAt).toBe(at(2));
    expect(first?.id).toContain(at(2).slice(11, 19).replaceAll(":", ""));
  });
});
