/** Every ceiling of ingest beside those of reading a line (core/limits.ts), each with its reason. */
export const LIMITS = {
  /** A kernel writes at most 1 KiB a line; 8 KiB leaves room for every envelope around it. */
  lineBytesMax: 8 * 1024,
  /** A batch of events in one JSON line: Kafka's usual record limit. */
  jsonLineBytesMax: 1024 * 1024,
  /** Facts handed over at once: enough to spread the cost of a call, few enough to stay in cache. */
  batchFacts: 4_096,
} as const;
