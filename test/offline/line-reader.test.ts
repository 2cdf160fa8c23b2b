import fc from "fast-check";
import { expect, test } from "vitest";
import { LineReader } from "../../offline/line-reader.ts";
import { bytesOf } from "./bytes-of.ts";

test("lines are what stands between newlines, however the bytes are cut", async () => {
  const content = fc.stringMatching(/^[a-c\n\r]{0,60}$/);
  await fc.assert(
    fc.asyncProperty(content, fc.integer({ min: 1, max: 9 }), async (text, atOnce) => {
      const reader = new LineReader(bytesOf(text, atOnce));
      const lines: string[] = [];
      while (await reader.fill()) {
        while (reader.next()) {
          lines.push(reader.bytes.toString("utf8", reader.start, reader.end));
          expect(reader.lineNumber).toBe(lines.length);
        }
      }
      const expected = text.split("\n");
      expect(lines).toEqual(expected.at(-1) === "" ? expected.slice(0, -1) : expected);
    }),
  );
});

test("200 MB without a newline are one line, cut, in little memory", async () => {
  let left = 200_000_000;
  const reader = new LineReader({
    ...bytesOf(""),
    read(buffer, at) {
      const count = Math.min(left, buffer.length - at);
      buffer.fill(0x78, at, at + count);
      left -= count;
      return count;
    },
  });
  let lines = 0;
  while (await reader.fill()) {
    while (reader.next()) {
      lines += 1;
      expect(reader.isTooLong).toBe(true);
      expect(reader.end - reader.start).toBe(8_192);
    }
  }
  expect(lines).toBe(1);
  expect(reader.bytes.length).toBeLessThanOrEqual(131_072);
});
