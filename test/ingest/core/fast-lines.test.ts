import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { HostDirectory } from "../../../lib/domain/host-directory.ts";
import { utcZone } from "../../../lib/domain/zone.ts";
import { zoneOf } from "../../../lib/process/zone.ts";
import { FastDate } from "../../../services/ingest/core/fast-date.ts";
import {
  FAST_DROP,
  FAST_LIMIT,
  FAST_UNSURE,
  FastLines,
  ROWS_MAX,
} from "../../../services/ingest/core/fast-lines.ts";
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

/** Raised by hand: FUZZ_RUNS=200000 npx vitest run test/ingest/core/fast-lines.test.ts */
const RUNS = Number(process.env["FUZZ_RUNS"] ?? 6_000);

const NEWLINE = 0x0a;
const NOT_OURS = DROP_REASONS.indexOf("not_ours");
/** A line that the fast path leaves to the general reader. */
const BEHIND = new TextEncoder().encode(`\n{${"Nov 20 08:30:00 h kernel: Limiting ".repeat(8)}\n`);
const BERLIN = zoneOf("Europe/Berlin") ?? utcZone;

const directory = new HostDirectory();
const fast = new FastLines(directory);
const reading = new Reading();
const decoder = new TextDecoder("latin1");

/** How the fast path is asked: for a line among lines, or for one that stands alone. */
interface Asked {
  readonly before: Uint8Array;
  readonly behind: Uint8Array;
  readonly read: (bytes: Uint8Array, start: number, stop: number) => number;
}

const among = (before: Uint8Array): Asked => ({ before, behind: BEHIND, read: readAmong });

function readAmong(bytes: Uint8Array, start: number, stop: number): number {
  fast.open(bytes, bytes.length, 0);
  expect(fast.read(start, ROWS_MAX), "what is behind is for the general reader").toBe(true);
  expect(fast.next).toBe(fast.lines === 0 ? start : stop + 1);
  if (fast.lines === 0) return FAST_UNSURE;
  return fast.rows === 1 ? FAST_LIMIT : FAST_DROP;
}

const alone = (before: Uint8Array, behind: Uint8Array, newlines: 0 | 1): Asked => ({
  before,
  behind: Buffer.concat([BEHIND.subarray(0, newlines), behind, BEHIND.subarray(1)]),
  read: (bytes, start, stop) => fast.readAlone(bytes, start, stop + newlines, 0),
});

/** What the fast path decided, and what the general reader says of the same line. */
function compare(bytes: Uint8Array, asked: Asked, context: LineContext): string {
  const { before, behind, read } = asked;
  const buffer = new Uint8Array(Buffer.concat([before, bytes, behind]));
  const start = before.length;
  const end = start + bytes.length;
  const outcome = read(buffer, start, end);
  if (outcome !== FAST_DROP && outcome !== FAST_LIMIT) return "unsure";
  readLine(buffer, start, end, context, reading);
  const shown = decoder.decode(bytes);
  if (outcome === FAST_DROP) {
    const { outcome: general, reason } = reading;
    expect({ general, reason }, shown).toEqual({ general: OUTCOME_DROP, reason: NOT_OURS });
    return "drop";
  }
  const timeMs = new FastDate(context.referenceMs, context.zone).read(buffer, fast.dateStart(0));
  // Only then does the scanner take the fast path's word for it.
  if (Number.isNaN(timeMs)) return "unsure";
  const decided = {
    gauge: fast.gauge(0),
    offered: fast.offered(0),
    allowed: fast.allowed(0),
    hostStart: fast.hostStart(0),
    hostEnd: fast.hostEnd(0),
    timeMs,
    textStart: fast.textStart(0),
    textEnd: fast.textEnd(0),
  };
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
  expect(fast.textEnd(0), shown).toBe(end);
  expect(fast.lineStart(0), shown).toBe(start);
  return "limit";
}

const NOTHING = new Uint8Array(0);

const context = fc
  .tuple(
    fc.constantFrom("2026-11-20T12:00:00Z", "2027-01-01T00:00:00Z", "2024-02-29T00:00:01Z"),
    fc.constantFrom(utcZone, utcZone, BERLIN),
  )
  .map(([reference, zone]) => ({ referenceMs: Date.parse(reference), zone, arrivalMs: null }));

