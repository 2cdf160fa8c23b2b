import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ChunkPool } from "../../../services/detect/scope/chunk-pool.ts";
import { SecondSeries } from "../../../services/detect/scope/second-series.ts";
import { SortedRows } from "../../../services/detect/scope/sorted-rows.ts";

const BASE_SECOND = 1_795_233_600;

describe("SortedRows", () => {
  it("finds, adds and orders rows like a sorted map", () => {
    const steps = fc.array(fc.tuple(fc.nat(60), fc.integer({ min: 1, max: 9 })), {
      maxLength: 120,
    });
    fc.assert(
      fc.property(steps, fc.nat(60), (added, looked) => {
        const rows = new SortedRows(2, 1);
        const naive = new Map<number, number>();
        for (const [second, value] of added) {
          const row = rows.at(second);
          rows.data[row + 1]! += value;
          naive.set(second, (naive.get(second) ?? 0) + value);
        }
        const sorted = [...naive].toSorted((a, b) => a[0] - b[0]);
        expect([...rows.data.subarray(0, rows.end)]).toEqual(sorted.flat());
        const from = rows.from(looked);
        expect(from / 2).toBe(sorted.filter(([second]) => second < looked).length);
      }),
    );
  });
});

/** What SecondSeries stands for, second by second. */
class NaiveSeries {
  readonly covered = new Map<number, number>();
  readonly sums = new Map<number, readonly [number, number]>();

  cover(from: number, to: number): void {
    for (let second = from; second < to; second++) {
      this.covered.set(second, (this.covered.get(second) ?? 0) + 1);
    }
  }

  add(second: number, offered: number, suppressed: number): void {
    const [o, s] = this.sums.get(second) ?? [0, 0];
    this.sums.set(second, [o + offered, s + suppressed]);
  }
}

interface Step {
  readonly host: number;
  readonly from: number;
  readonly length: number;
  /** Covered further on, a stretch at a time, as hosts that stay hot are. */
  readonly extensions: readonly number[];
}

const step = (spanSeconds: number): fc.Arbitrary<Step> =>
  fc.record({
    host: fc.nat(3),
    from: fc.nat(spanSeconds).map((offset) => BASE_SECOND + offset),
    length: fc.constantFrom(1, 10, 60, 1_500, 3_000),
    extensions: fc.array(fc.constantFrom(1, 60, 1_100, 2_500), { maxLength: 3 }),
  });

function changesOf(series: SecondSeries, from: number, to: number): [number, number][] {
  const changes: [number, number][] = [];
  series.visitChanges(from, to, (second, change) => changes.push([second, change]));
  return changes;
}

describe("SecondSeries", () => {
  it("counts and sums like a map of seconds, over pages, in any order", () => {
    const span = fc.constantFrom(200, 5_000, 20_000);
    fc.assert(
      fc.property(span, fc.gen(), (spanSeconds, gen) => {
        const steps = gen(() => fc.array(step(spanSeconds), { maxLength: 25 }));
        const series = new SecondSeries(new ChunkPool());
        const naive = new NaiveSeries();
        for (const { from, length, extensions } of steps) {
          let to = from + length;
          series.addInterval(from, to);
          for (const extension of extensions) {
            series.extendInterval(to, to + extension);
            to += extension;
          }
          naive.cover(from, to);
          series.addSums(from, length, length + 1);
          naive.add(from, length, length + 1);
        }
        const looked = BASE_SECOND + gen(() => fc.nat(spanSeconds + 9_000));
        const until = looked + gen(() => fc.constantFrom(0, 50, 4_000));
        const at = (second: number) => naive.covered.get(second) ?? 0;
        expect(series.countAt(looked)).toBe(at(looked));
        const expected: [number, number][] = [];
        for (let second = looked; second <= until; second++) {
          const change = at(second) - at(second - 1);
          if (change !== 0) expected.push([second, change]);
        }
        expect(changesOf(series, looked, until)).toEqual(expected);
        const sums: number[][] = [];
        series.visitSums(looked, until, (second, offered, suppressed) => {
          if (offered > 0 || suppressed > 0) sums.push([second, offered, suppressed]);
        });
        const inside = [...naive.sums].filter(([second]) => second >= looked && second <= until);
        expect(sums).toEqual(
          inside.map(([second, pair]) => [second, ...pair]).toSorted((a, b) => a[0]! - b[0]!),
        );
      }),
      { numRuns: 400 },
    );
  });

  it("forgets whole pages, and what it keeps stands as it was", () => {
    fc.assert(
      fc.property(
        fc.array(step(9_000), { minLength: 1, maxLength: 20 }),
        fc.nat(12_000),
        (steps, offset) => {
          const kept = new SecondSeries(new ChunkPool());
          const forgetful = new SecondSeries(new ChunkPool());
          for (const { from, length } of steps) {
            for (const series of [kept, forgetful]) series.addInterval(from, from + length);
          }
          const before = BASE_SECOND + offset;
          forgetful.forgetBefore(before);
          for (const second of [before, before + 1, before + 700, before + 5_000]) {
            expect(forgetful.countAt(second)).toBe(kept.countAt(second));
          }
          expect(changesOf(forgetful, before, before + 20_000)).toEqual(
            changesOf(kept, before, before + 20_000),
          );
        },
      ),
    );
  });

  it("keeps sums beyond 32 bits, and forgets them with their second", () => {
    const max = 0xffffffff;
    const amounts = fc.array(fc.tuple(fc.nat(max), fc.nat(max)), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(amounts, amounts, (one, two) => {
        const series = new SecondSeries(new ChunkPool());
        for (const [offered, suppressed] of one) series.addSums(BASE_SECOND, offered, suppressed);
        for (const [offered, kept] of two) series.addSums(BASE_SECOND + 1, offered, kept);
        const sum = (of: readonly [number, number][], at: 0 | 1) =>
          of.reduce((total, pair) => total + pair[at], 0);
        const rows = () => {
          const all: number[][] = [];
          series.visitRows(0, BASE_SECOND + 9, (second, _change, offered, suppressed) =>
            all.push([second, offered, suppressed]),
          );
          return all;
        };
        const first = [BASE_SECOND, sum(one, 0), sum(one, 1)];
        const second = [BASE_SECOND + 1, sum(two, 0), sum(two, 1)];
        expect(rows()).toEqual([first, second]);
        series.forgetBefore(BASE_SECOND + 1);
        expect(rows()).toEqual([second]);
      }),
    );
  });
});
