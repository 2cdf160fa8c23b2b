import { describe, expect, it } from "vitest";
import {
  countOf,
  formatCount,
  formatDuration,
  formatMoment,
  formatSpan,
} from "../../../services/detect/rules/words.ts";

const MIDNIGHT = 1_795_219_200;

describe("words", () => {
  it.each([
    [0, "0"],
    [999, "999"],
    [1_000, "1,000"],
    [1_284_002, "1,284,002"],
    [12_345_678_901, "12,345,678,901"],
    [41.6, "42"],
  ])("formatCount(%d) is %s", (value, text) => {
    expect(formatCount(value)).toBe(text);
  });

  it.each([
    [1, "1 host"],
    [0, "0 hosts"],
    [1_000, "1,000 hosts"],
  ])("countOf(%d) is %s", (value, text) => {
    expect(countOf(value, "host")).toBe(text);
  });

  it.each([
    [0, "0 s"],
    [119, "119 s"],
    [120, "2 min"],
    [629, "10 min"],
    [7_169, "119 min"],
    [7_171, "2 h"],
    [11_100, "3 h 5 min"],
    [86_400, "24 h"],
  ])("formatDuration(%d) is %s", (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });

  it("says moments and spans in UTC, with both days where they differ", () => {
    expect(formatMoment(MIDNIGHT + 1)).toBe("00:00:01 UTC on 2026-11-21");
    expect(formatSpan(MIDNIGHT, MIDNIGHT + 60)).toBe("from 00:00:00 to 00:01:00 UTC on 2026-11-21");
    expect(formatSpan(MIDNIGHT - 1, MIDNIGHT)).toBe(
      "from 23:59:59 UTC on 2026-11-20 to 00:00:00 UTC on 2026-11-21",
    );
  });
});
