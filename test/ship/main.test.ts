import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import type { LineBatch } from "../../lib/domain/line-batch.ts";
import { wallClock } from "../../lib/process/clock.ts";
import { Progress } from "../../lib/process/progress.ts";
import { MemoryLog } from "../../lib/stream/memory.ts";
import { partitionOf } from "../../lib/stream/partition.ts";
import { StreamError } from "../../lib/stream/stream-error.ts";
import type { NewRecord } from "../../lib/stream/stream.ts";
import { SHIP_METRICS } from "../../lib/telemetry/events/ship.ts";
import { Recorder } from "../../lib/telemetry/recorder.ts";
import { encodeMessage } from "../../lib/wire/message.ts";
import { createShip } from "../../services/ship/main.ts";
import type { SpoolLog } from "../../services/ship/spool.ts";
import type { Upstream } from "../../services/ship/upstream.ts";
import { codec } from "../ingest/listen/listen-world.ts";

const PARTITIONS = 3;
const MIB = 1_048_576;

function lineRecord(host: string | null, line: string): NewRecord {
  const segment = { lines: 1, arrivalMs: 0, peer: null, trust: "connected" } as const;
  const batch: LineBatch = {
    input: "kmsg",
    realm: "",
    host,
    shipper: "tidegauge test",
    segments: [segment],
    bytes: Buffer.from(`${line}\n`),
  };
  const value = encodeMessage(codec, "line-batch", batch);
  return { key: host === null ? null : `/${host}`, value };
}

/** A destination that the test takes away and brings back. */
class Far implements Upstream {
  readonly name = "far";
  /** What it has, by partition. */
  readonly records: NewRecord[][] = Array.from({ length: PARTITIONS }, () => []);
  isAway = false;
  /** Partitions without a leader. */
  readonly leaderless = new Set<number>();
  /** Takes what it is sent and does not answer. */
  isSilent = false;
  isClosed = false;

  async partitions(): Promise<number> {
    if (this.isAway) throw new StreamError("broker_unreachable", "far is away");
    return PARTITIONS;
  }

  async append(_topic: string, partition: number, records: readonly NewRecord[]): Promise<void> {
    if (this.isAway || this.leaderless.has(partition)) {
      throw new StreamError("broker_unreachable", "far is away");
    }
    this.records[partition]!.push(...records);
    if (this.isSilent) await new Promise(() => {});
  }

  close(): void {
    this.isClosed = true;
  }

  get lines(): string[] {
    return this.records.flat().map((record) => lineOf(record));
  }
}

function lineOf({ value }: NewRecord): string {
  const text = Buffer.from(value!).toString("latin1");
  return text.slice(text.lastIndexOf("line "), -1);
}

function spoolLog(bytes: number): { memory: MemoryLog; log: SpoolLog } {
  const memory = new MemoryLog(wallClock);
  memory.ensure({
    name: "lines",
    partitions: 1,
    recordBytesMax: MIB,
    cleanup: { policy: "delete", retentionMs: null, compactAfterMs: 0 },
    retentionBytes: bytes,
  });
  const log = memory.connect();
  return {
    memory,
    log: Object.assign(log, { clean: async () => memory.clean() }),
  };
}

function world(far: Far, bytes = 64 * MIB, spool = spoolLog(bytes)) {
  const told = new Recorder();
  const progress = new Progress();
  const ship = createShip({
    log: spool.log,
    topics: ["lines"],
    path: (topic) => `tidegauge.${topic}`,
    bytes,
    upstream: far,
    codec,
    clock: wallClock,
    events: told.events.ship,
    attempts: progress.source("far"),
    observe: () => ({ retrying: (_error, attempt) => void retries.push(attempt) }),
  });
  const deaths: unknown[] = [];
  const retries: number[] = [];
  const context = {
    died: (reason: unknown) => void deaths.push(reason),
    stopping: new AbortController().signal,
  };
  return {
    ...ship,
    told,
    deaths,
    retries,
    spooled: spool,
    start: () => ship.forward.start(context),
  };
}

const sentLines = (told: Recorder) =>
  told.counted(SHIP_METRICS.lines, { topic: "tidegauge.lines" });

