import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { packSnappy, unpackSnappy } from "../../../lib/stream/snappy.ts";

const ROOM = 1_000_000;
const tooLarge = () => new Error("too large");
const unpack = (packed: Buffer, bytesMax = ROOM) => unpackSnappy(packed, bytesMax, tooLarge);

/** As Java's producers frame it: magic, two versions, blocks after their lengths. */
function xerial(blocks: readonly Buffer[]): Buffer {
  const head = Buffer.from("82534e41505059000000000100000001", "hex");
  const framed = blocks.flatMap((block) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(block.length);
    return [length, block];
  });
  return Buffer.concat([head, ...framed]);
}

describe("snappy", () => {
  it("gives back what was packed, as one block and in Java's frame", () => {
    const compressible = fc
      .array(fc.constantFrom("Limiting ", "tcp ", "reset ", "x"))
      .map((words) => Buffer.from(words.join("")));
    const bytes = fc.uint8Array({ maxLength: 3_000 }).map((each) => Buffer.from(each));
    fc.assert(
      fc.property(fc.oneof(compressible, bytes), (plain) => {
        expect(unpack(packSnappy(plain))).toEqual(plain);
        const half = plain.length >> 1;
        const blocks = [plain.subarray(0, half), plain.subarray(half)].map(packSnappy);
        expect(unpack(xerial(blocks))).toEqual(plain);
      }),
    );
  });

  it("reads long literals and copies of each kind", () => {
    const long = Buffer.concat([Buffer.alloc(70_000, "a"), Buffer.from("kelp".repeat(5_000))]);
    expect(unpack(packSnappy(long))).toEqual(long);
    // The literal `kelp`, then four bytes again: with one byte of offset, with two, with four.
    const byHand = Buffer.from("100c6b656c7001040e04000f04000000", "hex");
    expect(unpack(byHand).toString()).toBe("kelpkelpkelpkelp");
  });

  it("refuses what would unpack to more than there is room for, whatever the frame", () => {
    const packed = packSnappy(Buffer.alloc(600));
    expect(unpack(packed, 600)).toHaveLength(600);
    expect(() => unpack(packed, 599)).toThrow("too large");
    expect(() => unpack(xerial([packed, packed]), 1_199)).toThrow("too large");
  });

  it("ends with an error on any bytes, and never goes round in circles", () => {
    const backwards = Buffer.from([40, 0xfc, 0xf6, 0xff, 0xff, 0xff, 0, 0, 0, 0]);
    expect(() => unpack(backwards)).toThrow(RangeError);
    expect(() => unpack(Buffer.alloc(0))).toThrow(RangeError);
    expect(() => unpack(xerial([Buffer.from([1])]).subarray(0, 20))).toThrow(RangeError);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), fc.boolean(), (bytes, isFramed) => {
        const block = Buffer.from(bytes);
        try {
          unpack(isFramed ? xerial([block]) : block);
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
