import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HostDirectory } from "../../lib/domain/host-directory.ts";
import type { Trouble } from "../../lib/process/trouble.ts";
import type { ByteSource } from "../../offline/byte-source.ts";
import { LineSource } from "../../offline/line-source.ts";
import { MAX_EVENTS_PER_LINE } from "../../services/ingest/core/limits.ts";
import { LIMITS } from "../../services/ingest/limits.ts";
import { REFERENCE } from "./described.ts";
import { line } from "./core/generated-lines.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const LIMIT =
  "Nov 20 08:30:00 fra1-web-001 kernel: Limiting tcp reset response from 422 to 192 packets/sec";

/** Bytes that arrive in pieces of the given sizes, over and over. */
class PiecewiseSource implements ByteSource {
  readonly name = "pieces";
  readonly sizeBytes = null;
  readonly modifiedMs = null;
  readonly trouble: Trouble | null = null;
  readBytes = 0;
  readonly #bytes: Uint8Array;
  readonly #sizes: readonly number[];
  #pieces = 0;

  constructor(bytes: Uint8Array, sizes: readonly number[]) {
    this.#bytes = bytes;
    this.#sizes = sizes;
  }

  read(buffer: Uint8Array, at: number): number {
    const size = this.#sizes[this.#pieces++ % this.#sizes.length]!;
    const count = Math.min(size, buffer.length - at, this.#bytes.length - this.readBytes);
    buffer.set(this.#bytes.subarray(this.readBytes, this.readBytes + count), at);
    this.readBytes += count;
    return count;
  }

  close(): void {
    this.readBytes = this.#bytes.length;
  }
}

interface Shape {
  readonly sizes: readonly number[];
  readonly bufferBytes: number;
  readonly batchFacts: number;
}

/** Everything that a scan tells: facts with their words, counts, and rejects with their bytes. */
function scan(bytes: Uint8Array, { sizes, bufferBytes, batchFacts }: Shape) {
  const directory = new HostDirectory();
  const rejects: [reason: number, line: number, bytes: string][] = [];
  const onReject = (reason: number, lineNumber: number, rejected: Uint8Array) =>
    rejects.push([reason, lineNumber, decoder.decode(rejected)]);
  const options = { context: REFERENCE, directory, realm: "", originHost: null, origin: "pieces" };
  const lines = new LineSource(
    new PiecewiseSource(bytes, sizes),
    { ...options, batchFacts, onReject },
    bufferBytes,
  );
  const facts: unknown[] = [];
  for (let batch = lines.next(); batch !== null; batch = lines.next()) {
    if (batch instanceof Promise) throw new Error("these bytes are there at once");
    for (let i = 0; i < batch.length; i++) {
      const start = batch.textStart[i]!;
      const from = start < 0 ? batch.quotes[-1 - start]! : batch.bytes;
      const text = decoder.decode(from.subarray(Math.max(0, start), batch.textEnd[i]));
      const { timeMs, gauge, offered, suppressed, line: numbers } = batch;
      const host = directory.labelOf(batch.host[i]!);
      facts.push([host, timeMs[i], gauge[i], offered[i], suppressed[i], numbers[i], text]);
    }
  }
  const { counts } = lines;
  expect(counts.pass + counts.dropped + counts.rejected).toBe(counts.lines);
  expect(rejects.length).toBe(counts.rejected);
  const { drops, rejects: reasons, pass, withoutHost, withoutTime, excessBytes } = counts;
  const told = { lines: counts.lines, pass, drops, reasons, withoutHost, withoutTime };
  return { facts, rejects, counts: { ...told, excessBytes } };
}

/** One buffer for all, one batch for all. */
function whole(bytes: Uint8Array): Shape {
  return { sizes: [bytes.length + 1], bufferBytes: bytes.length + 1, batchFacts: 16_384 };
}

const shape: fc.Arbitrary<Shape> = fc.record({
  sizes: fc.oneof(
    fc.constant([1]),
    fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 5 }),
  ),
  bufferBytes: fc.integer({ min: 256, max: 5_000 }),
  batchFacts: fc.integer({ min: 1, max: 9 }),
});

