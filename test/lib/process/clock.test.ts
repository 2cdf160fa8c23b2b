import { describe, expect, it } from "vitest";
import { sleep, steadyClock, wallClock } from "../../../lib/process/clock.ts";
import { ManualClock } from "../../../lib/process/manual-clock.ts";

describe("sleep", () => {
  it("ends when the clock has moved on, and not before", async () => {
    const clock = new ManualClock();
    let awake = false;
    const sleeping = sleep(clock, 1_000).then(() => (awake = true));
    clock.advance(999);
    await Promise.resolve();
    expect(awake).toBe(false);
    clock.advance(1);
    await sleeping;
  });

  it("ends at once when it is stopped, before or meanwhile, and leaves no timer", async () => {
    const clock = new ManualClock();
    await sleep(clock, 1_000, AbortSignal.abort());
    const abort = new AbortController();
    const sleeping = sleep(clock, 1_000, abort.signal);
    abort.abort();
    await sleeping;
    expect(clock.nextDueMs()).toBeNull();
  });
});

describe("the wall clock", () => {
  it("calls back, unless cancelled", async () => {
    wallClock.after(0, () => expect.unreachable("was cancelled"))();
    const beforeMs = wallClock.nowMs();
    await sleep(wallClock, 5);
    expect(wallClock.nowMs()).toBeGreaterThanOrEqual(beforeMs + 4);
  });
});

describe("a steady clock", () => {
  it("follows forward, and goes on by elapsed time when the other is set back", () => {
    let wallMs = 5_000;
    let elapsedMs = 0;
    const clock = steadyClock({ ...wallClock, nowMs: () => wallMs }, () => elapsedMs);
    const pass = (ms: number) => ((wallMs += ms), (elapsedMs += ms));
    pass(10);
    expect(clock.nowMs()).toBe(5_010);
    wallMs -= 3_600_000;
    pass(10);
    expect(clock.nowMs()).toBe(5_020);
    wallMs += 3_600_000;
    expect(clock.nowMs()).toBe(5_020);
    wallMs += 60_000;
    expect(clock.nowMs()).toBe(65_020);
  });
});
