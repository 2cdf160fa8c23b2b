import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FactBatch } from "../../../lib/domain/fact-batch.ts";
import type { Cover } from "../../../services/detect/host/cover.ts";
import type { HostStage } from "../../../services/detect/host/host-stage.ts";
import { newStage } from "../../support/detect/new-stage.ts";

const START = 1_795_233_600;
const SPAN_SECONDS = 60;
const HOSTS = 3;
const WITHIN = 4;
const GAUGE_A = 14;
const GAUGE_B = 15;
const MASK = (1 << GAUGE_A) | (1 << GAUGE_B);
const DWELLS = [0, 3, 8];

const covers: readonly Cover[] = DWELLS.map((dwellSeconds) => ({
  gaugeMask: MASK,
  withinSeconds: WITHIN,
  dwellSeconds,
  definition: 0,
}));

const step = fc.record({
  host: fc.nat(HOSTS - 1),
  gauge: fc.constantFrom(GAUGE_A, GAUGE_B),
  from: fc.nat(SPAN_SECONDS - 10),
  seconds: fc.constantFrom(1, 1, 2, 4, 10),
  excess: fc.constantFrom(0, 0, 1, 5),
  isRaise: fc.boolean(),
});

function stageOfHosts(): HostStage {
  const { stage, directory } = newStage(covers, WITHIN);
  const seen = new FactBatch(HOSTS);
  for (let host = 0; host < HOSTS; host++) {
    seen.host[host] = directory.idOf("", `host-${host}`);
    seen.gauge[host] = -1;
  }
  seen.length = HOSTS;
  stage.fold(seen, 0, HOSTS);
  return stage;
}

/** One step for each of its seconds. */
function eachSecond<S extends { readonly from: number; readonly seconds: number }>(given: S) {
  return Array.from({ length: given.seconds }, (_, at) => ({ ...given, offset: given.from + at }));
}

/** Hosts that are covered, and whose run of hot seconds had lasted so long by then. */
function countAt(
  hot: readonly ReadonlySet<number>[],
  second: number,
  dwellSeconds: number,
): number {
  return hot.filter((host) =>
    runsOf(host).some(({ from, to }) => {
      const hasLasted = dwellSeconds === 0 || to >= from + dwellSeconds;
      return hasLasted && second >= from + dwellSeconds && second < to + WITHIN;
    }),
  ).length;
}

/** First and last hot seconds of stretches that are covered without a break. */
function runsOf(host: ReadonlySet<number>): { from: number; to: number }[] {
  const runs: { from: number; to: number }[] = [];
  for (const second of [...host].toSorted((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last !== undefined && second - last.to <= WITHIN) last.to = second;
    else runs.push({ from: second, to: second });
  }
  return runs;
}

describe("the series of a scope", () => {
  it("count covered and dwelling hosts as if nothing had ever been taken back", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const stage = stageOfHosts();
        const cells = new Map<string, number>();
        for (const { offset, host, gauge, excess, isRaise } of steps.flatMap(eachSecond)) {
          const key = `${host}/${gauge}/${offset}`;
          if (isRaise) {
            stage.raise(host, gauge, START + offset, excess * 10, excess);
            cells.set(key, Math.max(cells.get(key) ?? 0, excess));
          } else {
            stage.set(host, gauge, START + offset, excess * 10, excess);
            cells.set(key, excess);
          }
        }
        const hot = Array.from({ length: HOSTS }, () => new Set<number>());
        const sums = new Map<number, number>();
        for (const [key, excess] of cells) {
          if (excess === 0) continue;
          const [host, , offset] = key.split("/").map(Number);
          hot[host!]!.add(START + offset!);
          sums.set(START + offset!, (sums.get(START + offset!) ?? 0) + excess);
        }
        DWELLS.forEach((dwellSeconds, cover) => {
          const series = stage.series(cover, 0);
          for (let second = START - 1; second < START + SPAN_SECONDS + 30; second++) {
            const counted = series?.countAt(second) ?? 0;
            expect([dwellSeconds, second - START, counted]).toEqual([
              dwellSeconds,
              second - START,
              countAt(hot, second, dwellSeconds),
            ]);
          }
        });
        const told = new Map<number, number>();
        stage.series(0, 0)?.visitSums(START, START + SPAN_SECONDS, (second, _offered, excess) => {
          if (excess !== 0) told.set(second, excess);
        });
        expect(told).toEqual(sums);
      }),
      { numRuns: 600 },
    );
  });
});
