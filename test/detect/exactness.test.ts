import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { gaugeMask, SIGNALS } from "../../lib/domain/gauge.ts";
import type { Incident } from "../../lib/domain/incident.ts";
import type { Rule } from "../../lib/domain/rule.ts";
import { formatTime } from "../../lib/domain/time.ts";
import { episodes, type Fact } from "../../sim/oracle.ts";
import { DetectBench, type TestFact } from "../support/detect.ts";

const BASE_SECOND = 1_795_164_000;

function rule(hosts: number, withinSeconds: number): Rule {
  return {
    name: "counted",
    type: "host_count",
    scope: "site",
    gaugeMask: gaugeMask(SIGNALS.tcp_reset),
    signal: "tcp_reset",
    hosts,
    withinSeconds,
    reopenWithinSeconds: 0,
    severity: "medium",
  };
}

/** What detector.md section 6 calls the verdict, beside what every episode has. */
function verdictOf(incident: Incident) {
  return {
    scope: incident.scope.value,
    startedAt: incident.startedAt,
    metAt: incident.metAt,
    lastSeenAt: incident.lastSeenAt,
    hosts: incident.hosts.list.map((host) => host.host).toSorted(),
    offeredPeakPerSecond: incident.measure.offeredPeakPerSecond,
    suppressed: incident.measure.suppressed,
  };
}

function expected(facts: readonly TestFact[], hosts: number, withinSeconds: number) {
  const known = facts.map((fact): Fact => ({
    scope: fact.host.split("-")[0]!,
    host: fact.host,
    second: fact.second,
    gauge: fact.gauge ?? "tcp_reset",
    offered: fact.offered ?? 422,
    allowed: fact.allowed ?? 192,
  }));
  return episodes(known, { hosts, withinSeconds })
    .map((episode) => ({
      ...episode,
      startedAt: formatTime(episode.startedAt * 1_000),
      metAt: formatTime(episode.metAt * 1_000),
      lastSeenAt: formatTime(episode.lastSeenAt * 1_000),
    }))
    .toSorted((a, b) => (a.metAt + a.scope < b.metAt + b.scope ? -1 : 1));
}

const fact = (spanSeconds: number) =>
  fc.record({
    host: fc
      .tuple(fc.constantFrom("fra1", "ams2"), fc.integer({ min: 0, max: 5 }))
      .map(([site, n]) => `${site}-web-${n}`),
    second: fc.integer({ min: 0, max: spanSeconds }).map((offset) => BASE_SECOND + offset),
    gauge: fc.constantFrom(
      "tcp_reset" as const,
      "tcp_reset" as const,
      "closed_port_rst" as const,
      "icmp_unreach" as const,
    ),
    offered: fc.integer({ min: 150, max: 900 }),
    allowed: fc.integer({ min: 184, max: 216 }),
  });

/**
 * A batch of facts, and how far log time has come when it is settled (behind some of the facts).
 */
const batches = (spanSeconds: number) =>
  fc.array(fc.tuple(fc.array(fact(spanSeconds), { maxLength: 25 }), fc.nat(spanSeconds)), {
    maxLength: 12,
  });

function detect(
  parts: readonly (readonly [readonly TestFact[], number])[],
  hosts: number,
  withinSeconds: number,
  partitions: number,
) {
  const bench = new DetectBench([rule(hosts, withinSeconds)], partitions);
  let logSecond = BASE_SECOND;
  for (const [facts, offset] of parts) {
    logSecond = Math.max(logSecond, BASE_SECOND + offset);
    bench.fold(facts).settle(logSecond);
  }
  return bench
    .settle(BASE_SECOND + 80_000)
    .finish()
    .map(verdictOf);
}

describe("verdicts", () => {
  it("equal the oracle's, in any order, settled at any time, at any width", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(40, 400, 5_000),
        fc.integer({ min: 1, max: 4 }),
        fc.constantFrom(1, 5, 60, 1_500),
        fc.constantFrom(1, 3, 16),
        fc.context(),
        fc.gen(),
        (spanSeconds, hosts, withinSeconds, partitions, _context, gen) => {
          const parts = gen(batches, spanSeconds);
          const facts = parts.flatMap(([batch]) => batch);
          const verdicts = detect(parts, hosts, withinSeconds, partitions);
          expect(verdicts).toEqual(expected(facts, hosts, withinSeconds));
        },
      ),
      { numRuns: 600 },
    );
  });

  it("do not change when every fact comes twice", () => {
    fc.assert(
      fc.property(fc.array(fact(200), { maxLength: 60 }), (facts) => {
        const once = detect([[facts, 0]], 3, 30, 1);
        const twice = detect(
          [
            [facts, 100],
            [facts.toReversed(), 200],
          ],
          3,
          30,
          2,
        );
        expect(twice).toEqual(once);
      }),
    );
  });
});
