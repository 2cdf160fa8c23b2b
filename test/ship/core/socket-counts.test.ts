import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { readSocketCounts, tcpRowsExpected } from "../../../services/ship/core/socket-counts.ts";

const SOCKSTAT = new URL("../../vectors/counters/linux-6.18-sockstat", import.meta.url);

it("reads sockets as gauges, and from them how long the table of connections is", () => {
  const text = "sockets: used 73\nTCP: inuse 21 orphan 0 tw 4 alloc 47 mem 0\nRAW: inuse 1\n";
  const numbers = readSocketCounts(text);
  expect(numbers).toMatchObject({ counters: [] });
  if (typeof numbers === "string") throw new Error(numbers);
  expect(numbers.gauges).toContainEqual({ name: "sockstat.TCP.inuse", value: 21 });
  expect(numbers.gauges).toHaveLength(5);
  expect(tcpRowsExpected(numbers.gauges)).toBe(25);
  expect(tcpRowsExpected([])).toBeNull();
});

it.each([
  ["TCP: inuse 21", "cut_short"],
  ["TCP: inuse\n", "unknown_shape"],
  ["TCP: inuse many\n", "not_a_number"],
  ["", "cut_short"],
])("%j is %s", (text, reason) => expect(readSocketCounts(text)).toBe(reason));

it("reads a running kernel's", () => {
  expect(readSocketCounts(readFileSync(SOCKSTAT, "utf8"))).toMatchObject({ counters: [] });
});
