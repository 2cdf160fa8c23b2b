import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { utcZone } from "../../../lib/domain/zone.ts";
import { zoneOf } from "../../../lib/process/zone.ts";
import { FastDate } from "../../../services/ingest/core/fast-date.ts";
import {
  FAST_DROP,
  FAST_LIMIT,
  FAST_UNSURE,
  FastLine,
} from "../../../services/ingest/core/fast-line.ts";
import {
  DROP_REASONS,
  KINDS,
  OUTCOME_DROP,
  OUTCOME_PASS,
  Reading,
} from "../../../services/ingest/core/reading.ts";
import { type LineContext, readLine } from "../../../services/ingest/read-line.ts";
import { REFERENCE } from "../described.ts";
import { EXAMPLES, line } from "./generated-lines.ts";

/** Raised by hand: FUZZ_RUNS=200000 npx vitest run test/ingest/core/fast-line.test.ts */
const RUNS = Number(process.env["FUZZ_RUNS"] ?? 6_000);

const NOT_OURS = DROP_REASONS.indexOf("not_ours");
const BEHIND = new TextEncoder().encode(`\n${"Nov 20 08:30:00 h kernel: Limiting ".repeat(8)}\n`);
const BERLIN = zoneOf("Europe/Berlin") ?? utcZone;

const fast = new FastLine();
const reading = new Reading();
const decoder = new TextDecoder("latin1");

/** How the fast path is asked: for a line among lines, or for one that stands alone. */
interface Asked {
  readonly before: Uint8Array;
  readonly behind: Uint8Array;
  readonly read: (start: number, stop: number, limit: number) => number;
}

const among = (before: Uint8Array): Asked => ({
  before,
  behind: BEHIND,
  read: (start, _, limit) => fast.read(start, limit),
});

const alone = (before: Uint8Array, behind: Uint8Array, newlines: 0 | 1): Asked => ({
  before,
  behind: Buffer.concat([BEHIND.subarray(0, newlines), behind, BEHIND.subarray(1)]),
  read: (start, stop) => fast.readAlone(start, stop + newlines),
});

/** What the fast path decided, and what the general reader says of the same line. */
function compare(bytes: Uint8Array, asked: Asked, context: LineContext): string {
  const { before, behind, read } = asked;
  const buffer = new Uint8Array(Buffer.concat([before, bytes, behind]));
  const start = before.length;
  const end = start + bytes.length;
  fast.open(buffer);
  const outcome = read(start, end, buffer.length);
  if (outcome !== FAST_DROP && outcome !== FAST_LIMIT) return "unsure";
  readLine(buffer, start, end, context, reading);
  const shown = decoder.decode(bytes);
  expect(fast.end, shown).toBe(end);
  if (outcome === FAST_DROP) {
    const { outcome: general, reason } = reading;
    expect({ general, reason }, shown).toEqual({ general: OUTCOME_DROP, reason: NOT_OURS });
    return "drop";
  }
  const timeMs = new FastDate(context.referenceMs, context.zone).read(buffer, fast.dateStart);
  // Only then does the scanner take the fast path's word for it.
  if (Number.isNaN(timeMs)) return "unsure";
  const { hostStart, hostEnd, textStart, limit } = fast;
  const { gauge, offered, allowed } = limit;
  const decided = { gauge, offered, allowed, hostStart, hostEnd, timeMs, textStart, textEnd: end };
  expect({ outcome: OUTCOME_PASS, kind: KINDS.indexOf("limit"), ...decided }, shown).toEqual({
    outcome: reading.outcome,
    kind: reading.kind,
    gauge: reading.gauge,
    offered: reading.offered,
    allowed: reading.allowed,
    hostStart: reading.hostStart,
    hostEnd: reading.hostEnd,
    timeMs: reading.timeMs,
    textStart: reading.textStart,
    textEnd: reading.textEnd,
  });
  return "limit";
}

const NOTHING = new Uint8Array(0);

const context = fc
  .tuple(
    fc.constantFrom("2026-11-20T12:00:00Z", "2027-01-01T00:00:00Z", "2024-02-29T00:00:01Z"),
    fc.constantFrom(utcZone, utcZone, BERLIN),
  )
  .map(([reference, zone]) => ({ referenceMs: Date.parse(reference), zone, arrivalMs: null }));

describe("FastLine", () => {
  it("agrees with the general reader on every example line", () => {
    const decided = EXAMPLES.map((text) =>
      compare(new TextEncoder().encode(text), among(NOTHING), REFERENCE),
    );
    expect(decided.filter((answer) => answer === "limit").length).toBeGreaterThan(10);
    expect(decided.filter((answer) => answer === "drop").length).toBeGreaterThan(5);
  });

  it("agrees with the general reader on whatever it decides of composed and damaged lines", () => {
    const decided = new Map<string, number>();
    fc.assert(
      fc.property(line, fc.uint8Array({ maxLength: 9 }), context, (bytes, before, around) => {
        const answer = compare(bytes, among(before), around);
        decided.set(answer, (decided.get(answer) ?? 0) + 1);
      }),
      { numRuns: RUNS },
    );
    // A fast path that decides nothing would agree too.
    expect(decided.get("drop")).toBeGreaterThan(RUNS / 50);
    expect(decided.get("limit")).toBeGreaterThan(RUNS / 500);
  });

  it("agrees with it on a line that stands alone, whatever lies behind that", () => {
    const decided = new Map<string, number>();
    const around = fc.tuple(
      fc.uint8Array({ maxLength: 9 }),
      fc.constantFrom(0 as const, 1 as const),
    );
    const behind = fc.oneof(fc.uint8Array({ maxLength: 9 }), line);
    fc.assert(
      fc.property(line, behind, around, context, (bytes, rest, [before, newlines], context) => {
        const answer = compare(bytes, alone(before, rest, newlines), context);
        decided.set(answer, (decided.get(answer) ?? 0) + 1);
      }),
      { numRuns: RUNS },
    );
    expect(decided.get("drop")).toBeGreaterThan(RUNS / 50);
    expect(decided.get("limit")).toBeGreaterThan(RUNS / 500);
  });

  it("leaves several lines to the general reader, and what its bytes do not decide", () => {
    const answers = (text: string, length = text.length) => {
      const buffer = new TextEncoder().encode(text + "x".repeat(200));
      fast.open(buffer);
      return fast.readAlone(0, length);
    };
    const limit = EXAMPLES.find((text) => text.startsWith("Nov") && text.includes("kernel: Limi"))!;
    const other = "Nov 20 08:30:00 a1 sshd[1]: Accepted publickey for root";
    expect([limit, other].map((text) => answers(text))).toEqual([FAST_LIMIT, FAST_DROP]);
    for (const text of [`${limit}\n${limit}`, `${other}\n${limit}`, `${other}\n\n`]) {
      expect(answers(text), text).toBe(FAST_UNSURE);
    }
    for (let length = 1; length < 21; length++) {
      expect(answers(other, length), other.slice(0, length)).toBe(FAST_UNSURE);
    }
  });
});
