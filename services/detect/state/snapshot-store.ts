import { crc32 } from "node:zlib";
import type { SnapshotChunk, SnapshotManifest } from "../../../lib/domain/snapshot.ts";
import { readRange } from "../../../lib/stream/read-range.ts";
import type { Log, NewRecord, OffsetRange } from "../../../lib/stream/stream.ts";
import type { Codec } from "../../../lib/wire/codec.ts";
import { decodeMessage, encodeMessage } from "../../../lib/wire/message.ts";
import { snapshotRecordKey } from "../../../lib/wire/record-key.ts";
import { LIMITS } from "../limits.ts";

export interface Snapshot {
  readonly manifest: SnapshotManifest;
  readonly bytes: Uint8Array;
}

/** Which state: a stage and the partition it folds. */
export interface StateName {
  readonly stage: "host" | "scope";
  readonly partition: number;
}

/** The records of a snapshot: its chunks, and the manifest last. Two generations alternate. */
export function snapshotRecords(
  codec: Codec,
  bytes: Uint8Array,
  manifest: Omit<SnapshotManifest, "generation" | "chunks" | "totalBytes" | "crc32">,
): NewRecord[] {
  const generation = manifest.serial % 2;
  const { stage, partition, serial } = manifest;
  const chunks: SnapshotChunk[] = [];
  for (let at = 0; at < bytes.length; at += LIMITS.snapshotChunkBytes) {
    const part = bytes.subarray(at, at + LIMITS.snapshotChunkBytes);
    const chunk = chunks.length;
    chunks.push({ stage, partition, generation, serial, chunk, bytes: part });
  }
  const whole: SnapshotManifest = {
    ...manifest,
    generation,
    chunks: chunks.length,
    totalBytes: bytes.length,
    crc32: crc32(bytes),
  };
  return [
    ...chunks.map((chunk) => ({
      key: snapshotRecordKey(chunk),
      value: encodeMessage(codec, "snapshot-chunk", chunk),
    })),
    { key: snapshotRecordKey(whole), value: encodeMessage(codec, "snapshot-manifest", whole) },
  ];
}

export interface SnapshotFound {
  /** The newest of which every piece is there and adds up; null when there is none. */
  readonly snapshot: Snapshot | null;
  /** Of a newer one that does not add up; null when there is none. */
  readonly tornSerial: number | null;
}

/**
 * Looks at the end of the topic first, and further back until a whole one is found: what lies
 * before may be many generations that compaction has not come to yet.
 */
export async function loadSnapshot(
  log: Pick<Log, "offsets" | "read">,
  codec: Codec,
  topic: string,
  name: StateName,
): Promise<SnapshotFound> {
  const ranges = await log.offsets(topic);
  const longest = Math.max(0, ...ranges.map((range) => range.endOffset - range.startOffset));
  for (let records: number = LIMITS.snapshotSearchRecords; ; records *= 4) {
    const found = new Generations(codec, name);
    for (const range of ranges) await readTail(log, range, records, found);
    if (found.newest().snapshot !== null || records >= longest) return found.newest();
  }
}

async function readTail(
  log: Pick<Log, "read">,
  range: OffsetRange,
  records: number,
  found: Generations,
): Promise<void> {
  const startOffset = Math.max(range.startOffset, range.endOffset - records);
  const tail = { ...range, startOffset };
  for await (const slice of readRange(log, tail, LIMITS.snapshotReadBytes)) {
    for (const { key, value } of slice.records) found.take(key, value);
  }
}

/**
 * The pieces of one state's snapshots, as they come: the manifest of each behind its chunks. Holds
 * two generations at most.
 */
class Generations {
  readonly #codec: Codec;
  readonly #prefix: string;
  readonly #chunks = new Map<string, SnapshotChunk>();
  #best: Snapshot | null = null;
  #tornSerial = -1;

  constructor(codec: Codec, { stage, partition }: StateName) {
    this.#codec = codec;
    this.#prefix = `${stage}/${partition}/`;
  }

  take(key: string | null, value: Uint8Array | null): void {
    if (value === null || key === null || !key.startsWith(this.#prefix)) return;
    const message = decodeMessage(this.#codec, value, ["snapshot-chunk", "snapshot-manifest"]);
    if (!message.ok) return;
    if (message.name === "snapshot-manifest") return this.#close(message.value);
    const chunk = message.value;
    this.#chunks.set(`${chunk.serial}/${chunk.chunk}`, chunk);
  }

  newest(): SnapshotFound {
    const isTorn = this.#tornSerial > (this.#best?.manifest.serial ?? -1);
    return { snapshot: this.#best, tornSerial: isTorn ? this.#tornSerial : null };
  }

  #close(manifest: SnapshotManifest): void {
    const bytes = joined(manifest, this.#chunks);
    if (bytes === null) this.#tornSerial = Math.max(this.#tornSerial, manifest.serial);
    else if (manifest.serial > (this.#best?.manifest.serial ?? -1))
      this.#best = { manifest, bytes };
    for (const [key, { serial }] of this.#chunks) {
      if (serial <= manifest.serial) this.#chunks.delete(key);
    }
  }
}

function joined(
  manifest: SnapshotManifest,
  chunks: ReadonlyMap<string, SnapshotChunk>,
): Uint8Array | null {
  const bytes = new Uint8Array(manifest.totalBytes);
  let at = 0;
  for (let i = 0; i < manifest.chunks; i++) {
    const chunk = chunks.get(`${manifest.serial}/${i}`);
    if (chunk === undefined || at + chunk.bytes.length > bytes.length) return null;
    bytes.set(chunk.bytes, at);
    at += chunk.bytes.length;
  }
  return at === bytes.length && crc32(bytes) === manifest.crc32 ? bytes : null;
}
