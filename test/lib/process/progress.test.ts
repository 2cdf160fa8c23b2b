import { describe, expect, test } from "vitest";
import { Progress, type ProgressState } from "../../../lib/process/progress.ts";

const OPTIONS = { stuckAfterMs: 30_000, deadAfterMs: 300_000, longestStepMs: 2_000 };

/** Looks once a second for so long; the state at the end. */
function watch(progress: Progress, fromMs: number, seconds: number): ProgressState | undefined {
  let health = progress.look(fromMs);
  for (let second = 1; second <= seconds; second += 1)
    health = progress.look(fromMs + second * 1_000);
  return health.sources[0]?.state;
}

describe("progress", () => {
  test("nobody to watch is ready; a source is not before it has reported", () => {
    const progress = new Progress(OPTIONS);
    expect(progress.look(0).isReady).toBe(true);
    const source = progress.source("udp");
    expect(progress.look(1)).toMatchObject({ isReady: false, mustEnd: false });
    expect(watch(progress, 0, 1_000)).toBe("starting");
    source.done(0);
    expect(progress.look(1_000_000)).toMatchObject({ isReady: true });
  });

  test("no work is no standstill, however long", () => {
    const progress = new Progress(OPTIONS);
    progress.source("udp").done(17);
    expect(watch(progress, 0, 10_000)).toBe("idle");
  });

  test("work that does not move is stuck, then dead, and says why", () => {
    const progress = new Progress(OPTIONS);
    const source = progress.source("host log/3");
    source.done(8_812);
    source.known(9_000);
    expect(watch(progress, 0, 29)).toBe("moving");
    expect(watch(progress, 29_000, 1)).toBe("stuck");
    const health = progress.look(30_000);
    expect(health).toMatchObject({ isReady: false, mustEnd: false });
    expect(health.sources[0]?.reason).toBe("stands at 8812 of 9000 and has not moved for 30 s");
    expect(watch(progress, 30_000, 270)).toBe("dead");
    expect(progress.look(300_000).mustEnd).toBe(true);
  });

  test("who may wait for somebody outside is not ready, and never dead", () => {
    const progress = new Progress(OPTIONS);
    const source = progress.source("ship lines/0", "mayWait");
    source.done(0);
    source.known(1);
    expect(watch(progress, 0, 10_000)).toBe("stuck");
    expect(progress.look(10_000_000)).toMatchObject({ isReady: false, mustEnd: false });
  });

  test("any movement makes it ready again: forward, or back to read once more", () => {
    const progress = new Progress(OPTIONS);
    const source = progress.source("log");
    source.done(10);
    source.known(20);
    expect(watch(progress, 0, 60)).toBe("stuck");
    source.done(11);
    expect(progress.look(61_000).isReady).toBe(true);
    expect(watch(progress, 61_000, 60)).toBe("stuck");
    source.done(5);
    expect(progress.look(122_000).isReady).toBe(true);
  });

  test("the time of rest does not count against work that has just come", () => {
    const progress = new Progress(OPTIONS);
    const source = progress.source("log");
    source.done(10);
    expect(watch(progress, 0, 3_600)).toBe("idle");
    source.known(11);
    expect(watch(progress, 3_600_000, 29)).toBe("moving");
    source.known(12);
    expect(watch(progress, 3_629_000, 1)).toBe("stuck");
  });

  test("work that is known of while nothing was ever done is found out too", () => {
    const progress = new Progress(OPTIONS);
    progress.source("log").known(100);
    expect(watch(progress, 0, 31)).toBe("stuck");
  });

  test("a clock that jumps a day, or back an hour, stops nothing and hides nothing", () => {
    const progress = new Progress(OPTIONS);
    const source = progress.source("log");
    source.done(1);
    source.known(2);
    expect(watch(progress, 0, 10)).toBe("moving");
    expect(progress.look(86_400_000).sources[0]?.state).toBe("moving");
    expect(progress.look(82_800_000).sources[0]?.state).toBe("moving");
    expect(watch(progress, 82_800_000, 30)).toBe("stuck");
  });

  test("a source that has left is nobody's duty", () => {
    const progress = new Progress(OPTIONS);
    const source = progress.source("log");
    source.known(2);
    source.leave();
    expect(progress.look(0)).toEqual({ isReady: true, mustEnd: false, sources: [] });
    const again = progress.source("log");
    source.leave();
    again.done(1);
    expect(progress.look(1).sources).toHaveLength(1);
  });
});
