import type { NewRecord } from "../../lib/stream/stream.ts";

/** Where what is spooled goes: a cluster, or a syslog server. It may be away for hours. */
export interface Upstream {
  /** For the log: `kafka`, or the server's address. */
  readonly name: string;
  /** How many partitions a topic has there; throws while nobody can tell. */
  partitions(topic: string): Promise<number>;
  /** Resolves when the records are there; what it throws may be tried again. */
  append(topic: string, partition: number, records: readonly NewRecord[]): Promise<void>;
  /** Ends what is under way. Does not wait for an answer that may never come. */
  close(): void;
}
