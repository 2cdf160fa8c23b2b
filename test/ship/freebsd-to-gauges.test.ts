import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { COUNTED } from "../../lib/domain/counted.ts";
import { type Gauge, GAUGES } from "../../lib/domain/gauge.ts";
import { HostDirectory } from "../../lib/domain/host-directory.ts";
import { utcZone } from "../../lib/domain/zone.ts";
import { CounterStage } from "../../services/detect/host/counter-stage.ts";
import { LineScanner } from "../../services/ingest/line-scanner.ts";
import { isFault } from "../../services/ship/core/host-counters.ts";
import { readLibxoStatistics } from "../../services/ship/core/libxo-statistics.ts";
import { sampleObject } from "../../services/ship/core/sample-object.ts";
import { HOST, SampledHost } from "../support/detect/sampled-host.ts";
import { START_MS } from "./ship-world.ts";

/** Ten seconds of a flood that every gauge must see. */
const RATE = 5_000;
const SECONDS = 10;

const recorded = (name: string) =>
  readFileSync(new URL(`../vectors/counters/${name}-netstat.json`, import.meta.url), "utf8");

type Json = { [key: string]: Json | string | number };

/** What `netstat` prints, and what it prints ten seconds later. */
function printedTwice(text: string): [before: string, after: string] {
  const later = (key: string, value: unknown): unknown => {
    const isCounter =
      typeof value === "number" || (typeof value === "string" && key !== "__version");
    if (!isCounter || !Number.isSafeInteger(Number(value))) return value;
    const sum = Number(value) + RATE * SECONDS;
    return typeof value === "string" ? String(sum) : sum;
  };
  // The old names of the cookies stay in the new shape, and stay as they are.
  const value = JSON.parse(text, later) as { statistics: { tcp: Json; udp?: Json } };
  const { tcp, udp } = value.statistics;
  if (tcp["syncookies"] !== undefined) (tcp["syncache"] as Json)["sent-cookies"] = "0";
  return [text, JSON.stringify({ ...value, statistics: { tcp, udp } })];
}

/** Which gauges become hot, through the line that ship sends and what ingest reads in it. */
function hotGauges(shape: string): Gauge[] {
  const directory = new HostDirectory();
  const context = { referenceMs: START_MS, zone: utcZone, arrivalMs: null };
  const around = { directory, realm: "", originHost: null, origin: "edge", batchFacts: 4 };
  const scanner = new LineScanner({ context, ...around });
  const lines = printedTwice(shape).map((text, index) => {
    const numbers = readLibxoStatistics(text);
    if (isFault(numbers)) throw new Error(numbers);
    const sampledAtMs = START_MS + index * SECONDS * 1_000;
    const taken = {
      sampledAtMs,
      boot: "7f3a",
      uptimeSeconds: 6_000 + index * SECONDS,
      posture: [],
    };
    const object = sampleObject("fra1-fw-001", "freebsd", { ...taken, ...numbers });
    return `tidegauge: ${JSON.stringify(object)}\n`;
  });
  const bytes = Buffer.from(lines.join(""));
  scanner.scan(bytes, 0, bytes.length, true);
  const { batch } = scanner;
  expect(batch.length).toBe(2);
  const host = new SampledHost();
  new CounterStage(host).fold(batch, 0, batch.length, () => HOST);
  for (const { offered } of host.hot.values()) expect(offered).toBe(RATE);
  return COUNTED.map(({ gauge }) => gauge).filter((gauge) => host.hotSeconds(gauge).length > 0);
}

describe("netstat of FreeBSD, from what it prints to what is hot", () => {
  const all = COUNTED.filter(({ names }) => names.some(({ os }) => os === "freebsd"));
  const gauges = all.map(({ gauge }) => gauge);

  it("moves every gauge but resets sent, which it does not count", () => {
    expect(gauges).not.toContain("resets_sent");
    expect(GAUGES).toEqual(expect.arrayContaining(gauges));
    expect(hotGauges(recorded("freebsd-11"))).toEqual(gauges);
    expect(hotGauges(recorded("freebsd-14"))).toEqual(gauges);
  });

  it("moves them without the groups that 14 brought", () => {
    const { statistics } = JSON.parse(recorded("freebsd-14")) as {
      statistics: { [key: string]: Json };
    };
    delete statistics["ip6"];
    delete statistics["tcp"]!["tw"];
    expect(hotGauges(JSON.stringify({ __version: "2", statistics }))).toEqual(gauges);
  });

  it("moves the cookies by their new name, beside an old one that stays 0", () => {
    expect(hotGauges(recorded("opnsense-26.7"))).toEqual(
      // That shape is of TCP alone.
      gauges.filter((gauge) => gauge !== "udp_refused"),
    );
  });
});
