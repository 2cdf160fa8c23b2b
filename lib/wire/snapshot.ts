import type { SnapshotChunk, SnapshotManifest } from "../domain/snapshot.ts";
import type { Mapping } from "./wire-value.ts";
import { atLeast, bytesToWire, timeMsFromWire } from "./wire-value.ts";

export const snapshotChunkMapping: Mapping<SnapshotChunk> = {
  toWire: (chunk) => ({ ...chunk, bytes: bytesToWire(chunk.bytes) }),
  fromWire: (wire: SnapshotChunk): SnapshotChunk => ({
    stage: wire.stage,
    partition: atLeast(0, wire.partition, "partition"),
    generation: atLeast(0, wire.generation, "generation"),
    serial: atLeast(0, wire.serial, "serial"),
    chunk: atLeast(0, wire.chunk, "chunk"),
    bytes: wire.bytes,
  }),
};

export const snapshotManifestMapping: Mapping<SnapshotManifest> = {
  toWire: (manifest) => manifest,
  fromWire: (wire: SnapshotManifest): SnapshotManifest => ({
    stage: wire.stage,
    partition: atLeast(0, wire.partition, "partition"),
    generation: atLeast(0, wire.generation, "generation"),
    serial: atLeast(0, wire.serial, "serial"),
    layout: wire.layout,
    chunks: atLeast(0, wire.chunks, "chunks"),
    totalBytes: atLeast(0, wire.totalBytes, "totalBytes"),
    crc32: atLeast(0, wire.crc32, "crc32"),
    logTimeMs: timeMsFromWire(wire.logTimeMs),
    configHash: wire.configHash,
    positions: wire.positions.map(({ topic, partition, nextOffset }) => ({
      topic,
      partition: atLeast(0, partition, "partition"),
      nextOffset: atLeast(0, nextOffset, "nextOffset"),
    })),
  }),
};
