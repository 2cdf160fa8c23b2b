import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { episodes, type Episode, type Fact } from "../../sim/oracle.ts";

const FAMILY = ["tcp_reset", "closed_port_rst", "open_port_rst"] as const;

const rule = { hosts: 3, withinSeconds: 5 };

function fact(host: string, second: number, more: Partial<Fact> = {}): Fact {
  const base = { scope: "fra1", gauge: "tcp_reset", offered: 422, allowed: 192 } as const;
  return { ...base, host, second, ...more };
}

/** The words of the definition, one second at a time, with nothing kept from one to the next. */
function naiveEpisodes(facts: readonly Fact[], hosts: number, within: number): Episode[] {
  const found: Episode[] = [];
  for (const scope of [...new Set(facts.map((one) => one.scope))].sort()) {
    const own = facts.filter(
      (one) => one.scope === scope && (FAMILY as readonly string[]).includes(one.gauge),
    );
    const hot = own.filter((one) => one.offered > one.allowed);
    const seconds = hot.map((one) => one.second);
    const yes: number[] = [];
    for (let t = Math.min(...seconds); t <= Math.max(...seconds) + within; t += 1) {
      const seen = hot.filter((one) => one.second <= t && one.second > t - within);
      if (new Set(seen.map((one) => one.host)).size >= hosts) yes.push(t);
    }
    while (yes.length > 0) {
      const metAt = yes.shift() as number;
      let lastSeenAt = metAt;
      while (yes.length > 0 && (yes[0] as number) - lastSeenAt - 1 < within) {
        lastSeenAt = yes.shift() as number;
      }
      const startedAt = Math.min(
        ...seconds.filter((second) => second > metAt - within && second <= metAt),
      );
      found.push({ scope, startedAt, metAt, lastSeenAt, ...measures(own, startedAt, lastSeenAt) });
    }
  }
  return found;
}

function measures(
  facts: readonly Fact[],
  from: number,
  to: number,
): Pick<Episode, "hosts" | "offeredPeakPerSecond" | "suppressed"> {
  const hosts = new Set<string>();
  let offeredPeakPerSecond = 0;
  let suppressed = 0;
  for (let t = from; t <= to; t += 1) {
    let offered = 0;
    const now = facts.filter((one) => one.second === t);
    for (const cell of new Set(now.map((one) => `${one.host} ${one.gauge}`))) {
      const lines = now.filter((one) => `${one.host} ${one.gauge}` === cell);
      offered += Math.max(...lines.map((one) => one.offered));
      suppressed += Math.max(0, ...lines.map((one) => one.offered - one.allowed));
    }
    for (const one of now) if (one.offered > one.allowed) hosts.add(one.host);
    offeredPeakPerSecond = Math.max(offeredPeakPerSecond, offered);
  }
  return { hosts: [...hosts].sort(), offeredPeakPerSecond, suppressed };
}

function pulse(second: number): Fact[] {
  return ["a", "b", "c"].map((host) => fact(host, second));
}

const facts = fc.array(
  fc.record({
    scope: fc.constantFrom("fra1", "ams1"),
    host: fc.constantFrom("a", "b", "c", "d", "e"),
    second: fc.integer({ min: 1_000, max: 1_060 }),
    gauge: fc.constantFrom(...FAMILY, "icmp_unreach" as const),
    offered: fc.integer({ min: 1, max: 9 }),
    allowed: fc.integer({ min: 1, max: 6 }),
  }),
  { maxLength: 80 },
);

describe("the oracle", () => {
  it("agrees with the definition read word by word", () => {
    const hosts = fc.integer({ min: 1, max: 4 });
    const within = fc.integer({ min: 1, max: 12 });
    fc.assert(
      fc.property(facts, hosts, within, (some, need, withinSeconds) => {
        expect(episodes(some, { hosts: need, withinSeconds })).toEqual(
          naiveEpisodes(some, need, withinSeconds),
        );
      }),
      { numRuns: 500 },
    );
  });

  it("does not care for order or repeats", () => {
    const shuffled = facts.chain((some) =>
      fc.tuple(
        fc.constant(some),
        fc.shuffledSubarray([...some, ...some], { minLength: 2 * some.length }),
      ),
    );
    fc.assert(
      fc.property(shuffled, ([some, other]) => {
        expect(episodes(other, rule)).toEqual(episodes(some, rule));
      }),
    );
  });

  it("counts a hot second up to, and not including, `within` seconds later", () => {
    const inside = [fact("a", 100), fact("b", 101), fact("c", 104)];
    expect(episodes(inside, rule)).toMatchObject([
      { startedAt: 100, metAt: 104, lastSeenAt: 104, hosts: ["a", "b", "c"] },
    ]);
    expect(episodes([fact("a", 100), fact("b", 101), fact("c", 105)], rule)).toEqual([]);
  });

  it("joins runs with fewer than `within` seconds of no between, and parts the others", () => {
    expect(episodes([...pulse(100), ...pulse(109)], rule)).toMatchObject([
      { metAt: 100, lastSeenAt: 113 },
    ]);
    expect(episodes([...pulse(100), ...pulse(110)], rule)).toMatchObject([
      { metAt: 100, lastSeenAt: 104 },
      { metAt: 110, lastSeenAt: 114 },
    ]);
  });

  it("keeps the two maxima of a cell apart and adds cells without excess", () => {
    const lines = [
      fact("a", 100, { offered: 500, allowed: 490 }),
      fact("a", 100, { offered: 300, allowed: 200 }),
      fact("b", 100, { offered: 300, allowed: 200 }),
      fact("c", 100, { offered: 300, allowed: 200, gauge: "open_port_rst" }),
      fact("quiet", 100, { offered: 190, allowed: 200 }),
    ];
    expect(episodes(lines, rule)).toMatchObject([
      { hosts: ["a", "b", "c"], offeredPeakPerSecond: 500 + 300 + 300 + 190, suppressed: 300 },
    ]);
  });

  it("takes other classes when the rule names them", () => {
    const lines = ["a", "b", "c"].map((host) => fact(host, 9, { gauge: "icmp_ping" }));
    expect(episodes(lines, rule)).toEqual([]);
    expect(episodes(lines, { ...rule, gauges: ["icmp_ping"] })).toHaveLength(1);
  });
});
