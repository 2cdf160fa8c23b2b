/**
 * The one port to the log. What every adapter promises, held by test/contract/stream.ts:
 *
 * 1. An append is all there or not at all; its records have consecutive offsets and one stamp.
 * 2. When append resolves, the records survive the death of the process (embedded: of the machine).
 * 3. When it rejects with `append_unknown` they may be there: trying again may double them.
 * 4. Within a partition records are read in the order of their offsets, which is the order in which
 *    appends were called, and never change. Between partitions there is no order.
 * 5. A stamp is the log's own clock at the append. It may step back with it; offsets do not.
 * 6. In a group each partition has at most one holder. A consumer gets no record of a partition
 *    before `assigned` names it or after `revoked` does, and a commit for one it does not hold is
 *    refused with `fenced`. A commit survives like an append.
 * 7. Records leave a partition at its start by retention, and a consumer that stood before that
 *    start gets a `gap`, never a silent jump; or anywhere by compaction, which keeps the latest
 *    record of each key. Offsets stay as they are. A batch that nobody can unpack is a `gap` too;
 *    read() refuses it with `batch_unreadable`.
 * 8. Nothing is read ahead of next(), and what waits to be written is bounded: append waits, then
 *    refuses with `log_busy`.
 * 9. Every error is a StreamError (stream-error.ts) with a stable code and a remedy.
 *
 * Apache Kafka cannot give all of it in the same way (kafka.ts), and there it means:
 *
 * - 1: an append above KAFKA_BATCH_BYTES becomes several batches: each is all there or not at all,
 *   and those of other writers may come between. An append to a compacted topic may be in the log
 *   twice after a leader died: the latest of a key counts.
 * - 2: "survive" is Kafka's acks=all: every replica in sync has it, at least min.insync.replicas.
 * - 6: a rebalance waits for the records at hand and for open work for KAFKA_REBALANCE_MS; then, or
 *   when the member was silent for KAFKA_SESSION_MS, it goes on without it, and its commits are
 *   `fenced`. It does not wait for the work on another event (`assigned`, `idle`, `gap`).
 * - 7: retention and compaction go by the brokers' clock and settings. ensureTopics() creates and
 *   compares, and changes nothing that is there.
 * - 8: one answer of the brokers is read ahead, at most KAFKA_FETCH_BYTES_MAX from each.
 */
import type { Topic, TopicCleanup } from "../wire/topics.ts";

/** A row of lib/wire/topics.ts with the name that the log knows it by. */
export interface TopicSpec extends Pick<Topic, "partitions" | "recordBytesMax"> {
  readonly name: string;
  readonly cleanup: TopicCleanup;
  /** Per partition; the oldest goes first. Absent is without end. */
  readonly retentionBytes?: number;
  /** Processes that run no services may append too (`controls`). */
  readonly openToGuests?: boolean;
}

export interface NewRecord {
  /** Compacted topics keep the latest record per key and refuse records without one. */
  readonly key: string | null;
  /** Null forgets the key in a compacted topic. */
  readonly value: Uint8Array | null;
  readonly headers?: Headers;
}

export type Headers = Readonly<Record<string, string>>;

export interface LogRecord {
  readonly offset: number;
  /** Milliseconds since 1970 UTC, given by the log. */
  readonly arrivalMs: number;
  readonly key: string | null;
  readonly value: Uint8Array | null;
  readonly headers: Headers;
}

export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/** `offset` is the next one to read: everything before it is done. */
export interface Position extends TopicPartition {
  readonly offset: number;
}

export interface Appended {
  readonly firstOffset: number;
  readonly arrivalMs: number;
}

export interface OffsetRange extends TopicPartition {
  /** The first offset that retention has left; equal to `endOffset` when the partition is empty. */
  readonly startOffset: number;
  /** The offset that the next record will get. */
  readonly endOffset: number;
}

export interface Slice extends OffsetRange {
  readonly records: readonly LogRecord[];
  /** Where to read on. */
  readonly nextOffset: number;
}

export interface JoinOptions {
  readonly group: string;
  readonly topics: readonly string[];
  /** Where a partition starts that the group has never committed; default `start`. */
  readonly from?: "start" | "end";
  /** A `records` event holds about this much; one record may be more. Default 1 MiB. */
  readonly batchBytes?: number;
  /** next() gives `idle` after so long without anything; absent waits without end. */
  readonly idleAfterMs?: number;
}

export interface RecordsEvent extends TopicPartition {
  readonly type: "records";
  /** None where all that stood there was compacted away, or was for brokers only. */
  readonly records: readonly LogRecord[];
  readonly nextOffset: number;
  /** End of the partition when this was read: `nextOffset` when the reader has caught up. */
  readonly endOffset: number;
}

/** Records in [fromOffset, toOffset) went by retention before this group read them. */
export interface GapEvent extends TopicPartition {
  readonly type: "gap";
  readonly fromOffset: number;
  readonly toOffset: number;
  /** Where they did not go, but are one batch that nobody can unpack. */
  readonly unreadable?: UnreadableBatch;
}

/** Packed by a codec that is not there, to more than any log is, or damaged. */
export interface UnreadableBatch {
  /** A clause for people. */
  readonly why: string;
  readonly bytes: Uint8Array;
}

export type ConsumerEvent =
  | { readonly type: "assigned"; readonly partitions: readonly TopicPartition[] }
  | { readonly type: "revoked"; readonly partitions: readonly TopicPartition[] }
  | { readonly type: "idle" }
  | { readonly type: "closed" }
  | RecordsEvent
  | GapEvent;

export interface Consumer {
  /**
   * The next thing that happens. Calling it says that the last one is dealt with, so a rebalance
   * waits for it; and for `open`, work on earlier ones that is still under way, where there is any.
   * `open` must not reject. One call at a time.
   */
  next(open?: Promise<void> | null): Promise<ConsumerEvent>;
  /** Reads on from here instead; the partition must be held. */
  seek(position: Position): void;
  commit(positions: readonly Position[]): Promise<void>;
  /** Leaves the group; a waiting next() gives `closed`, as does every later one. */
  close(): Promise<void>;
}

export interface Log {
  /**
   * Creates what is missing and updates cleanup; another partition count is `topic_mismatch`. On
   * Kafka another cleanup policy or timestamp type is that too: they are for people to change.
   */
  ensureTopics(topics: readonly TopicSpec[]): Promise<void>;
  append(topic: string, partition: number, records: readonly NewRecord[]): Promise<Appended>;
  /** Outside any group. Starts at the partition's start when `offset` lies before it. */
  read(from: Position, maxBytes: number): Promise<Slice>;
  /** One per partition, in order. */
  offsets(topic: string): Promise<readonly OffsetRange[]>;
  /** What a group has committed; partitions it never committed are absent. */
  committed(group: string, topic: string): Promise<readonly Position[]>;
  join(options: JoinOptions): Promise<Consumer>;
  /** Waits for what is being appended, ends all consumers, and releases everything. */
  close(): Promise<void>;
}
