import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { correctedClock, wallTimeMs } from "../../../services/ship/core/boot-clock.ts";

const BOOT_MS = Date.parse("2026-11-20T08:00:00Z");
const TOLERANCE_MS = 500;

describe("the clock of the kernel's lines", () => {
  test("adds the boot to the kernel's own time", () => {
    expect(wallTimeMs({ offsetMs: BOOT_MS }, 1_500_900)).toBe(BOOT_MS + 1_500);
  });

  test("stays while it is right to the tolerance", () => {
    const clock = { offsetMs: BOOT_MS };
    const sighting = { clockUs: 60_000_000, nowMs: BOOT_MS + 60_150, freshForMs: 200 };
    expect(correctedClock(clock, sighting, TOLERANCE_MS)).toBeNull();
  });

  test("a record from the future shows that the wall clock was set back", () => {
    const clock = { offsetMs: BOOT_MS };
    const sighting = { clockUs: 60_000_000, nowMs: BOOT_MS + 50_000, freshForMs: null };
    expect(correctedClock(clock, sighting, TOLERANCE_MS)).toEqual({ offsetMs: BOOT_MS - 10_000 });
  });

  test("an old record says nothing; a fresh one says that the machine slept", () => {
    const clock = { offsetMs: BOOT_MS };
    const nowMs = BOOT_MS + 3_660_000;
    const old = { clockUs: 60_000_000, nowMs, freshForMs: null };
    expect(correctedClock(clock, old, TOLERANCE_MS)).toBeNull();
    const fresh = { ...old, freshForMs: 200 };
    expect(correctedClock(clock, fresh, TOLERANCE_MS)).toEqual({ offsetMs: BOOT_MS + 3_600_000 });
  });

  test("whatever the clocks did, a fresh line is dated to the tolerance", () => {
    const drift = fc.integer({ min: -10_000_000, max: 10_000_000 });
    fc.assert(
      fc.property(drift, fc.nat(1_000_000), fc.nat(5_000), (driftMs, uptimeMs, delayMs) => {
        const clock = { offsetMs: BOOT_MS + driftMs };
        const writtenMs = BOOT_MS + uptimeMs;
        const nowMs = writtenMs + delayMs;
        const sighting = { clockUs: uptimeMs * 1_000, nowMs, freshForMs: delayMs };
        const right = correctedClock(clock, sighting, TOLERANCE_MS) ?? clock;
        const errorMs = Math.abs(wallTimeMs(right, uptimeMs * 1_000) - writtenMs);
        expect(errorMs).toBeLessThanOrEqual(TOLERANCE_MS + delayMs);
      }),
    );
  });
});
