const MIB = 1_048_576;

/** Bytes that wait for the disk before append() waits: a second or two of a slow disk. */
export const PENDING_BYTES_MAX = 64 * MIB;

/** Appends that may wait for room; beyond it something ignores back-pressure and is refused. */
export const PENDING_APPENDS_MAX = 10_000;

/**
 * What one transaction of the embedded log takes: large enough to share a flush, small enough that
 * a full disk refuses little and a commit does not last.
 */
export const COMMIT_BYTES_MAX = 16 * MIB;

/** Fills a `records` event: a few milliseconds of work, so stops and rebalances are quick. */
export const BATCH_BYTES_DEFAULT = MIB;

/**
 * The write-ahead log is copied back into the database at this size, and its file cut to it.
 * Larger is no faster, and appends wait while it is copied: p99 65 ms, against 210 ms with 32 MiB
 * (bench/embedded-log.ts).
 */
export const WAL_BYTES = 8 * MIB;

/** How long a writer waits for another process that is writing. */
export const LOCK_WAIT_MS = 5_000;

/** How often appends of other processes are looked for while a consumer waits. */
export const GUEST_POLL_MS = 200;

/** Retention and compaction run this often; each run is bounded by CLEAN_BATCHES_MAX. */
export const CLEAN_EVERY_MS = 60_000;

/** Batches compacted in one transaction, so that appends wait for a few milliseconds only. */
export const CLEAN_BATCHES_MAX = 256;

/** A forgotten key stays visible as a record without value so long, as in Kafka. */
export const TOMBSTONE_KEPT_MS = 86_400_000;

/** First and longest pause between attempts of a retriable append. */
export const RETRY_FIRST_MS = 100;
export const RETRY_LONGEST_MS = 10_000;
