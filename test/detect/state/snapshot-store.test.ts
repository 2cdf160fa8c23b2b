import { beforeEach, describe, expect, it } from "vitest";
import type { SnapshotManifest } from "../../../lib/domain/snapshot.ts";
import { ManualClock } from "../../../lib/process/manual-clock.ts";
import { MemoryLog } from "../../../lib/stream/memory.ts";
import type { Log, NewRecord } from "../../../lib/stream/stream.ts";
import { Codec } from "../../../lib/wire/codec.ts";
import { loadSchemas } from "../../../lib/wire/schema.ts";
import { TOPICS } from "../../../lib/wire/topics.ts";
import { LIMITS } from "../../../services/detect/limits.ts";
import { loadSnapshot, snapshotRecords } from "../../../services/detect/state/snapshot-store.ts";

const codec = new Codec(loadSchemas());
const HOST = { stage: "host", partition: 0 } as const;
const SCOPE = { stage: "scope", partition: 0 } as const;

describe("snapshots", () => {
  let log: Log;

  beforeEach(async () => {
    log = new MemoryLog(new ManualClock()).connect();
    await log.ensureTopics([{ ...TOPICS.snapshots, name: "s", partitions: 1 }]);
  });

  it("give back the newest of their own state, of two generations", async () => {
    for (const serial of [1, 2, 3]) await put(recordsOf(HOST, serial));
    await put(recordsOf(SCOPE, 9));
    const { snapshot, tornSerial } = await loadSnapshot(log, codec, "s", HOST);
    expect(snapshot?.manifest.serial).toBe(3);
    expect(snapshot?.bytes).toEqual(bytesOf(3));
    expect(tornSerial).toBeNull();
  });

  it("fall back to the older generation when a piece is missing or wrong, and say so", async () => {
    await put(recordsOf(HOST, 1));
    const [, ...rest] = recordsOf(HOST, 2);
    await put(rest);
    const { snapshot, tornSerial } = await loadSnapshot(log, codec, "s", HOST);
    expect(snapshot?.bytes).toEqual(bytesOf(1));
    expect(tornSerial).toBe(2);
  });

  it("take one without its manifest for one that was never finished", async () => {
    await put(recordsOf(HOST, 1));
    await put(recordsOf(HOST, 2).slice(0, -1));
    const { snapshot, tornSerial } = await loadSnapshot(log, codec, "s", HOST);
    expect(snapshot?.manifest.serial).toBe(1);
    expect(tornSerial).toBeNull();
  });

  it("are found far behind the end of the topic too", async () => {
    await put(recordsOf(HOST, 1));
    for (let serial = 1; serial < LIMITS.snapshotSearchRecords; serial++) {
      await put(recordsOf(SCOPE, serial));
    }
    expect((await loadSnapshot(log, codec, "s", HOST)).snapshot?.bytes).toEqual(bytesOf(1));
  });

  it("are none where none is whole", async () => {
    expect(await loadSnapshot(log, codec, "s", HOST)).toEqual({ snapshot: null, tornSerial: null });
    await put(recordsOf(HOST, 1).slice(1));
    expect(await loadSnapshot(log, codec, "s", HOST)).toEqual({ snapshot: null, tornSerial: 1 });
  });

  async function put(records: readonly NewRecord[]): Promise<void> {
    await log.append("s", 0, records);
  }
});

function bytesOf(serial: number): Uint8Array {
  return new Uint8Array(LIMITS.snapshotChunkBytes + 7).fill(serial);
}

function recordsOf(name: typeof HOST | typeof SCOPE, serial: number): NewRecord[] {
  const manifest: Omit<SnapshotManifest, "generation" | "chunks" | "totalBytes" | "crc32"> = {
    ...name,
    serial,
    layout: 1,
    logTimeMs: serial,
    configHash: "",
    positions: [{ topic: "observations", partition: 0, nextOffset: serial }],
  };
  return snapshotRecords(codec, bytesOf(serial), manifest);
}
