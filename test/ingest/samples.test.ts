import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HostDirectory } from "../../lib/domain/host-directory.ts";
import { COUNT_MODULUS } from "../../lib/domain/named-number.ts";
import type { Sample, SampleBatch } from "../../lib/domain/sample-batch.ts";
import { utcZone } from "../../lib/domain/zone.ts";
import { encodeMessage } from "../../lib/wire/message.ts";
import { LineScanner } from "../../services/ingest/line-scanner.ts";
import { codec, limitLine, LINES, rejectedOf, SAMPLES } from "./listen/listen-world.ts";
import { pipeline, readingsOf, settle, START_MS } from "./samples-world.ts";

const DAY_MS = 86_400_000;

const sample = (more: Partial<Sample> = {}): Sample => ({
  sampledAtMs: START_MS - 1_000,
  boot: "8c1f",
  uptimeSeconds: 60.5,
  counters: [
    { name: "Tcp.OutRsts", value: 6_928 },
    { name: "IpExt.InOctets", value: (2n ** 64n - 1n).toString() },
  ],
  gauges: [{ name: "synRecv", value: 3 }],
  posture: [{ name: "kern.ipc.sooverprio", value: -1 }],
  ...more,
});

const batch = (more: Partial<SampleBatch> = {}): SampleBatch => ({
  input: "counters",
  realm: "",
  host: "fra1-web-001",
  os: "linux",
  shipper: "tidegauge ship test",
  arrivalMs: START_MS,
  peer: null,
  trust: "connected",
  samples: [sample()],
  ...more,
});

const NUMBERS = {
  "counter Tcp.OutRsts": 6_928,
  "counter IpExt.InOctets": COUNT_MODULUS - 1,
  "gauge synRecv": 3,
  "posture kern.ipc.sooverprio": -1,
};

