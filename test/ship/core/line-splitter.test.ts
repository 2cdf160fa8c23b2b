import fc from "fast-check";
import { expect, test } from "vitest";
import { LineSplitter } from "../../../services/ship/core/line-splitter.ts";

const encoder = new TextEncoder();

test("lines come out whole, however they come in; one that is too long is left out", () => {
  const lines = fc.array(fc.string({ maxLength: 12 }).map((text) => text.replaceAll("\n", "")));
  fc.assert(
    fc.property(lines, fc.integer({ min: 1, max: 30 }), (lines, pieceBytes) => {
      const splitter = new LineSplitter(10);
      const bytes = encoder.encode(lines.map((line) => `${line}\n`).join(""));
      const read: string[] = [];
      for (let at = 0; at < bytes.length; at += pieceBytes) {
        for (const line of splitter.push(bytes.subarray(at, at + pieceBytes))) {
          read.push(Buffer.from(line).toString("utf8"));
        }
      }
      const kept = lines.filter((line) => encoder.encode(line).length <= 10);
      expect(read).toEqual(kept);
      expect(splitter.tooLong).toBe(lines.length - kept.length);
    }),
  );
});
