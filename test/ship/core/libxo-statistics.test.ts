import fc from "fast-check";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { isFault } from "../../../services/ship/core/host-counters.ts";
import { readLibxoStatistics } from "../../../services/ship/core/libxo-statistics.ts";

const recorded = (name: string) =>
  readFileSync(new URL(`../../vectors/counters/${name}-netstat.json`, import.meta.url), "utf8");

function read(text: string) {
  const numbers = readLibxoStatistics(text);
  if (isFault(numbers)) throw new Error(numbers);
  const byName = (each: readonly { name: string; value: number | string }[]) =>
    Object.fromEntries(each.map(({ name, value }) => [name, value]));
  return { counters: byName(numbers.counters), gauges: byName(numbers.gauges) };
}

describe("netstat -s --libxo json", () => {
  it.each(["freebsd-11", "freebsd-14", "opnsense-26.7"])("of %s: one name, one number", (name) => {
    expect(read(recorded(name)).counters).toMatchObject({
      "tcp.embryonic-connections-dropped": 4005,
      "tcp.listen-queue-overflows": 21,
      "tcp.ignored-in-window-resets": 3,
      "tcp.syncache.dropped": 5,
      "tcp.syncache.reset": 4021,
      "tcp.syncache.receivd-cookies": 0,
    });
  });

  it("has sockets by state as gauges where the release has them", () => {
    expect(read(recorded("freebsd-14")).gauges).toMatchObject({
      synRecv: 3,
      "tcp.state.LISTEN": 5,
    });
    expect(read(recorded("freebsd-11")).gauges).toEqual({});
  });

  it("has the groups of newer releases where they are, and no zero where they are not", () => {
    expect(read(recorded("opnsense-26.7")).counters).toMatchObject({
      "tcp.syncookies.failed-cookies": 1,
      "tcp.tw.tw_resets": 9,
    });
    expect(read(recorded("freebsd-11")).counters).not.toHaveProperty("tcp.tw.tw_resets");
  });

  it("keeps what moves the unreachable limiter, and every digit", () => {
    const { counters } = read(recorded("freebsd-14"));
    expect(counters["udp.dropped-no-socket"]).toBe(422);
    expect(counters["ip6.received-packets"]).toBe("18446744073709551615");
  });

  it.each([
    ['{"statistics":{"tcp":{"a":1', "cut_short"],
    ["", "cut_short"],
    ["[]", "unknown_shape"],
    ['{"statistics":[]}', "unknown_shape"],
    ['{"statistics":{}}', "unknown_shape"],
    ['{"statistics":{"tcp":{"a":-1}}}', "not_a_number"],
    ['{"statistics":{"tcp":{"a":1.5}}}', "not_a_number"],
    ['{"statistics":{"tcp":{"a":1e30}}}', "not_a_number"],
    [`{"statistics":${'{"a":'.repeat(20)}1${"}".repeat(20)}}`, "unknown_shape"],
  ])("%s is %s", (text, reason) => expect(readLibxoStatistics(text)).toBe(reason));

  it("never throws, and believes no half of it", () => {
    fc.assert(fc.property(fc.json(), (text) => void readLibxoStatistics(text)));
    const text = recorded("freebsd-14").trimEnd();
    fc.assert(
      fc.property(fc.nat(text.length - 1), (at) => {
        expect(readLibxoStatistics(text.slice(0, at))).toBe("cut_short");
      }),
    );
  });
});