describe("FastLines", () => {
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
      return fast.readAlone(buffer, 0, length, 0);
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

  it("passes every line of many windows once, in order, however few rows it may take", () => {
    const many = fc.array(line, { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(many, fc.integer({ min: 1, max: 9 }), (lines, rowsMax) => {
        const whole = lines.filter((bytes) => !bytes.includes(NEWLINE) && bytes.length > 0);
        const bytes = Buffer.concat(
          Array.from({ length: 60 }, () =>
            whole.flatMap((line) => [line, BEHIND.subarray(0, 1)]),
          ).flat(),
        );
        expect(textsRead(bytes, rowsMax)).toEqual(textsRead(bytes, 0));
      }),
      { numRuns: RUNS / 200 },
    );
  });
});

it("takes nothing for a date before it has read the first one", async () => {
  // As a process that has read no line yet: what a crash leaves in a log are zeros.
  vi.resetModules();
  const fresh = await import("../../../services/ingest/core/fast-lines.ts");
  const bytes = Buffer.concat([Buffer.alloc(16), new TextEncoder().encode(EXAMPLES[0]), BEHIND]);
  const first = new fresh.FastLines(null);
  first.open(bytes, bytes.length, 0);
  expect(first.read(0, ROWS_MAX)).toBe(true);
  expect(first.lines).toBe(0);
});

/** Directories that know their hosts by other numbers than the one above. */
const others = [new HostDirectory(), new HostDirectory()].map((own, index) => {
  for (let host = 0; host <= index; host++) own.idOf("", `nobody-${host}`);
  return { directory: own, fast: new FastLines(own) };
});

describe("hosts that rows name", () => {
  const names = Array.from({ length: 6_000 }, (_, i) => `h${i}${"-x.example.org".repeat(i % 4)}`);
  const asked = fc.record({
    name: fc.oneof(fc.constantFrom(...names.slice(0, 40)), fc.constantFrom(...names)),
    realm: fc.constantFrom("", "east", "west"),
    by: fc.constantFrom(...others),
  });

  it("are the directory's, whoever asked for the same name before, of whatever realm", () => {
    fc.assert(
      fc.property(fc.array(asked, { maxLength: 50 }), (questions) => {
        for (const { name, realm, by } of questions) {
          const text = `Nov 20 08:30:00 ${name} kernel: Limiting tcp reset response from 9 to 5`;
          const bytes = new TextEncoder().encode(`${text} packets/sec`);
          const number = by.directory.realm(realm);
          expect(by.fast.readAlone(bytes, 0, bytes.length, number)).toBe(FAST_LIMIT);
          expect(by.fast.host(0)).toBe(by.directory.idOf(realm, name));
        }
      }),
      { numRuns: RUNS / 20 },
    );
  });
});

/** The lines of ours with their numbers, by both readers, or by the general one for no rows. */
function textsRead(bytes: Buffer, rowsMax: number): string[] {
  const texts: string[] = [];
  const date = new FastDate(REFERENCE.referenceMs, REFERENCE.zone);
  let number = 0;
  const readSlowly = (line: number, start: number, end: number) => {
    readLine(bytes, start, end, REFERENCE, reading);
    if (reading.outcome !== OUTCOME_PASS) return;
    texts.push(`${line} ${bytes.toString("latin1", start, end)}`);
  };
  const readRows = (at: number): boolean => {
    const isStuck = fast.read(at, rowsMax);
    for (let row = 0; row < fast.rows; row++) {
      const line = number + fast.linesUpTo(row);
      const [start, end] = [fast.lineStart(row), fast.textEnd(row)];
      if (Number.isNaN(date.read(bytes, fast.dateStart(row)))) readSlowly(line, start, end);
      else texts.push(`${line} ${bytes.toString("latin1", start, end)}`);
    }
    number += fast.lines;
    return isStuck;
  };
  fast.open(bytes, bytes.length, 0);
  for (let at = 0; at < bytes.length;) {
    const isStuck = rowsMax === 0 || readRows(at);
    if (rowsMax > 0) at = fast.next;
    if (!isStuck) continue;
    const end = bytes.indexOf(NEWLINE, at);
    readSlowly((number += 1), at, end);
    at = end + 1;
  }
  return texts;
}
