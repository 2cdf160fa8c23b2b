import { crc32 } from "node:zlib";
import type { SnapshotChunk, SnapshotManifest } from "../../../lib/domain/snapshot.ts";
import type { Log, NewRecord } from "../../../lib/stream/stream.ts";
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

/** The newest snapshot of which every piece is there and adds up; null when there is none. */
export async function loadSnapshot(
  log: Log,
  codec: Codec,
  topic: string,
  name: StateName,
): Promise<Snapshot | null> {
  const manifests: SnapshotManifest[] = [];
  const chunks = new Map<string, SnapshotChunk>();
  for (const { partition, startOffset, endOffset } of await log.offsets(topic)) {
    let offset = startOffset;
    while (offset < endOffset) {
      const slice = await log.read({ topic, partition, offset }, LIMITS.snapshotReadBytes);
      for (const { value } of slice.records) {
        if (value !== null) keep(codec, value, name, manifests, chunks);
      }
      if (slice.nextOffset === offset) break;
      offset = slice.nextOffset;
    }
  }
  for (const manifest of manifests.toSorted((a, b) => b.serial - a.serial)) {
    const bytes = joined(manifest, chunks);
    if (bytes !== null) return { manifest, bytes };
  }
  return null;
}

function keep(
  codec: Codec,
  value: Uint8Array,
  name: StateName,
  manifests: SnapshotManifest[],
  chunks: Map<string, SnapshotChunk>,
): void {
  const message = decodeMessage(codec, value, ["snapshot-chunk", "snapshot-manifest"]);
  if (!message.ok) return;
  const piece = message.value;
  if (piece.stage !== name.stage || piece.partition !== name.partition) return;
  if (message.name === "snapshot-manifest") manifests.push(message.value);
  else chunks.set(`${piece.serial}/${message.value.chunk}`, message.value);
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
