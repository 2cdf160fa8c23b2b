import fc from "fast-check";
import { expect, test } from "vitest";
import {
  formatDurationMs,
  formatSizeBytes,
  parseDurationMs,
  parseSizeBytes,
} from "../../../lib/config/quantity.ts";

test.each([
  ["500ms", 500],
  ["60s", 60_000],
  ["5m", 300_000],
  ["24h", 86_400_000],
  ["7d", 604_800_000],
  ["0s", 0],
])("%s is %d ms", (text, ms) => {
  expect(parseDurationMs(text)).toBe(ms);
});

test.each(["", "60", "s", "1.5h", "-1s", "1 h", "1H", "1hour", "1h30m", "9999999999999s", "1e3s"])(
  "%j is no duration",
  (text) => {
    expect(parseDurationMs(text)).toBeNaN();
  },
);

test.each([
  ["8KiB", 8_192],
  ["8kB", 8_000],
  ["512B", 512],
  ["2GiB", 2_147_483_648],
])("%s is %d bytes", (text, bytes) => {
  expect(parseSizeBytes(text)).toBe(bytes);
});

test("what is written can be read", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e12 }), (amount) => {
      expect(parseDurationMs(formatDurationMs(amount))).toBe(amount);
      expect(parseSizeBytes(formatSizeBytes(amount))).toBe(amount);
    }),
  );
});
