import fc from "fast-check";
import { expect, it } from "vitest";
import { type Gauge, gaugeMask, type Signal, signalOf } from "../../../lib/domain/gauge.ts";
import type { Rule } from "../../../lib/domain/rule.ts";
import { GrowingFigures } from "../../../services/detect/scope/growing-figures.ts";
import type { ParticipantView, ScopeReader } from "../../../services/detect/scope/reader.ts";

interface Cell {
  readonly host: string;
  readonly second: number;
  readonly gauge: Gauge;
  readonly offered: number;
  readonly suppressed: number;
}

/** Hot cells as they are, measured in the plainest way; it remembers the longest span of a read. */
class Cells implements ScopeReader {
  readonly isAdditive = true;
  readonly all: Cell[] = [];
  longestRead = 0;

  participants(from: number, to: number): ParticipantView[] {
    this.longestRead = Math.max(this.longestRead, to - from + 1);
    return [...byKey(this.#within(from, to), ({ host }) => host)].map(([host, cells]) => ({
      host,
      firstSecond: Math.min(...cells.map(({ second }) => second)),
      lastSecond: Math.max(...cells.map(({ second }) => second)),
      gaugeMask: gaugeMask(cells.map(({ gauge }) => gauge)),
      offeredPeak: Math.max(...cells.map(({ offered }) => offered)),
      suppressed: suppressedOf(cells),
    }));
  }

  sums = (from: number, to: number) => sumsOf(this.#within(from, to));

  signalSums = (from: number, to: number) =>
    [...byKey(this.#within(from, to), ({ gauge }): Signal => signalOf(gauge))]
      .map(([signal, cells]) => {
        return { signal, hosts: new Set(cells.map(({ host }) => host)).size, ...sumsOf(cells) };
      })
      .toSorted((a, b) => b.suppressed - a.suppressed || (a.signal < b.signal ? -1 : 1));

  yesRuns = () => [];
  startOf = (metAt: number): number => metAt;
  endOf = (lastSeenAt: number): number => lastSeenAt;
  hostCount = (): number => 0;
  quotes = () => [];
  blindness = () => ({ hostsSampled: 0, spots: [], linesMissing: [] });
  silence = () => ({ hosts: 0, named: [] });
  isQuietProven = (): boolean => false;
  hostsSeen = (): number => 0;

  #within(from: number, to: number): Cell[] {
    return this.all.filter(({ second }) => second >= from && second <= to);
  }
}

function byKey<K>(cells: readonly Cell[], keyOf: (cell: Cell) => K): Map<K, Cell[]> {
  const groups = new Map<K, Cell[]>();
  for (const cell of cells) groups.set(keyOf(cell), [...(groups.get(keyOf(cell)) ?? []), cell]);
  return groups;
}

function sumsOf(cells: readonly Cell[]) {
  const bySecond = [...byKey(cells, ({ second }) => second).values()];
  const offered = bySecond.map((of) => of.reduce((sum, cell) => sum + cell.offered, 0));
  return { offeredPeakPerSecond: Math.max(0, ...offered), suppressed: suppressedOf(cells) };
}

function suppressedOf(cells: readonly Cell[]): number {
  return cells.reduce((sum, { suppressed }) => sum + suppressed, 0);
}

const RULE: Rule = {
  name: "three",
  type: "host_count",
  scope: "site",
  gaugeMask: gaugeMask(["tcp_reset", "icmp_ping", "sctp_ootb"]),
  signal: "limit",
  hosts: 3,
  withinSeconds: 10,
  reopenWithinSeconds: 0,
  severity: "medium",
};

const inOrder = (figures: ReturnType<GrowingFigures["between"]>) => ({
  ...figures,
  participants: figures.participants.toSorted((a, b) => (a.host < b.host ? -1 : 1)),
});

it("measures a growing incident as one that is measured once, whatever comes late", () => {
  const cell = fc.record({
    host: fc.constantFrom("fra1-web-1", "fra1-web-2", "fra1-web-3"),
    behind: fc.oneof(fc.nat(20), fc.nat(900), fc.nat(6_000)),
    gauge: fc.constantFrom<Gauge>("tcp_reset", "icmp_ping", "sctp_ootb"),
    offered: fc.integer({ min: 200, max: 900 }),
    suppressed: fc.integer({ min: 1, max: 700 }),
  });
  const looks = fc.array(fc.tuple(fc.array(cell, { maxLength: 6 }), fc.nat(1_500)), {
    maxLength: 15,
  });
  fc.assert(
    fc.property(looks, fc.constantFrom(0, 700), (given, from) => {
      const cells = new Cells();
      const growing = new GrowingFigures(cells, RULE);
      let now = from;
      for (const [news, passed] of given) {
        now += passed;
        for (const { behind, ...values } of news) {
          const second = Math.max(0, now - behind);
          cells.all.push({ ...values, second });
          growing.changedFrom(second);
        }
        const once = new GrowingFigures(cells, RULE).between(from, now);
        expect(inOrder(growing.between(from, now))).toEqual(inOrder(once));
      }
    }),
    { numRuns: 300 },
  );
});

it("reads only what is new of a long one", () => {
  const cells = new Cells();
  const growing = new GrowingFigures(cells, RULE);
  const numbers = {
    host: "fra1-web-1",
    gauge: "tcp_reset",
    offered: 300,
    suppressed: 100,
  } as const;
  for (let now = 0; now <= 20_000; now += 60) {
    cells.all.push({ ...numbers, second: now });
    growing.changedFrom(now);
    growing.between(0, now);
  }
  expect(growing.between(0, 20_000)).toMatchObject({ suppressed: 334 * 100 });
  expect(cells.longestRead).toBeLessThan(2_000);
});
