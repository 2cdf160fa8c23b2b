import { describe, expect, it } from "vitest";
import type { Sample } from "../../../lib/domain/sample-batch.ts";
import { utcZone } from "../../../lib/domain/zone.ts";
import { describeLine } from "../../../services/ingest/describe.ts";
import { sampleLine, sampleObject } from "../../../services/ship/core/sample-object.ts";

const SAMPLE: Sample = {
  sampledAtMs: Date.parse("2026-11-20T08:30:00Z"),
  boot: "8c1f",
  uptimeSeconds: 86_400.5,
  counters: [
    { name: "Tcp.OutRsts", value: 6_928 },
    { name: "IpExt.InOctets", value: "18446744073709551615" },
  ],
  gauges: [{ name: "synRecv", value: 3 }],
  posture: [{ name: "net.ipv4.tcp_syncookies", value: 1 }],
};
const context = { referenceMs: SAMPLE.sampledAtMs, zone: utcZone, arrivalMs: null };

function parsed(text: string) {
  const bytes = Buffer.from(text);
  return describeLine(bytes, 0, bytes.length, context, 1)[0];
}

describe("a sample on its way", () => {
  const expected = {
    outcome: "pass",
    kind: "sample",
    host: "fra1-web-001",
    time: "2026-11-20T08:30:00.000Z",
    os: "linux",
    boot: "8c1f",
    uptimeSeconds: 86_400.5,
    counters: { "Tcp.OutRsts": 6_928, "IpExt.InOctets": "18446744073709551615" },
    gauges: { synRecv: 3 },
    posture: { "net.ipv4.tcp_syncookies": 1 },
  };

  it("is read by ingest as it was, as JSON and behind a syslog header", () => {
    expect(parsed(JSON.stringify(sampleObject("fra1-web-001", "linux", SAMPLE)))).toMatchObject(
      expected,
    );
    expect(parsed(sampleLine("fra1-web-001", "linux", SAMPLE))).toMatchObject(expected);
  });

  it("leaves out what is not known", () => {
    const bare = { ...SAMPLE, boot: null, uptimeSeconds: null, gauges: [], posture: [] };
    expect(Object.keys(sampleObject("h", null, bare))).toEqual([
      "type",
      "host",
      "time",
      "counters",
    ]);
  });

  it("fits into a line: a long one has what gauges read, and TCP's counters", () => {
    const named = (prefix: string, count: number) =>
      Array.from({ length: count }, (_, index) => ({
        name: `${prefix}.a-rather-long-name-of-a-counter-${index}`,
        value: 2 ** 50,
      }));
    for (const tcp of [20, 500]) {
      const refused = { name: "udp.dropped-no-socket", value: 422 };
      const counters = [...named("ip", 300), ...named("tcp", tcp), refused];
      const line = sampleLine("h", "freebsd", { ...SAMPLE, counters });
      expect(line.length).toBeLessThanOrEqual(8_000);
      const kept = Object.keys((parsed(line) as { counters: object }).counters);
      expect(kept[0]).toBe(refused.name);
      expect(kept.length).toBeGreaterThan(1);
      expect(kept.slice(1).every((name) => name.startsWith("tcp."))).toBe(true);
      if (tcp === 20) expect(kept).toHaveLength(21);
    }
  });
});
