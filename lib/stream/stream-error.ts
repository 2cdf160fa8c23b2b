import { EXIT_CODES } from "../process/exit-code.ts";

/** Some depend on where the configuration names the cluster. */
type Remedy = string | ((place: string) => string);

/** The cluster that holds the log of the pipeline. */
const OWN_CLUSTER = "stream.kafka";

/** Everything that can go wrong with the log, with what to do. Codes are stable. */
export const STREAM_ERRORS = {
  topic_unknown: [false, "create it with `tidegauge topics apply`, or start the services once"],
  topic_mismatch: [
    false,
    "the partition count of a topic is fixed; start with an empty log, or another stream.prefix",
  ],
  partition_unknown: [false, "choose partitions with partitionOf() and the topic's own count"],
  offset_unknown: [false, "the log is older than the position; was it restored or deleted?"],
  record_too_large: [false, "split it, or raise the limit of the topic"],
  batch_empty: [false, "append at least one record"],
  key_missing: [false, "records of a compacted topic need a key"],
  log_busy: [true, "the disk is slower than the input; append less at a time, or wait"],
  append_unknown: [true, "append again; readers tolerate a doubled record"],
  broker_unreachable: [
    true,
    (place) => `check \`brokers\` of ${place} and the network; nothing was written`,
  ],
  not_permitted: [
    false,
    "give this user the rights to its topics and groups (those under stream.prefix)",
  ],
  login_refused: [false, (place) => `check \`sasl\` and \`tls\` of ${place}`],
  batch_unreadable: [false, "skip it: commit an offset behind it, and see who wrote it"],
  kafka_failed: [false, "see the broker's log; restart when it is mended"],
  fenced: [false, "another consumer holds the partition now; go on with next()"],
  closed: [false, "open the log again"],
  log_owned: [false, "stop that process, or give this one a log of its own (stream.path)"],
  not_owner: [false, "only the process that runs the services may do this"],
  log_unreadable: [false, "check that the folder exists and that this user may read it"],
  log_version: [false, "the log was written by a newer version; run that one"],
  log_damaged: [false, "check the disk, then restore the log or start with an empty one"],
  log_failed: [false, "restart; what was acknowledged is there"],
  disk_full: [true, "free some space on that disk; appends go on by themselves"],
  disk_failed: [false, "check the disk and the kernel's log, then restart"],
} as const satisfies Record<string, readonly [retriable: boolean, remedy: Remedy]>;

export type StreamErrorCode = keyof typeof STREAM_ERRORS;

export class StreamError extends Error {
  override readonly name = "StreamError";
  readonly code: StreamErrorCode;
  /** The same call may succeed later. */
  readonly retriable: boolean;
  readonly what: string;
  readonly remedy: string;

  /**
   * `what` is a clause without a full stop: "topic lines has no partition 7"; `place` is where
   * the configuration names the one that was spoken to.
   */
  constructor(code: StreamErrorCode, what: string, cause?: unknown, place = OWN_CLUSTER) {
    const [retriable, advice] = STREAM_ERRORS[code];
    const remedy = typeof advice === "string" ? advice : advice(place);
    super(`${what}: ${remedy}`, cause === undefined ? undefined : { cause });
    this.code = code;
    this.retriable = retriable;
    this.what = what;
    this.remedy = remedy;
  }

  /** A process that was set up wrong must not be started again; null is by `retriable`. */
  get exitCode(): number | null {
    return this.code === "topic_mismatch" ? EXIT_CODES.configuration : null;
  }
}

export function isStreamError(error: unknown, code?: StreamErrorCode): error is StreamError {
  return error instanceof StreamError && (code === undefined || error.code === code);
}
