import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { zoneOf } from "../../../lib/process/zone.ts";

function utc(zone: string, local: string): string {
  return new Date(zoneOf(zone).toUtcMs(Date.parse(`${local}Z`))).toISOString().slice(0, 19);
}

describe("zoneOf", () => {
  it.each([
    ["Europe/Berlin", "2026-11-20T08:30:00", "2026-11-20T07:30:00", "winter"],
    ["Europe/Berlin", "2026-07-20T08:30:00", "2026-07-20T06:30:00", "summer"],
    ["Europe/Berlin", "2026-10-25T01:59:59", "2026-10-24T23:59:59", "before the ambiguous hour"],
    ["Europe/Berlin", "2026-10-25T02:30:00", "2026-10-25T00:30:00", "ambiguous: the first"],
    ["Europe/Berlin", "2026-10-25T03:00:00", "2026-10-25T02:00:00", "after the ambiguous hour"],
    ["Europe/Berlin", "2026-03-29T01:59:59", "2026-03-29T00:59:59", "before the gap"],
    ["Europe/Berlin", "2026-03-29T02:30:00", "2026-03-29T01:30:00", "gap: shifted forward"],
    ["Europe/Berlin", "2026-03-29T03:00:00", "2026-03-29T01:00:00", "after the gap"],
    ["America/New_York", "2026-12-31T23:30:00", "2027-01-01T04:30:00", "another year in UTC"],
    ["Asia/Kolkata", "2026-01-01T00:00:00", "2025-12-31T18:30:00", "half an hour"],
    ["Australia/Lord_Howe", "2026-04-05T01:45:00", "2026-04-04T14:45:00", "half an hour of change"],
    ["Pacific/Apia", "2011-12-30T12:00:00", "2011-12-30T22:00:00", "a day that was left out"],
    ["UTC", "2026-07-20T08:30:00", "2026-07-20T08:30:00", "UTC"],
  ])("%s %s is %s UTC (%s)", (zone, local, expected) => {
    expect(utc(zone, local)).toBe(expected);
  });

  it("answers alike in any order of asking", () => {
    const local = Date.parse("2026-10-25T02:30:00Z");
    const hour = 3_600_000;
    const fresh = zoneOf("Europe/Berlin").toUtcMs(local);
    const asked = zoneOf("Europe/Berlin");
    asked.toUtcMs(local + 5 * hour);
    asked.toUtcMs(local - 5 * hour);
    expect(asked.toUtcMs(local)).toBe(fresh);
    asked.toUtcMs(local + 5 * hour);
    expect(asked.toUtcMs(local)).toBe(fresh);
  });

  it("inverts the runtime's own view of every hour that is not doubled", () => {
    const zone = zoneOf("Europe/Berlin");
    const format = new Intl.DateTimeFormat("sv-SE", {
      timeZone: "Europe/Berlin",
      dateStyle: "short",
      timeStyle: "medium",
    });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000_000_000 }), (second) => {
        const local = Date.parse(`${format.format(second * 1_000).replace(" ", "T")}Z`);
        const back = zone.toUtcMs(local);
        // A doubled hour comes back as its first occurrence, one hour earlier.
        expect([second * 1_000, second * 1_000 - 3_600_000]).toContain(back);
      }),
    );
  });

  it("refuses a name that is no zone", () => {
    expect(() => zoneOf("Europe/Atlantis")).toThrow(RangeError);
  });
});
