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

/**
 * One send to Kafka is one record batch, all there or not at all. Brokers refuse one above
 * 1,048,588 bytes unless told otherwise; the difference is for the frames of its records.
 */
export const KAFKA_BATCH_BYTES = 1_000_000;
export const KAFKA_BATCH_FRAME_BYTES = 48_588;

/** How long a send waits for company: less than a round trip, and most of the packing. */
export const KAFKA_LINGER_MS = 2;

/** Records of one send: beyond it the cost of a send no longer shows. */
export const KAFKA_BATCH_RECORDS_MAX = 10_000;

/**
 * kafkajs lets an idempotent producer send one request per broker at a time, so several producers
 * share the partitions: with four a broker is never idle while records wait.
 */
export const KAFKA_PRODUCERS = 4;

/**
 * A leader that dies is replaced within 4 to 11 s; the attempts of one append last three times
 * that, and then the caller is told.
 */
export const KAFKA_RETRY = { initialRetryTime: 100, maxRetryTime: 1_000, retries: 30 } as const;

/**
 * A consumer finds its coordinator again only when it starts anew, after these attempts: it then
 * loses a few seconds when a broker dies, and no more.
 */
export const KAFKA_CONSUMER_RETRY = { ...KAFKA_RETRY, retries: 5 } as const;

export const KAFKA_CONNECT_WITHIN_MS = 3_000;

/** A broker that is paused keeps its connections; longer than any answer takes. */
export const KAFKA_ANSWER_WITHIN_MS = 15_000;

/** A member that is silent for so long has lost its partitions. Brokers take 6 s and more. */
export const KAFKA_SESSION_MS = 10_000;

/** How long a rebalance waits for the event at hand before it goes on without its holder. */
export const KAFKA_REBALANCE_MS = 15_000;

/** A rebalance is noticed within it. */
export const KAFKA_HEARTBEAT_MS = 1_000;

/** How long a broker holds a fetch that finds nothing. */
export const KAFKA_FETCH_WAIT_MS = 250;

/**
 * Of one partition in an answer, as the broker keeps it: log lines unpack to ten times as much.
 * Records of larger answers only grow old before they are read, which costs a quarter more CPU.
 */
export const KAFKA_FETCH_PARTITION_BYTES = 262_144;

/** One answer to a fetch, over all partitions of a broker: what a consumer holds at most. */
export const KAFKA_FETCH_BYTES_MAX = 8 * MIB;

/** How long closing waits for answers: longer than they take, shorter than a stop may. */
export const KAFKA_ANSWERS_WAIT_MS = 3_000;

/** A token that ends during the login would be refused. */
export const OAUTH_RENEW_BEFORE_MS = 30_000;
export const OAUTH_ANSWER_WITHIN_MS = 10_000;

/** A megabyte of equal log lines unpacks to tens of megabytes; more is no log. */
export const KAFKA_UNPACKED_BYTES_MAX = 64 * MIB;

/** Log lines shrink to an eighth or less: what room for unpacking begins with. */
export const UNPACKS_TO = 8;

/** Each costs 300 bytes of memory, however few it has in the batch; producers send 10,000. */
export const KAFKA_BATCH_RECORDS_READ_MAX = 500_000;

/** Headers of a record that are kept; tracing and routing need a handful. */
export const KAFKA_HEADERS_MAX = 64;
