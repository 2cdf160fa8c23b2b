import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CellPool } from "../../../services/detect/host/cell-pool.ts";
import { NEVER_AFTER, NEVER_BEFORE, NO_TRACK } from "../../../services/detect/host/track-cells.ts";
import { Tracks } from "../../../services/detect/host/tracks.ts";

const BASE_SECOND = 1_795_233_600;
const HORIZON_STEP = 40;

interface Cell {
  offered: number;
  suppressed: number;
}

const put = fc.record({
  track: fc.nat(2),
  second: fc.nat(120).map((offset) => BASE_SECOND + offset),
  offered: fc.integer({ min: 1, max: 9 }),
  suppressed: fc.nat(4),
});

function newTracks(): Tracks {
  const tracks = new Tracks(new CellPool(1 << 12));
  for (let gauge = 0; gauge < 3; gauge++) tracks.add(gauge, NO_TRACK);
  return tracks;
}

/** Cells of a track as the naive map keeps them, oldest first. */
function cellsIn(tracks: Tracks, track: number): [number, number, number][] {
  const cells: [number, number, number][] = [];
  tracks.visit(track, 0, Number.MAX_SAFE_INTEGER, (...cell) => cells.unshift(cell));
  return cells;
}

describe("Tracks", () => {
  it("keep cells like a map of seconds, in any order, also in chunks that were used before", () => {
    const steps = fc.array(
      fc.oneof({ weight: 30, arbitrary: put }, fc.constant("forget" as const)),
      {
        maxLength: 150,
      },
    );
    fc.assert(
      fc.property(steps, (given) => {
        const tracks = newTracks();
        const naive = [0, 1, 2].map(() => new Map<number, Cell>());
        let horizon = BASE_SECOND;
        for (const given_ of given) {
          if (given_ === "forget") {
            horizon += HORIZON_STEP;
            for (let track = 0; track < 3; track++) tracks.forgetBefore(track, horizon);
            continue;
          }
          const { track, second, offered, suppressed } = given_;
          // Facts before the horizon are refused before they get here.
          if (second < horizon) continue;
          const cell = naive[track]!.get(second) ?? { offered: 0, suppressed: 0 };
          tracks.put(track, second, offered, suppressed);
          expect([tracks.offeredGrowth, tracks.suppressedGrowth, tracks.becameHot]).toEqual([
            Math.max(0, offered - cell.offered),
            Math.max(0, suppressed - cell.suppressed),
            cell.suppressed === 0 && suppressed > 0,
          ]);
          cell.offered = Math.max(cell.offered, offered);
          cell.suppressed = Math.max(cell.suppressed, suppressed);
          naive[track]!.set(second, cell);
        }
        naive.forEach((cells, track) => {
          const expected = [...cells]
            .filter(([second]) => second >= horizon)
            .toSorted((a, b) => a[0] - b[0])
            .map(([second, { offered, suppressed }]) => [second, offered, suppressed]);
          const kept = cellsIn(tracks, track);
          expect(kept.filter(([second]) => second >= horizon)).toEqual(expected);
          // A chunk goes as a whole, so at most the rest of one is older.
          expect(kept.filter(([second]) => second < horizon).length).toBeLessThan(5);
        });
      }),
      { numRuns: 500 },
    );
  });

  it("find the hot seconds around any second, and measure any stretch", () => {
    fc.assert(
      fc.property(
        fc.array(put, { maxLength: 60 }),
        fc.nat(130).map((offset) => BASE_SECOND + offset),
        fc.nat(60),
        (facts, looked, length) => {
          const tracks = newTracks();
          const cells = new Map<number, Cell>();
          for (const { second, offered, suppressed } of facts) {
            tracks.put(0, second, offered, suppressed);
            const cell = cells.get(second) ?? { offered: 0, suppressed: 0 };
            cells.set(second, {
              offered: Math.max(cell.offered, offered),
              suppressed: Math.max(cell.suppressed, suppressed),
            });
          }
          const hot = [...cells].filter(([, { suppressed }]) => suppressed > 0);
          const seconds = hot.map(([second]) => second);
          tracks.findNeighbours(0, looked);
          expect([tracks.hotBefore, tracks.isHotAt, tracks.hotAfter]).toEqual([
            Math.max(NEVER_BEFORE, ...seconds.filter((second) => second < looked)),
            seconds.includes(looked),
            Math.min(NEVER_AFTER, ...seconds.filter((second) => second > looked)),
          ]);
          const total = {
            firstSecond: NEVER_AFTER,
            lastSecond: NEVER_BEFORE,
            gaugeMask: 0,
            offeredPeak: 0,
            suppressed: 0,
          };
          tracks.measure(0, looked, looked + length, total);
          const inside = hot.filter(([second]) => second >= looked && second <= looked + length);
          expect(total).toEqual({
            firstSecond: Math.min(NEVER_AFTER, ...inside.map(([second]) => second)),
            lastSecond: Math.max(NEVER_BEFORE, ...inside.map(([second]) => second)),
            gaugeMask: inside.length > 0 ? 1 : 0,
            offeredPeak: Math.max(0, ...inside.map(([, { offered }]) => offered)),
            suppressed: inside.reduce((sum, [, { suppressed }]) => sum + suppressed, 0),
          });
        },
      ),
      { numRuns: 500 },
    );
  });

  it("hold a number too large for a cell at its ceiling, so that it counts once", () => {
    const tracks = newTracks();
    tracks.put(0, BASE_SECOND, 10, 2 ** 40);
    expect(tracks.suppressedGrowth).toBe(2 ** 32 - 1);
    tracks.put(0, BASE_SECOND, 10, 2 ** 40);
    expect(tracks.suppressedGrowth).toBe(0);
  });
});
