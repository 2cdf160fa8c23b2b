import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { retryAfterMs } from "../../../services/notify/core/retry-after.ts";
import {
  backoffMs,
  detailOf,
  probeMs,
  verdictOn,
} from "../../../services/notify/core/retry-policy.ts";
import { LIMITS } from "../../../services/notify/limits.ts";
import { NOW_MS } from "../incidents.ts";

const answered = (httpStatus: number, retryAfter: string | null = null) => ({
  type: "answered" as const,
  httpStatus,
  retryAfter,
  said: "",
});

describe("what follows from an answer", () => {
  test.each([
    [301, "retry"],
    [400, "give_up"],
    [401, "give_up"],
    [404, "give_up"],
    [408, "retry"],
    [409, "done"],
    [410, "disable"],
    [413, "give_up"],
    [425, "retry"],
    [429, "retry"],
    [500, "retry"],
    [503, "retry"],
    [599, "retry"],
  ])("%i: %s", (status, next) => {
    expect(verdictOn(answered(status), NOW_MS).next).toBe(next);
  });

  test("trouble on the way is tried again", () => {
    const answer = { type: "troubled", trouble: "tls", said: "certificate has expired" } as const;
    expect(verdictOn(answer, NOW_MS)).toEqual({ next: "retry", waitMs: null });
    expect(detailOf(answer)).toBe("tls: certificate has expired");
  });

  test("Retry-After is obeyed, for an hour at most", () => {
    expect(verdictOn(answered(503, "120"), NOW_MS)).toMatchObject({ waitMs: 120_000 });
    expect(verdictOn(answered(429, "86400"), NOW_MS)).toMatchObject({ waitMs: 3_600_000 });
    expect(verdictOn(answered(429, "soon"), NOW_MS)).toMatchObject({ waitMs: null });
  });
});

describe("Retry-After", () => {
  const nowMs = Date.UTC(1994, 10, 6, 8, 49, 7);

  test.each([
    ["0", 0],
    [" 30 ", 30_000],
    ["Sun, 06 Nov 1994 08:49:37 GMT", 30_000],
    ["Sunday, 06-Nov-94 08:49:37 GMT", 30_000],
    ["Sun Nov  6 08:49:37 1994", 30_000],
    ["Sun, 06 Nov 1994 08:00:00 GMT", 0],
    ["Sun, 06 Foo 1994 08:49:37 GMT", null],
    ["Sun, 32 Nov 1994 08:49:37 GMT", null],
    ["-5", null],
    ["1e3", null],
    ["", null],
  ])("%j", (header, waitMs) => {
    expect(retryAfterMs(header, nowMs)).toBe(waitMs);
  });

  test("any date that a machine writes is read", () => {
    const someDay = fc.date({ min: new Date(0), max: new Date("9999-12-31"), noInvalidDate: true });
    fc.assert(
      fc.property(someDay, (date) => {
        const second = Math.floor(date.getTime() / 1_000) * 1_000;
        expect(retryAfterMs(date.toUTCString(), 0)).toBe(second);
      }),
    );
  });

  test("anything else is no date and no trouble", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const waitMs = retryAfterMs(text, nowMs);
        expect(waitMs === null || waitMs >= 0).toBe(true);
      }),
    );
  });
});

test("backoff is random below a ceiling that doubles and ends", () => {
  expect([1, 2, 3, 4].map((attempts) => backoffMs(attempts, 0.999_999))).toEqual([
    999, 1_999, 3_999, 7_999,
  ]);
  expect(backoffMs(1_000_000, 0.999_999_999)).toBeLessThan(LIMITS.backoffLongestMs);
  expect(backoffMs(5, 0)).toBe(0);
});

test("a probe waits at least a minute", () => {
  expect(probeMs(0)).toBe(60_000);
  expect(probeMs(0.999)).toBeGreaterThan(60_000);
});
