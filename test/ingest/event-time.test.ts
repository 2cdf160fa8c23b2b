import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatTime } from "../../lib/domain/time.ts";
import { zoneOf } from "../../lib/process/zone.ts";
import { describedAs, REFERENCE } from "./described.ts";

const TEXT = "fw1 kernel: Limiting tcp reset response from 422 to 192 packets/sec";

function timeOf(date: string, reference: string, zone = "UTC", arrival?: string): unknown {
  const context = {
    referenceMs: Date.parse(reference),
    zone: zoneOf(zone),
    arrivalMs: arrival === undefined ? null : Date.parse(arrival),
  };
  const [described] = describedAs(`${date} ${TEXT}`, context);
  return described?.["timeSource"] === "line" ? described["time"] : described?.["timeSource"];
}

describe("the year of a time without one", () => {
  it.each([
    ["Dec 31 23:59:59", "2026-01-01T00:00:10Z", "2025-12-31T23:59:59.000Z"],
    ["Jan  1 00:00:05", "2026-01-01T00:00:10Z", "2026-01-01T00:00:05.000Z"],
    ["Jan  1 00:00:05", "2025-12-31T23:59:58Z", "2026-01-01T00:00:05.000Z"],
    ["Jan  1 23:59:58", "2025-12-31T23:59:58Z", "2026-01-01T23:59:58.000Z"],
    ["Jan  1 23:59:59", "2025-12-31T23:59:58Z", "2025-01-01T23:59:59.000Z"],
    ["Jan  2 00:00:00", "2025-12-31T23:59:58Z", "2025-01-02T00:00:00.000Z"],
    ["Nov 21 12:00:00", "2026-11-20T12:00:00Z", "2026-11-21T12:00:00.000Z"],
    ["Nov 21 12:00:01", "2026-11-20T12:00:00Z", "2025-11-21T12:00:01.000Z"],
    ["Feb 29 12:00:00", "2024-02-29T13:00:00Z", "2024-02-29T12:00:00.000Z"],
    ["Feb 29 12:00:00", "2024-02-28T12:00:00Z", "2024-02-29T12:00:00.000Z"],
    ["Feb 29 12:00:01", "2024-02-28T12:00:00Z", "2020-02-29T12:00:01.000Z"],
    ["Feb 29 12:00:00", "2026-11-20T12:00:00Z", "2024-02-29T12:00:00.000Z"],
    ["Feb 29 12:00:00", "2103-06-01T12:00:00Z", "2096-02-29T12:00:00.000Z"],
    ["Feb 28 12:00:00", "2025-03-01T00:00:00Z", "2025-02-28T12:00:00.000Z"],
    ["Dec 31 23:59:60", "2017-01-01T00:00:10Z", "2017-01-01T00:00:00.000Z"],
  ])("%s read at %s is %s", (date, reference, expected) => {
    expect(timeOf(date, reference)).toBe(expected);
  });

  it("is the zone's year, not UTC's", () => {
    const reference = "2025-12-31T12:00:00Z";
    expect(timeOf("Jan  1 01:30:00", reference, "Asia/Tokyo")).toBe("2025-12-31T16:30:00.000Z");
    expect(timeOf("Dec 31 23:30:00", "2026-01-01T05:00:00Z", "America/New_York")).toBe(
      "2026-01-01T04:30:00.000Z",
    );
  });
});

describe("the zone of a time", () => {
  it.each([
    ["Nov 20 08:30:00", "2026-11-20T07:30:00.000Z"],
    ["2026-11-20 08:30:00", "2026-11-20T07:30:00.000Z"],
    ["2026-11-20T08:30:00Z", "2026-11-20T08:30:00.000Z"],
    ["2026-11-20T08:30:00-0800", "2026-11-20T16:30:00.000Z"],
    ["2026-11-20T08:30:00+05:30", "2026-11-20T03:00:00.000Z"],
    ["2026-11-20 08:30:00,123", "2026-11-20T07:30:00.123Z"],
  ])("%s in Berlin is %s", (date, expected) => {
    expect(timeOf(date, "2026-11-20T12:00:00Z", "Europe/Berlin")).toBe(expected);
  });
});

describe("a clock that cannot be right gives way to arrival", () => {
  const arrival = "2026-11-20T12:00:00Z";
  it.each([
    ["2026-11-20T12:05:00Z", "2026-11-20T12:05:00.000Z"],
    ["2026-11-20T12:05:01Z", "arrival"],
    ["2026-10-21T12:00:00Z", "2026-10-21T12:00:00.000Z"],
    ["2026-10-21T11:59:59Z", "arrival"],
    ["april 19 09:21:31", "arrival"],
  ])("%s", (date, expected) => {
    expect(timeOf(date, arrival, "UTC", arrival)).toBe(expected);
  });

  it("but a daily mail has no time at all, whenever it came", () => {
    const text = "+Limiting tcp reset response from 422 to 192 packets/sec";
    const context = { ...REFERENCE, arrivalMs: REFERENCE.referenceMs };
    expect(describedAs(text, context)).toMatchObject([{ time: null, timeSource: "none" }]);
  });
});

describe("times go round", () => {
  const anyTime = fc.integer({ min: 0, max: 4_102_444_799_999 });

  it("RFC 3339 as we print it is what we read", () => {
    fc.assert(
      fc.property(anyTime, (timeMs) => {
        const date = formatTime(timeMs);
        expect(timeOf(date, "2026-11-20T12:00:00Z")).toBe(date);
      }),
    );
  });

  it("RFC 3164 within the year before the reference is what was printed", () => {
    const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
    const back = fc.integer({ min: 0, max: 300 * 86_400 });
    fc.assert(
      fc.property(anyTime, back, (reference, backSeconds) => {
        const timeMs = Math.floor(reference / 1_000) * 1_000 - backSeconds * 1_000;
        fc.pre(timeMs >= 0);
        const date = new Date(timeMs);
        const day = String(date.getUTCDate()).padStart(2, " ");
        const clock = date.toISOString().slice(11, 19);
        const line = `${months[date.getUTCMonth()]} ${day} ${clock}`;
        expect(timeOf(line, new Date(reference).toISOString())).toBe(formatTime(timeMs));
      }),
    );
  });
});