describe("from the spool to the destination", () => {
  test("each record goes to the partition of its key, in the order of the spool", async () => {
    const key = fc.constantFrom("fra1-a", "fra1-b", "fra1-c", "ber1-d", null);
    await fc.assert(
      fc.asyncProperty(fc.array(key, { minLength: 1, maxLength: 40 }), async (hosts) => {
        const far = new Far();
        const { spool, forward, start, told } = world(far);
        await start();
        for (const [index, host] of hosts.entries()) {
          await spool.append("lines", 0, [lineRecord(host, `line ${index}`)]);
        }
        await vi.waitFor(() => expect(sentLines(told)).toBe(hosts.length));
        await forward.stop();
        for (const [partition, records] of far.records.entries()) {
          for (const { key } of records) {
            if (key !== null) expect(partitionOf(key, PARTITIONS)).toBe(partition);
          }
          const numbers = records.map((record) => Number(lineOf(record).slice(5)));
          expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
        }
      }),
      { numRuns: 25 },
    );
  });

  test("what comes while it is away waits, also through a restart, and goes once", async () => {
    const far = new Far();
    far.isAway = true;
    const first = world(far);
    await first.start();
    for (let index = 0; index < 20; index++) {
      await first.spool.append("lines", 0, [lineRecord(`h-${index % 4}`, `line ${index}`)]);
    }
    await first.forward.stop();
    expect(far.lines).toEqual([]);

    const second = world(far, 64 * MIB, first.spooled);
    await second.start();
    far.isAway = false;
    await vi.waitFor(() => expect(sentLines(second.told)).toBe(20), { timeout: 15_000 });
    await second.forward.stop();
    expect(new Set(far.lines).size).toBe(20);
    expect(far.lines).toHaveLength(20);
    expect([...first.deaths, ...second.deaths]).toEqual([]);
  });

  test("a partition without a leader doubles nothing in the others", async () => {
    const far = new Far();
    const { spool, forward, start, told, retries } = world(far);
    const hosts = ["a", "b", "c", "d", "e", "f", "g", "h"];
    const records = hosts.map((host, index) => lineRecord(host, `line ${index}`));
    far.leaderless.add(partitionOf("/a", PARTITIONS));
    await spool.append("lines", 0, records);
    await start();
    const others = records.filter(({ key }) => !far.leaderless.has(partitionOf(key!, PARTITIONS)));
    await vi.waitFor(() => expect(sentLines(told)).toBe(others.length));
    await vi.waitFor(() => expect(retries.length).toBeGreaterThanOrEqual(2));
    far.leaderless.clear();
    await vi.waitFor(() => expect(sentLines(told)).toBe(hosts.length), { timeout: 15_000 });
    await forward.stop();
    expect(far.lines.toSorted()).toEqual(hosts.map((_, index) => `line ${index}`));
  });

  test("a full spool forgets the oldest, says how many, and stays within its bounds", async () => {
    const far = new Far();
    far.isAway = true;
    const bytes = 4 * MIB;
    const { spool, forward, start, told, spooled } = world(far, bytes);
    await start();
    const padding = "x".repeat(32 * 1_024);
    const written = 400;
    for (let index = 0; index < written; index++) {
      await spool.append("lines", 0, [lineRecord("h", `${padding} line ${index}`)]);
    }
    const [range] = await spooled.log.offsets("lines");
    const kept = range!.endOffset - range!.startOffset;
    expect(kept * padding.length).toBeLessThan(bytes + 1.1 * MIB);
    far.isAway = false;
    await vi.waitFor(() => expect(far.lines).toContain(`line ${written - 1}`), { timeout: 15_000 });
    await forward.stop();
    // What was in hand when it overflowed was sent although the spool had forgotten it.
    const lost = told.counted(SHIP_METRICS.overflowed, { topic: "lines" });
    expect(far.lines).toHaveLength(written - lost);
    expect(lost).toBeGreaterThan(0);
    const last = far.lines.slice(-kept);
    expect(last).toEqual(Array.from({ length: kept }, (_, i) => `line ${written - kept + i}`));
  });

  test("a destination that never answers holds up no stop, and is sent it again", async () => {
    const far = new Far();
    far.isSilent = true;
    const first = world(far);
    await first.spool.append("lines", 0, [lineRecord("h", "line 0")]);
    await first.start();
    await vi.waitFor(() => expect(far.lines).toHaveLength(1));
    await first.forward.stop();
    expect(far.isClosed).toBe(true);
    expect(first.deaths).toEqual([]);
    expect(sentLines(first.told)).toBe(0);

    far.isSilent = false;
    const second = world(far, 64 * MIB, first.spooled);
    await second.start();
    await vi.waitFor(() => expect(sentLines(second.told)).toBe(1));
    await second.forward.stop();
    const [before, after] = far.records.flat();
    expect(after).toEqual(before);
  });

  test("a bug ends the process; trouble outside never does", async () => {
    const far = new Far();
    vi.spyOn(far, "append").mockRejectedValueOnce(new TypeError("ours"));
    const { spool, start, deaths } = world(far);
    await spool.append("lines", 0, [lineRecord("h", "line 0")]);
    await start();
    await vi.waitFor(() => expect(deaths).toHaveLength(1));
    expect(far.isClosed).toBe(true);
  });
});
