import { describe, expect, it, vi } from "vitest";
import type { NamedNumber, SampleBatch } from "../../lib/domain/sample-batch.ts";
import { ManualClock } from "../../lib/process/manual-clock.ts";
import { StreamError } from "../../lib/stream/stream-error.ts";
import type { NewRecord } from "../../lib/stream/stream.ts";
import { SHIP_MESSAGES, SHIP_METRICS } from "../../lib/telemetry/events/ship.ts";
import { Recorder } from "../../lib/telemetry/recorder.ts";
import { decodeMessage } from "../../lib/wire/message.ts";
import type { CounterReader, CounterReading } from "../../services/ship/counter-reader.ts";
import { SampleSource } from "../../services/ship/sample-source.ts";
import { SampleWriter } from "../../services/ship/sample-writer.ts";
import { codec } from "../ingest/listen/listen-world.ts";
import { START_MS } from "./ship-world.ts";

const HOUR_MS = 3_600_000;

/** A host whose counter is how often it was read. */
class CountingReader implements CounterReader {
  readonly os = "linux";
  reads = 0;
  settings: readonly NamedNumber[] = [{ name: "net.ipv4.tcp_syncookies", value: 1 }];
  next: (() => Awaited<ReturnType<CounterReader["read"]>>) | null = null;

  async read(): ReturnType<CounterReader["read"]> {
    this.reads += 1;
    return this.next === null ? this.#reading() : this.next();
  }

  async posture(): Promise<readonly NamedNumber[]> {
    return this.settings;
  }

  #reading(): CounterReading {
    const counters = [{ name: "Tcp.OutRsts", value: this.reads }];
    return { boot: "8c1f", uptimeSeconds: 1, numbers: { counters, gauges: [] } };
  }
}

function sampling(packWithinMs = 0, intervalMs = 1_000) {
  const clock = new ManualClock(START_MS);
  const told = new Recorder();
  const reader = new CountingReader();
  const batches: SampleBatch[] = [];
  const keys: (string | null)[] = [];
  const deaths: unknown[] = [];
  const log = {
    isFull: false,
    async append(_topic: string, _partition: number, records: readonly NewRecord[]) {
      if (log.isFull) throw new StreamError("disk_full", "no space left");
      for (const { key, value } of records) {
        const message = decodeMessage(codec, value!, ["sample-batch"]);
        if (message.ok) batches.push(message.value);
        keys.push(key);
      }
      return { firstOffset: 0, arrivalMs: 0 };
    },
  };
  const around = { codec, clock, events: told.events.ship, log, topic: "samples" };
  const identity = { input: "counters", realm: "", host: "fra1-web-001", os: "linux" };
  const writer = new SampleWriter({ ...around, ...identity, shipper: "test", packWithinMs });
  const source = new SampleSource({ ...around, name: "counters", reader, writer, intervalMs });
  source.start({
    died: (reason) => void deaths.push(reason),
    stopping: new AbortController().signal,
  });
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  const pass = async (seconds: number) => {
    for (let second = 0; second < seconds; second++) {
      clock.advance(1_000);
      await settle();
      await settle();
    }
  };
  const samples = () => batches.flatMap((batch) => batch.samples);
  return { clock, told, reader, batches, keys, deaths, log, source, pass, settle, samples };
}

describe("samples of this machine", () => {
  it("come each interval, keyed by host, with what they were read at", async () => {
    const { source, pass, settle, samples, batches, keys } = sampling();
    await settle();
    await pass(3);
    await source.stop();
    expect(samples().map(({ sampledAtMs }) => sampledAtMs - START_MS)).toEqual([
      0, 1_000, 2_000, 3_000,
    ]);
    expect(samples().map(({ counters }) => counters[0]?.value)).toEqual([1, 2, 3, 4]);
    expect(batches[0]).toMatchObject({ host: "fra1-web-001", os: "linux", trust: "connected" });
    expect(new Set(keys)).toEqual(new Set(["/fra1-web-001"]));
  });

  it("share a record as long as they may wait, and none is left behind at the end", async () => {
    const { source, pass, settle, batches } = sampling(4_000);
    await settle();
    await pass(6);
    await source.stop();
    expect(batches.map(({ samples }) => samples.length)).toEqual([5, 2]);
  });

  it("say their settings at first, when they changed, and each hour", async () => {
    const { clock, reader, source, settle, samples } = sampling(0, 60_000);
    await settle();
    const minutes = async (count: number) => {
      for (let minute = 0; minute < count; minute++) {
        clock.advance(60_000);
        await settle();
        await settle();
      }
    };
    await minutes(10);
    reader.settings = [{ name: "net.ipv4.tcp_syncookies", value: 0 }];
    await minutes(80);
    await source.stop();
    const said = samples().filter(({ posture }) => posture.length > 0);
    expect(said.map(({ sampledAtMs }) => (sampledAtMs - START_MS) / 60_000)).toEqual([0, 11, 71]);
    expect(said.map(({ posture }) => posture[0]?.value)).toEqual([1, 0, 0]);
    expect(samples().at(-1)!.sampledAtMs - START_MS).toBeGreaterThan(HOUR_MS);
  });

  it("go on after trouble, which is told once; half a file, a new shape: rejects", async () => {
    const { reader, source, told, pass, settle, samples, deaths } = sampling();
    await settle();
    reader.next = () => {
      throw Object.assign(new Error("EACCES"), { code: "EACCES" });
    };
    await pass(3);
    reader.next = () => "cut_short";
    await pass(2);
    reader.next = () => "unknown_shape";
    await pass(1);
    reader.next = null;
    await pass(1);
    await source.stop();
    expect(told.saw(SHIP_MESSAGES.countersUnread)).toHaveLength(1);
    const rejected = (reason: string) =>
      told.counted(SHIP_METRICS.samplesRejected, { source: "counters", reason });
    expect(rejected("cut_short")).toBe(2);
    expect(rejected("unknown_shape")).toBe(1);
    expect(samples()).toHaveLength(2);
    expect(deaths).toEqual([]);
  });

  it("that the spool does not take are told, and the next one goes", async () => {
    const { log, source, told, pass, settle, samples } = sampling();
    log.isFull = true;
    await settle();
    await pass(1);
    log.isFull = false;
    await pass(1);
    await source.stop();
    expect(told.counted(SHIP_METRICS.samplesLost)).toBe(2);
    expect(samples()).toHaveLength(1);
  });

  it("are not caught up on after the machine slept", async () => {
    const { clock, reader, source, settle, pass } = sampling();
    await settle();
    clock.advance(3_600_000);
    await settle();
    await settle();
    await pass(2);
    await source.stop();
    expect(reader.reads).toBe(4);
  });

  it("a bug of ours ends the process", async () => {
    const { reader, source, deaths, pass, settle } = sampling();
    await settle();
    reader.next = () => {
      throw new TypeError("ours");
    };
    await pass(1);
    await vi.waitFor(() => expect(deaths).toHaveLength(1));
    await source.stop();
  });
});
