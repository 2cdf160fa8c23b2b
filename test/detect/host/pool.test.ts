import { describe, expect, it } from "vitest";
import { formatTime } from "../../../lib/domain/time.ts";
import { DetectBench, type TestFact } from "../../support/detect.ts";
import { BASE_SECOND, THREE_HOSTS } from "../../support/three-hosts.ts";

const HOUR_SECONDS = 3_600;
function hot(from: number, seconds: number, hosts: number): TestFact[] {
  return Array.from({ length: seconds * hosts }, (_, i) => ({
    host: `fra1-web-${i % hosts}`,
    second: BASE_SECOND + from + Math.floor(i / hosts),
  }));
}

describe("a full pool", () => {
  it("lets the oldest hours go, counts facts of them, and keeps its incidents", () => {
    const bench = new DetectBench([THREE_HOSTS], 1, 86_400, 1_000);
    const { detector } = bench;
    const [stage] = detector.stages;
    bench.fold(hot(0, 100, 3)).settle(BASE_SECOND + 100);
    bench.fold(hot(2 * HOUR_SECONDS, 100, 3)).settle(BASE_SECOND + 2 * HOUR_SECONDS + 100);
    expect(stage!.isFull).toBe(false);
    bench.fold(hot(4 * HOUR_SECONDS, 200, 3)).settle(BASE_SECOND + 4 * HOUR_SECONDS + 200);
    expect(stage!.isFull).toBe(false);
    // The first hour is gone, what followed is not.
    bench.fold(hot(50, 1, 3));
    expect(detector.beyondRetain).toBe(3);
    bench.fold(hot(2 * HOUR_SECONDS + 50, 1, 4)).settle(BASE_SECOND + 4 * HOUR_SECONDS + 300);
    expect(detector.beyondRetain).toBe(3);
    const incidents = bench.finish();
    expect(incidents.map(({ metAt, hosts }) => [metAt, hosts.count])).toEqual([
      [formatTime(BASE_SECOND * 1_000), 3],
      [formatTime((BASE_SECOND + 2 * HOUR_SECONDS) * 1_000), 4],
      [formatTime((BASE_SECOND + 4 * HOUR_SECONDS) * 1_000), 3],
    ]);
  });

  it("counts a time that no cell can hold", () => {
    const bench = new DetectBench([THREE_HOSTS]).fold([
      { host: "fra1-web-1", second: 7_258_118_400 },
    ]);
    expect(bench.detector.beyondRetain).toBe(1);
    expect(bench.finish()).toEqual([]);
  });
});
