import fc from "fast-check";
import { expect, it } from "vitest";
import { hashBytes, partitionOf } from "../../../lib/stream/partition.ts";

/** State belongs to partitions, so these must never change. */
const VECTORS: readonly [key: string, hash: number, of6: number][] = [
  ["", 2872998923, 5],
  ["a", 444641715, 3],
  ["fra1-web-001", 3703434763, 1],
  ["/fra1-web-001", 2443796043, 3],
  ["site/fra1", 675350290, 4],
  ["Zürich-αβγ", 3163364493, 3],
];

it.each(VECTORS)("%s hashes to %d and lives in partition %d of 6", (key, hash, of6) => {
  const bytes = new TextEncoder().encode(key);
  expect(hashBytes(bytes, 0, bytes.length)).toBe(hash);
  expect(partitionOf(key, 6)).toBe(of6);
});

it("is the same for text and for its bytes wherever they lie", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 1, max: 64 }), (key, count) => {
      const bytes = new TextEncoder().encode(key);
      const inside = new Uint8Array(bytes.length + 2);
      inside.set(bytes, 1);
      expect(partitionOf(bytes, count)).toBe(partitionOf(key, count));
      expect(hashBytes(inside, 1, bytes.length + 1) % count).toBe(partitionOf(key, count));
      expect(partitionOf(key, count)).toBeLessThan(count);
    }),
  );
});

it("spreads names that differ in little", () => {
  const counts = [0, 0, 0, 0, 0, 0];
  for (let host = 0; host < 6_000; host++) {
    const partition = partitionOf(`fra1-web-${String(host).padStart(4, "0")}`, 6);
    counts[partition] = (counts[partition] ?? 0) + 1;
  }
  for (const count of counts) expect(Math.abs(count - 1_000)).toBeLessThan(150);
});
