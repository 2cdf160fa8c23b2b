import fc from "fast-check";
import { expect, test } from "vitest";
import { Framing } from "../../../services/ingest/envelopes/framing.ts";
import { LIMITS } from "../../../services/ingest/limits.ts";
import { octetFrames } from "../../../services/ship/core/octet-frames.ts";

const encoder = new TextEncoder();

/** What our own listener reads of them. */
function readBack(frames: Uint8Array, pieceBytes: number): string[] {
  const lines: string[] = [];
  const options = { octetCounting: true, frameBytesMax: LIMITS.lineBytesMax, countMax: 1_048_576 };
  const framing = new Framing(options, (bytes, start, end) =>
    lines.push(Buffer.from(bytes.subarray(start, end)).toString("utf8")),
  );
  const buffer = Buffer.from(frames);
  for (let at = 0; at < buffer.length; at += pieceBytes) {
    const end = Math.min(buffer.length, at + pieceBytes);
    framing.push(buffer.subarray(at, end), 0, end - at);
  }
  expect(framing.fault).toBeNull();
  return lines;
}

test("a frame says how many bytes it has, not how many letters", () => {
  expect(Buffer.from(octetFrames(encoder.encode("<4>1 ü\nb\n"))).toString()).toBe("7 <4>1 ü1 b");
});

test("a listener reads every line again, however the bytes are cut", () => {
  const text = fc.string({ minLength: 1, maxLength: 80, unit: "grapheme" });
  const lines = fc.array(
    text.map((words) => `<4>${words.replaceAll("\n", " ")}`),
    { maxLength: 20 },
  );
  fc.assert(
    fc.property(lines, fc.integer({ min: 1, max: 500 }), (lines, pieceBytes) => {
      const frames = octetFrames(encoder.encode(lines.map((line) => `${line}\n`).join("")));
      expect(readBack(frames, pieceBytes)).toEqual(lines);
    }),
  );
});
