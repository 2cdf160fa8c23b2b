import fc from "fast-check";
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { countSynReceived } from "../../../services/ship/core/tcp-table.ts";

const TABLE = readFileSync(new URL("../../vectors/counters/linux-6.18-tcp", import.meta.url));

it("counts half-open connections, and no port or address that looks like one", () => {
  expect(countSynReceived(TABLE)).toBe(2);
  expect(countSynReceived(Buffer.from(""))).toBe(0);
  expect(countSynReceived(TABLE.subarray(0, TABLE.indexOf("\n") + 1))).toBe(0);
});

it("ends on any bytes", () => {
  const bytes = fc.uint8Array({ maxLength: 300 });
  fc.assert(fc.property(bytes, (any) => countSynReceived(any) >= 0));
  const cut = fc.nat(TABLE.length);
  fc.assert(fc.property(cut, (at) => void countSynReceived(TABLE.subarray(0, at))));
});
