import { expect, it } from "vitest";
import { ManualClock } from "../../../lib/process/manual-clock.ts";

it("fires timers in order of their time, each at its own time, also those they start", () => {
  const clock = new ManualClock(100);
  const fired: [name: string, atMs: number][] = [];
  const note = (name: string) => () => void fired.push([name, clock.nowMs()]);
  clock.after(30, note("c"));
  clock.after(10, () => {
    note("a")();
    clock.after(5, note("b"));
  });
  clock.after(30, note("d"));
  const cancel = clock.after(20, note("never"));
  cancel();
  expect(clock.nextDueMs()).toBe(110);
  clock.advance(30);
  expect(fired).toEqual([
    ["a", 110],
    ["b", 115],
    ["c", 130],
    ["d", 130],
  ]);
  expect(clock.nowMs()).toBe(130);
});

it("steps without firing: a timer keeps its distance", () => {
  const clock = new ManualClock(10_000);
  let fired = 0;
  clock.after(1_000, () => fired++);
  clock.step(-5_000);
  expect(clock.nowMs()).toBe(5_000);
  clock.advance(999);
  expect(fired).toBe(0);
  clock.advance(1);
  expect(fired).toBe(1);
});