describe("samples to observations", () => {
  it("carries what a host counted, with when, whose boot and who read it", async () => {
    const { put, stop, told } = pipeline();
    put(SAMPLES.topic, encodeMessage(codec, "sample-batch", batch()));
    const [observed] = (await stop()).filter(({ host }) => host.length > 0);
    expect(observed!.hosts).toEqual([{ realm: "", name: "fra1-web-001" }]);
    expect(Array.from(observed!.timeMs)).toEqual([START_MS - 1_000]);
    expect(observed!.origins).toEqual(["samples/0@0"]);
    expect(readingsOf(observed!.readings)).toEqual([
      {
        row: 0,
        boot: "8c1f",
        os: "linux",
        sampler: "counters",
        uptimeSeconds: 60.5,
        numbers: NUMBERS,
      },
    ]);
    expect(told).toMatchObject({ lines: 1, passed: 1 });
    expect(told.of("observationsPublished")).toEqual([["counters", 1]]);
  });

  it("carries those inside lines as well, beside the lines of the same host", async () => {
    const { put, stop } = pipeline();
    const json = {
      type: "sample",
      host: "fra1-web-001",
      time: "2026-11-20T08:30:04.000Z",
      os: "linux",
      boot: "8c1f",
      uptimeSeconds: 60.5,
      counters: { "Tcp.OutRsts": 6_928, "IpExt.InOctets": (2n ** 64n - 1n).toString() },
      gauges: { synRecv: 3 },
      posture: { "kern.ipc.sooverprio": -1 },
    };
    const lines = [limitLine("fra1-web-001"), `tidegauge: ${JSON.stringify(json)}`];
    const segment = { lines: 2, arrivalMs: START_MS, peer: null, trust: "connected" as const };
    const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(""));
    const around = { input: "edge", realm: "", host: null, shipper: "test", segments: [segment] };
    put(LINES.topic, encodeMessage(codec, "line-batch", { ...around, bytes }));
    const [observed] = (await stop()).filter(({ host }) => host.length > 0);
    expect(Array.from(observed!.gauge)).toEqual([0, -1]);
    expect(readingsOf(observed!.readings)).toEqual([
      {
        row: 1,
        boot: "8c1f",
        os: "linux",
        sampler: "edge",
        uptimeSeconds: 60.5,
        numbers: NUMBERS,
      },
    ]);
    // And so does a replay of the same lines.
    const directory = new HostDirectory();
    const scanner = new LineScanner({
      context: { referenceMs: START_MS, zone: utcZone, arrivalMs: null },
      directory,
      realm: "",
      originHost: null,
      origin: "edge",
      batchFacts: 16,
    });
    scanner.scan(bytes, 0, bytes.length, true);
    expect(readingsOf(scanner.batch.readings)).toEqual(readingsOf(observed!.readings));
  });

  it("ticks for the partitions of both topics", async () => {
    const { clock, stop } = pipeline();
    for (let ms = 0; ms < 2_000; ms += 50) {
      await settle();
      clock.advance(50);
    }
    const sources = (await stop()).flatMap(({ ticks }) => ticks.map(({ source }) => source));
    expect(new Set(sources)).toEqual(
      new Set(["lines/0", "lines/1", "lines/2", "samples/0", "samples/1"]),
    );
  });

  it("keeps what is no batch of samples, what is too old, and reads on", async () => {
    const { put, stop, log, told } = pipeline();
    put(SAMPLES.topic, Uint8Array.of(1, 2, 3));
    const old = sample({ sampledAtMs: START_MS - 2 * DAY_MS });
    put(SAMPLES.topic, encodeMessage(codec, "sample-batch", batch({ samples: [old, sample()] })));
    put(SAMPLES.topic, encodeMessage(codec, "sample-batch", batch({ samples: [] })));
    const observed = (await stop()).flatMap(({ readings }) => readingsOf(readings));
    expect(observed).toHaveLength(1);
    expect(rejectedOf(log).map(({ reason, at }) => [reason, at])).toEqual([
      ["not_avro", "samples/0@0#1"],
      ["too_late", "samples/0@1#1"],
    ]);
    expect(told.of("recordRejected")).toEqual([["", "not_avro", "samples/0@0"]]);
  });

  it("refuses a sample that nobody could have read: too many names, or too long ones", async () => {
    const { put, stop, log } = pipeline();
    const named = (count: number, length: number) =>
      Array.from({ length: count }, (_, index) => ({
        name: `${index}`.padEnd(length, "é"),
        value: 1,
      }));
    for (const bad of [
      sample({ counters: named(2_001, 8) }),
      sample({ counters: named(1, 129) }),
      sample({ boot: "b".repeat(129) }),
    ]) {
      put(SAMPLES.topic, encodeMessage(codec, "sample-batch", batch({ samples: [bad] })));
    }
    put(SAMPLES.topic, encodeMessage(codec, "sample-batch", batch({ host: "two words" })));
    // And the most that is believed fits into a record, whoever came before.
    for (const host of ["h1", "h2"]) {
      const samples = [sample({ counters: named(1_000, 128), gauges: [], posture: [] })];
      put(SAMPLES.topic, encodeMessage(codec, "sample-batch", batch({ host, samples })));
    }
    const observed = (await stop()).flatMap(({ readings }) => readingsOf(readings));
    expect(observed).toHaveLength(2);
    expect(rejectedOf(log).map(({ reason }) => reason)).toEqual(Array(4).fill("bad_sample"));
  });

  it("lets the arrival stand for a time that cannot be", async () => {
    const { put, stop } = pipeline();
    const ahead = sample({ sampledAtMs: START_MS + DAY_MS });
    put(SAMPLES.topic, encodeMessage(codec, "sample-batch", batch({ samples: [ahead] })));
    const [observed] = (await stop()).filter(({ host }) => host.length > 0);
    expect(Array.from(observed!.timeMs)).toEqual([START_MS]);
    expect(Array.from(observed!.timeSource)).toEqual([2]);
  });

  it("keeps every record below its limit, however many names come", async () => {
    const names = fc.integer({ min: 1, max: 1_500 });
    await fc.assert(
      fc.asyncProperty(names, fc.integer({ min: 1, max: 12 }), async (count, records) => {
        const { put, stop } = pipeline();
        for (let record = 0; record < records; record++) {
          const counters = Array.from({ length: count }, (_, index) => ({
            name: `tcp.${record}.a-name-of-some-length-${index}`,
            value: 2 ** 51,
          }));
          const samples = [sample({ counters })];
          const host = `h${record}`;
          put(SAMPLES.topic, encodeMessage(codec, "sample-batch", batch({ host, samples })));
        }
        const numbers = (await stop()).map(({ readings }) => readings?.value.length ?? 0);
        expect(numbers.reduce((a, b) => a + b, 0)).toBe(records * (count + 2));
      }),
      { numRuns: 20 },
    );
  });
});
