/**
 * Which partition a key lives in. Ours, so that every adapter and every producer of ours agrees,
 * for ever: state and snapshots belong to partitions. FNV-1a over the UTF-8 bytes of the key (32
 * bit, offset basis 2166136261, prime 16777619), mixed with the finaliser of MurmurHash3 (fmix32)
 * because low bits of FNV-1a are weak, modulo the partition count.
 * Vectors: test/lib/stream/partition.test.ts. It is not Kafka's own murmur2, which other clients
 * use for third-party topics; nothing depends on how those chose.
 */
export function partitionOf(key: string | Uint8Array, partitions: number): number {
  const bytes = typeof key === "string" ? encoder.encode(key) : key;
  return hashBytes(bytes, 0, bytes.length) % partitions;
}

const encoder = new TextEncoder();

/** Unsigned 32 bit. */
export function hashBytes(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ (bytes[i] as number), 0x01000193);
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  hash ^= hash >>> 16;
  return hash >>> 0;
}
