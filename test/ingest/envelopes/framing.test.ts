import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Framing } from "../../../services/ingest/envelopes/framing.ts";

const OPTIONS = { octetCounting: true, frameBytesMax: 64, countMax: 1_000 };

interface Frame {
  readonly text: string;
  readonly excess: number;
}

/** Frames of a stream that comes in pieces of the given sizes, the last one over and over. */
function framesOf(stream: string, sizes: readonly number[], options = OPTIONS) {
  const frames: Frame[] = [];
  const framing = new Framing(options, (bytes, start, end, excess) => {
    frames.push({ text: Buffer.from(bytes.slice(start, end)).toString("latin1"), excess });
  });
  const bytes = Buffer.from(stream, "latin1");
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[Math.min(turn, sizes.length - 1)]!;
    // Foreign bytes around the piece must not be looked at.
    const piece = Buffer.concat([
      Buffer.from("9\n"),
      bytes.subarray(at, at + size),
      Buffer.from("\n"),
    ]);
    framing.push(piece, 2, piece.length - 1);
    at += size;
  }
  return { frames, framing };
}

const texts = (stream: string) => framesOf(stream, [1e6]).frames.map(({ text }) => text);
const counted = (text: string) => `${text.length} ${text}`;

describe("framing (RFC 6587)", () => {
  it("tells octet counting from lines per frame", () => {
    expect(texts(`${counted("<13>a\nb")}<13>c\n${counted("<13>d")}<13>e\n`)).toEqual([
      "<13>a\nb",
      "<13>c",
      "<13>d",
      "<13>e",
    ]);
  });

  it("swallows the newline that some senders put behind a counted frame", () => {
    expect(texts(`${counted("<13>a")}\n${counted("<13>b")}\n\n`)).toEqual(["<13>a", "<13>b", ""]);
  });

  it("reads a line that begins with digits as a line", () => {
    expect(texts("2026-11-20T08:30:00 host kernel: x\n0 errors\n20261120 x\n-5 x\n")).toEqual([
      "2026-11-20T08:30:00 host kernel: x",
      "0 errors",
      "20261120 x",
      "-5 x",
    ]);
  });

  it.each([
    ["0 <13>x", "bad_frame"],
    ["007 <13>abc", "bad_frame"],
    ["1001 <13>x", "frame_too_long"],
    ["999999999 <13>x", "frame_too_long"],
    [`${"9".repeat(60)} <13>x`, "frame_too_long"],
  ])("gives up on the count in %j", (stream, fault) => {
    for (const size of [1, 1e6]) {
      const { framing, frames } = framesOf(stream, [size]);
      expect(framing.fault).toBe(fault);
      expect(frames).toEqual([]);
    }
  });

  it("cuts what is too long, counts the excess, and goes on behind it", () => {
    const long = "x".repeat(100);
    for (const size of [1, 7, 1e6]) {
      const { frames } = framesOf(`${counted(long)}${long}\n<13>a\n`, [size]);
      expect(frames).toEqual([
        { text: "x".repeat(64), excess: 36 },
        { text: "x".repeat(64), excess: 36 },
        { text: "<13>a", excess: 0 },
      ]);
    }
  });

  it("keeps a bounded part of a line that never ends", () => {
    const { framing } = framesOf("x".repeat(1_000_000), [50_000]);
    expect(framing.isMidFrame).toBe(true);
    expect(framing.unfinishedBytes).toBe(1_000_000);
  });

  it("ends with what the sender had left: a line is whole, a counted frame is not", () => {
    const line = framesOf("<13>no newline", [3]);
    expect(line.framing.finish()).toBe(true);
    expect(line.frames).toEqual([{ text: "<13>no newline", excess: 0 }]);
    const torn = framesOf("20 <13>short", [3]);
    expect(torn.framing.finish()).toBe(false);
    expect(torn.frames).toEqual([]);
  });

  it("gives the same frames however the stream is cut, byte by byte too", () => {
    const message = fc.string({
      unit: fc.constantFrom(...Array.from("<13>ab \n0129")),
      maxLength: 90,
    });
    const frame = fc.oneof(
      message.map((text) => (text === "" ? "\n" : counted(text))),
      message.map((text) => `<${text.replaceAll("\n", "")}\n`),
      message,
    );
    fc.assert(
      fc.property(
        fc.array(frame, { maxLength: 12 }),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 6 }),
        (frames, sizes) => {
          const stream = frames.join("");
          const whole = framesOf(stream, [1e6]);
          for (const cut of [[1], sizes]) {
            const pieces = framesOf(stream, cut);
            expect(pieces.frames).toEqual(whole.frames);
            expect(pieces.framing.fault).toBe(whole.framing.fault);
            expect(pieces.framing.isMidFrame).toBe(whole.framing.isMidFrame);
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it("finds well-made frames again, whatever is in them", () => {
    const text = fc.string({ unit: "binary-ascii", minLength: 1, maxLength: 64 });
    const line = text.map((t) => `<${t.replaceAll("\n", " ").slice(0, 63)}`);
    const sent = fc.oneof(
      text.map((t) => ({ text: t, wire: counted(t) })),
      line.map((t) => ({ text: t, wire: `${t}\n` })),
    );
    fc.assert(
      fc.property(
        fc.array(sent, { maxLength: 20 }),
        fc.integer({ min: 1, max: 50 }),
        (all, size) => {
          const { frames } = framesOf(all.map(({ wire }) => wire).join(""), [size]);
          expect(frames.map(({ text }) => text)).toEqual(all.map(({ text }) => text));
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
