import { expect, it } from "vitest";
import { readRange } from "../../../lib/stream/read-range.ts";
import type { Position, Slice } from "../../../lib/stream/stream.ts";

const RANGE = { topic: "t", partition: 0, startOffset: 0, endOffset: 10 };

/** Where a partition is read that begins and ends here, and gives `count` records at a time. */
async function offsetsRead(startOffset: number, endOffset: number, count: number) {
  const asked: number[] = [];
  const read = (from: Position): Promise<Slice> => {
    asked.push(from.offset);
    const nextOffset = Math.min(endOffset, from.offset + count);
    return Promise.resolve({ ...from, startOffset, endOffset, nextOffset, records: [] });
  };
  const nextOffsets: number[] = [];
  for await (const slice of readRange({ read }, RANGE, 1_000)) nextOffsets.push(slice.nextOffset);
  return { asked, nextOffsets };
}

it("reads on behind each slice, to the end that it was given", async () => {
  expect(await offsetsRead(0, 99, 4)).toEqual({ asked: [0, 4, 8], nextOffsets: [4, 8, 12] });
});

it("goes on behind what retention took meanwhile", async () => {
  expect(await offsetsRead(7, 99, 4)).toEqual({ asked: [0, 7], nextOffsets: [7, 11] });
});

it("ends where the log gives no more", async () => {
  expect((await offsetsRead(0, 6, 4)).asked).toEqual([0, 4, 6]);
});
