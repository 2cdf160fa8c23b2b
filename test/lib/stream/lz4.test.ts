import fc from "fast-check";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { unpackLz4 } from "../../../lib/stream/lz4.ts";

const ROOM = 1_000_000;
const tooLarge = () => new Error("too large");
const unpack = (packed: Buffer, bytesMax = ROOM) => unpackLz4(packed, bytesMax, tooLarge);

/** Of the reference implementation (lz4 1.9.4), by its options, in base64: the lines below. */
const FRAMES = JSON.parse(
  readFileSync(new URL("../../vectors/lz4-frames.json", import.meta.url), "utf8"),
) as Readonly<Record<string, string>>;
const LINES = Array.from({ length: 1_500 }, (_, i) => i % 6)
  .map((i) => `Nov 20 08:30:0${i} fw${i} kernel: Limiting tcp reset response from ${200 + i}`)
  .map((line) => `${line} to 192 packets/sec\n`)
  .join("");

/** One block in a frame without checksums and sizes. */
function frame(block: Buffer, isPlain = false): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt32LE((block.length | (isPlain ? 0x80000000 : 0)) >>> 0);
  return Buffer.concat([Buffer.from("04224d18604082", "hex"), size, block, Buffer.alloc(4)]);
}

interface Sequence {
  readonly literals: Uint8Array;
  /** How far back, as a part of what there is by then. */
  readonly back: number;
  readonly match: number;
}

/** A block of these sequences and closing literals, and what they mean, byte by byte. */
function blockOf(sequences: readonly Sequence[], last: Uint8Array) {
  const plain: number[] = [];
  const block: number[] = [];
  const lengthBytes = (length: number): number[] => {
    if (length < 15) return [];
    const rest = length - 15;
    return [...Array.from({ length: Math.floor(rest / 255) }, () => 255), rest % 255];
  };
  for (const { literals, back, match } of sequences) {
    plain.push(...literals);
    const offset = Math.max(1, Math.min(0xffff, Math.ceil(back * plain.length)));
    const token = (Math.min(15, literals.length) << 4) | Math.min(15, match - 4);
    block.push(token, ...lengthBytes(literals.length), ...literals);
    block.push(offset & 0xff, offset >> 8, ...lengthBytes(match - 4));
    for (let i = 0; i < match; i++) plain.push(plain.at(-offset)!);
  }
  block.push(Math.min(15, last.length) << 4, ...lengthBytes(last.length), ...last);
  plain.push(...last);
  return { block: Buffer.from(block), plain: Buffer.from(plain) };
}

const sequence = fc.record({
  literals: fc.uint8Array({ minLength: 1, maxLength: 300 }),
  back: fc.double({ min: 0, max: 1, noNaN: true }),
  match: fc.integer({ min: 4, max: 600 }),
});

describe("lz4", () => {
  it.each(Object.entries(FRAMES))("reads what the reference packs: %s", (_options, base64) => {
    expect(unpack(Buffer.from(base64, "base64")).toString()).toBe(LINES);
  });

  it("reads any literals and matches, also those that reach into themselves", () => {
    fc.assert(
      fc.property(
        fc.array(sequence, { maxLength: 8 }),
        fc.uint8Array({ maxLength: 300 }),
        (sequences, last) => {
          const { block, plain } = blockOf(sequences, last);
          expect(unpack(frame(block))).toEqual(plain);
          expect(unpack(frame(plain, true))).toEqual(plain);
        },
      ),
    );
  });

  it("refuses what would unpack to more than there is room for", () => {
    const packed = Buffer.from(FRAMES["as by default"]!, "base64");
    expect(unpack(packed, LINES.length)).toHaveLength(LINES.length);
    expect(() => unpack(packed, LINES.length - 1)).toThrow("too large");
    // 4 GB of a run in 16 MB: the length alone says that it is too much.
    const bomb = Buffer.concat([Buffer.from("1f610100", "hex"), Buffer.alloc(16_000_000, 255)]);
    expect(() => unpack(frame(Buffer.concat([bomb, Buffer.from([0, 0])])))).toThrow("too large");
  });

  it("ends with an error on whatever is no frame, cut off or damaged", () => {
    const whole = Buffer.from(FRAMES["checksums of blocks"]!, "base64");
    for (let length = 0; length < whole.length; length++) {
      expect(() => unpack(whole.subarray(0, length)), `${length} bytes`).toThrow(RangeError);
    }
    expect(() => unpack(Buffer.concat([whole, whole]))).toThrow("behind an lz4 frame");
    expect(() => unpack(frame(Buffer.from("10610200", "hex")))).toThrow("before the start");
    expect(() => unpack(frame(Buffer.from("10610000", "hex")))).toThrow("before the start");
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        try {
          unpack(frame(Buffer.from(bytes)));
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
