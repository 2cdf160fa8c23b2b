import fc from "fast-check";
import { expect, it } from "vitest";
import { Watermark } from "../../../services/ingest/listen/watermark.ts";

it("reaches what has ended without a hole, in whatever order it ended", () => {
  const order = fc.integer({ min: 1, max: 40 }).chain((count) =>
    fc.shuffledSubarray(
      Array.from({ length: count }, (_, n) => n),
      { minLength: count },
    ),
  );
  fc.assert(
    fc.property(order, fc.nat(1_000), (ended, first) => {
      const mark = new Watermark(first);
      const numbers = ended.map(() => mark.next());
      expect(numbers[0]).toBe(first);
      ended.forEach((number, index) => {
        mark.done(first + number);
        const done = new Set(ended.slice(0, index + 1));
        const hole = numbers.findIndex((_, n) => !done.has(n));
        expect(mark.reached).toBe(hole < 0 ? mark.issued : first + hole);
        for (const n of numbers.keys()) expect(mark.isDone(first + n)).toBe(done.has(n));
      });
      expect(mark.isDone(first - 1)).toBe(false);
      expect(mark.isDone(mark.issued)).toBe(false);
    }),
  );
});
