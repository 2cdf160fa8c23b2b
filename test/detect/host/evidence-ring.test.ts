import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EvidenceRing } from "../../../services/detect/host/evidence-ring.ts";

const SLOTS = 8;
const encoder = new TextEncoder();

function record(ring: EvidenceRing, host: number, second: number, gauge: number, text: string) {
  const bytes = encoder.encode(text);
  ring.record(host, second, gauge, "messages", 7, bytes, 0, bytes.length);
}

describe("EvidenceRing", () => {
  it("answers the earliest line of a host and gauges among the newest that it holds", () => {
    const entry = fc.record({
      host: fc.constantFrom(0, 1, 5_000),
      second: fc.integer({ min: 1, max: 30 }),
      gauge: fc.nat(2),
    });
    fc.assert(
      fc.property(
        fc.array(entry, { maxLength: 30 }),
        fc.constantFrom(1, 2, 3, 7),
        fc.nat(20),
        (given, mask, from) => {
          const ring = new EvidenceRing(SLOTS);
          given.forEach(({ host, second, gauge }, i) => record(ring, host, second, gauge, `#${i}`));
          for (const host of [0, 1, 5_000, 9]) {
            const seconds = given
              .slice(-SLOTS)
              .filter((kept) => kept.host === host && ((mask >>> kept.gauge) & 1) === 1)
              .map(({ second }) => second)
              .filter((second) => second >= from && second <= from + 10);
            const found = ring.earliest(host, mask, from, from + 10);
            expect(found?.second).toBe(seconds.length === 0 ? undefined : Math.min(...seconds));
          }
        },
      ),
    );
  });

  it("keeps where the line stood, and its text, cut where no kernel text goes on", () => {
    const ring = new EvidenceRing(SLOTS);
    record(ring, 2, 100, 0, "x".repeat(500));
    expect(ring.earliest(2, 1, 100, 100)).toEqual({
      second: 100,
      gauge: 0,
      at: "messages#7",
      text: "x".repeat(192),
    });
  });
});
