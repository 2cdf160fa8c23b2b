import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { shuffle, seededRandom } from "../../../lib/process/random.ts";
import { ChunkPool } from "../../../services/detect/scope/chunk-pool.ts";
import { SecondSeries } from "../../../services/detect/scope/second-series.ts";

const BASE_SECOND = 1_795_233_600;
/** Far more seconds than one chunk has rows. */
const SPAN_SECONDS = 3_000;
/** Far more than one chunk reaches. */
const LONG_SPAN_SECONDS = 400_000;

interface Interval {
  readonly from: number;
  readonly middle: number;
  readonly to: number;
  readonly offered: number;
}

/** Hosts covered and sums by second, the slow way. */
function naive(intervals: readonly Interval[]) {
  const counts = new Map<number, number>();
  const offered = new Map<number, number>();
  for (const one of intervals) {
    for (let second = one.from; second < one.to; second++) {
      counts.set(second, (counts.get(second) ?? 0) + 1);
    }
    offered.set(one.from, (offered.get(one.from) ?? 0) + one.offered);
  }
  return { counts, offered };
}

interface Shape {
  readonly seed: number;
  readonly count: number;
  readonly withinSeconds: number;
  readonly isOrdered: boolean;
}

function drawIntervals(shape: Shape, spanSeconds = SPAN_SECONDS): Interval[] {
  const { seed, count, withinSeconds, isOrdered } = shape;
  const random = seededRandom(seed);
  const intervals = Array.from({ length: count }, (): Interval => {
    const from = BASE_SECOND + random.below(spanSeconds);
    const middle = from + 1 + random.below(withinSeconds);
    return { from, middle, to: middle + random.below(withinSeconds), offered: random.below(900) };
  });
  if (isOrdered) intervals.sort((a, b) => a.from - b.from);
  else shuffle(random, intervals);
  return intervals;
}

function fold(series: SecondSeries, intervals: readonly Interval[]): void {
  for (const { from, middle, to, offered } of intervals) {
    series.addSums(from, offered, 1);
    series.addInterval(from, middle);
    if (to > middle) series.extendInterval(middle, to);
  }
}

const shapes = fc.record({
  seed: fc.nat(),
  count: fc.constantFrom(100, 700, 3_000),
  withinSeconds: fc.constantFrom(1, 60, 1_500),
  isOrdered: fc.boolean(),
});

describe("the chunks of a series", () => {
  it("hold what one dense array would, in any order", () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        const intervals = drawIntervals(shape);
        const { counts, offered } = naive(intervals);
        const series = new SecondSeries(new ChunkPool());
        fold(series, intervals);
        for (let second = BASE_SECOND - 1; second < BASE_SECOND + 6_100; second += 7) {
          expect(series.countAt(second)).toBe(counts.get(second) ?? 0);
        }
        const sums = new Map<number, number>();
        let covered = series.countAt(BASE_SECOND + 99);
        const from = BASE_SECOND + 100;
        const to = BASE_SECOND + 2_500;
        let peak = covered;
        series.visitRows(from, to, (second, change, sum) => {
          covered += change;
          peak = Math.max(peak, covered);
          expect(covered).toBe(counts.get(second) ?? 0);
          if (sum > 0) sums.set(second, sum);
        });
        const inside = [...offered].filter(
          ([second, sum]) => sum > 0 && second >= from && second <= to,
        );
        expect([...sums]).toEqual(inside.toSorted((a, b) => a[0] - b[0]));
        expect(series.mostBetween(from, to)).toBeGreaterThanOrEqual(peak);
      }),
      { numRuns: 60 },
    );
  });

  it("count on as before when what is old is forgotten", () => {
    fc.assert(
      fc.property(shapes, fc.nat(SPAN_SECONDS), (shape, age) => {
        const intervals = drawIntervals({ ...shape, withinSeconds: 60 });
        const { counts } = naive(intervals);
        const series = new SecondSeries(new ChunkPool());
        const horizon = BASE_SECOND + age;
        const early = intervals.filter(({ from }) => from < horizon);
        fold(series, early);
        series.forgetBefore(horizon);
        fold(
          series,
          intervals.filter(({ from }) => from >= horizon),
        );
        for (let second = horizon; second < BASE_SECOND + 3_200; second += 3) {
          expect(series.countAt(second)).toBe(counts.get(second) ?? 0);
        }
        series.visitRows(0, horizon - 1, () => expect.unreachable("a row before the horizon"));
      }),
      { numRuns: 60 },
    );
  });

  it("reach over days, whichever comes first, also with windows of a day", () => {
    fc.assert(
      fc.property(shapes, fc.constantFrom(60, 90_000), (shape, withinSeconds) => {
        const few = { ...shape, count: shape.count / 10, withinSeconds };
        const intervals = drawIntervals(few, LONG_SPAN_SECONDS);
        const series = new SecondSeries(new ChunkPool());
        fold(series, intervals);
        const ends = intervals.flatMap(({ from, to }) => [from, to]);
        for (const second of ends.flatMap((end) => [end - 1, end])) {
          const covering = intervals.filter(({ from, to }) => from <= second && second < to);
          expect(series.countAt(second)).toBe(covering.length);
        }
        for (const { from, to } of intervals) series.removeInterval(from, to, false, false);
        series.visitChanges(0, 2 ** 32, (second) => expect.unreachable(`${second} is left`));
      }),
      { numRuns: 60 },
    );
  });

  it("count more hosts of one second than a row holds, and let them go again", () => {
    const series = new SecondSeries(new ChunkPool());
    const hosts = 200_000;
    const others = drawIntervals({ seed: 7, count: 100, withinSeconds: 60, isOrdered: false }, 300);
    const at = BASE_SECOND + 150;
    for (let host = 0; host < hosts; host++) {
      series.addSums(at, 2, 1);
      series.addInterval(at, at + 30);
      if (host % 2_000 === 0) fold(series, [others[host / 2_000]!]);
    }
    const { counts, offered } = naive(others);
    for (let second = BASE_SECOND; second < BASE_SECOND + 500; second++) {
      const many = second >= at && second < at + 30 ? hosts : 0;
      expect(series.countAt(second)).toBe((counts.get(second) ?? 0) + many);
    }
    const rows = new Map<number, number>();
    series.visitSums(BASE_SECOND, BASE_SECOND + 300, (second, sum) => rows.set(second, sum));
    expect(rows.get(at)).toBe(2 * hosts + (offered.get(at) ?? 0));
    for (let host = 0; host < hosts; host++) series.removeInterval(at, at + 30, false, false);
    for (let second = BASE_SECOND; second < BASE_SECOND + 500; second++) {
      expect(series.countAt(second)).toBe(counts.get(second) ?? 0);
    }
  });

  it("hold sums beyond 32 bits", () => {
    const series = new SecondSeries(new ChunkPool());
    for (let host = 0; host < 10; host++) series.addSums(BASE_SECOND, 999_999_999, 999_999_998);
    series.addInterval(BASE_SECOND, BASE_SECOND + 60);
    const rows: number[][] = [];
    series.visitRows(BASE_SECOND, BASE_SECOND + 59, (...row) => rows.push(row));
    expect(rows).toEqual([[BASE_SECOND, 1, 9_999_999_990, 9_999_999_980]]);
  });
});
