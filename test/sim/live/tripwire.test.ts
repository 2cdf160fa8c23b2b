import { describe, expect, it } from "vitest";
import { stretchTripwire } from "../../../sim/live/tripwire.ts";

describe("the tripwire", () => {
  it("stops what differs between two runs, names what to use, and can be taken away", () => {
    const takeAway = stretchTripwire(/tripwire\.test/);
    try {
      expect(() => Date.now()).toThrow("use the Clock port");
      expect(() => process.hrtime()).toThrow("use the Clock port");
      expect(() => setTimeout(() => undefined, 0)).toThrow("use Clock.after");
    } finally {
      takeAway();
    }
    expect(Date.now()).toBeGreaterThan(0);
  });

  it("lets everybody else be", () => {
    const takeAway = stretchTripwire();
    try {
      expect(Date.now()).toBeGreaterThan(0);
    } finally {
      takeAway();
    }
  });
});