const event = (second: number) =>
  `{"type":"line","host":"ams2-db-${second % 3}",` +
  `"time":"2026-11-20T08:30:${10 + (second % 40)}Z",` +
  `"text":"Limiting tcp reset response from ${300 + second} to 192 packets/sec"}`;

/** More events than the batch holds, some of them not ours and some not to be believed. */
const jsonLine = fc
  .tuple(fc.integer({ min: 1, max: 40 }), fc.constantFrom("", ",{}", ',{"type":"sample"'))
  .map(([count, last]) => {
    const events = Array.from({ length: count }, (_, i) => event(i));
    return encoder.encode(`[${events.join(",")}${last}${last === ',{"type":"sample"' ? "" : "]"}`);
  });

const longLine = fc
  .tuple(fc.constantFrom("x", "{", `${LIMIT} `), fc.integer({ min: -2, max: 3 }))
  .map(([head, excess]) =>
    encoder.encode(head.padEnd(LIMITS.lineBytesMax + excess, "Limiting 7 ")),
  );

const log = fc
  .tuple(
    fc.array(
      fc.oneof(
        { weight: 12, arbitrary: line },
        { weight: 4, arbitrary: fc.constant(encoder.encode(LIMIT)) },
        { weight: 2, arbitrary: jsonLine },
        { weight: 1, arbitrary: longLine },
      ),
      { maxLength: 30 },
    ),
    fc.constantFrom("", "\n", "\r\n", "\n\n"),
  )
  .map(([lines, ending]) =>
    Buffer.concat([
      ...lines.flatMap((bytes, i) => (i === 0 ? [bytes] : [NEWLINE, bytes])),
      encoder.encode(ending),
    ]),
  );
const NEWLINE = encoder.encode("\n");

describe("LineScanner", () => {
  it("says the same however the bytes are cut into pieces, buffers and batches", () => {
    fc.assert(
      fc.property(log, shape, (bytes, pieces) => {
        expect(scan(bytes, pieces)).toEqual(scan(bytes, whole(bytes)));
      }),
      { numRuns: 400 },
    );
  });

  it("counts five megabytes without a newline as one line, and reads on behind it", () => {
    const bytes = encoder.encode(`${LIMIT}\n${"x".repeat(5_000_000)}\n${LIMIT}\n`);
    const { facts, rejects, counts } = scan(bytes, {
      sizes: [65_536],
      bufferBytes: 4_096,
      batchFacts: 8,
    });
    expect(facts.map((fact) => (fact as unknown[])[5])).toEqual([1, 3]);
    expect(rejects.map(([, number, text]) => [number, text.length])).toEqual([
      [2, LIMITS.lineBytesMax],
    ]);
    expect(counts.lines).toBe(3);
    expect(counts.excessBytes).toBe(5_000_000 - LIMITS.lineBytesMax);
  });

  it("counts what a JSON line holds beyond the cap of events as one reject", () => {
    const bytes = encoder.encode(
      `[${"{},".repeat(MAX_EVENTS_PER_LINE + 4)}${event(1)}]\n${LIMIT}\n`,
    );
    const { rejects, counts, facts } = scan(bytes, whole(bytes));
    expect(counts.lines).toBe(MAX_EVENTS_PER_LINE + 2);
    expect(counts.drops[0]).toBe(MAX_EVENTS_PER_LINE);
    expect(rejects).toEqual([[expect.any(Number), 1, decoder.decode(bytes).split("\n")[0]]]);
    expect(facts).toHaveLength(1);
  });

  it("believes arrival where a date is beyond belief, on the fast path too", () => {
    const bytes = encoder.encode(`${LIMIT}\n`.repeat(3));
    const arrivalMs = Date.UTC(2026, 10, 20, 8, 20);
    const directory = new HostDirectory();
    const lines = new LineSource(
      new PiecewiseSource(bytes, [1_000]),
      {
        context: { ...REFERENCE, arrivalMs },
        directory,
        realm: "",
        originHost: null,
        origin: "pieces",
        batchFacts: 8,
      },
      1_000,
    );
    const batch = lines.next();
    expect(batch).not.toBeInstanceOf(Promise);
    if (batch === null || batch instanceof Promise) return;
    expect([...batch.timeMs.subarray(0, batch.length)]).toEqual([arrivalMs, arrivalMs, arrivalMs]);
  });
});
