import { isStreamError, StreamError, type StreamErrorCode } from "./stream-error.ts";

/** Protocol errors that say what is wrong, whatever was asked. */
const CODES: Readonly<Record<string, StreamErrorCode>> = {
  TOPIC_AUTHORIZATION_FAILED: "not_permitted",
  GROUP_AUTHORIZATION_FAILED: "not_permitted",
  CLUSTER_AUTHORIZATION_FAILED: "not_permitted",
  SASL_AUTHENTICATION_FAILED: "login_refused",
  UNSUPPORTED_SASL_MECHANISM: "login_refused",
  ILLEGAL_SASL_STATE: "login_refused",
  MESSAGE_TOO_LARGE: "record_too_large",
  RECORD_LIST_TOO_LARGE: "record_too_large",
  UNKNOWN_TOPIC_OR_PARTITION: "topic_unknown",
  UNKNOWN_MEMBER_ID: "fenced",
  ILLEGAL_GENERATION: "fenced",
  REBALANCE_IN_PROGRESS: "fenced",
  FENCED_INSTANCE_ID: "fenced",
  // Between two leaders or two coordinators: it passes.
  LEADER_NOT_AVAILABLE: "broker_unreachable",
  NOT_LEADER_FOR_PARTITION: "broker_unreachable",
  NOT_COORDINATOR_FOR_GROUP: "broker_unreachable",
  GROUP_COORDINATOR_NOT_AVAILABLE: "broker_unreachable",
  GROUP_LOAD_IN_PROGRESS: "broker_unreachable",
  BROKER_NOT_AVAILABLE: "broker_unreachable",
  REQUEST_TIMED_OUT: "broker_unreachable",
  NETWORK_EXCEPTION: "broker_unreachable",
};

const UNREACHABLE: ReadonlySet<string> = new Set([
  "KafkaJSConnectionError",
  "KafkaJSConnectionClosedError",
  "KafkaJSRequestTimeoutError",
  "KafkaJSBrokerNotFound",
  "KafkaJSNoBrokerAvailableError",
  "KafkaJSGroupCoordinatorNotFound",
  "KafkaJSMetadataNotLoaded",
  "KafkaJSTopicMetadataNotLoaded",
  "KafkaJSLockTimeout",
]);

interface Told {
  /**
   * For what only the caller can judge: an append that was not answered is not the same as a
   * question that was not.
   */
  readonly otherwise?: StreamErrorCode;
  /** As of StreamError. */
  readonly place?: string | undefined;
}

/** What kafkajs threw as an error of the port. */
export function asStreamError(
  error: unknown,
  what: string,
  { otherwise = "kafka_failed", place }: Told = {},
): StreamError {
  const causes = causesOf(error);
  const own = causes.find((cause) => isStreamError(cause));
  if (own !== undefined) return new StreamError(own.code, own.what, own.cause, place);
  const found = causes.map(codeOf).find((code) => code !== null);
  const reason = causes.at(-1)?.message ?? String(error);
  return new StreamError(found ?? otherwise, `${what}: ${reason}`, error, place);
}

/** kafkajs wraps what it retried; the innermost cause is what happened. */
function causesOf(error: unknown): Error[] {
  const causes: Error[] = [];
  let cause = error;
  while (cause instanceof Error && !causes.includes(cause)) {
    causes.push(cause);
    cause = cause.cause;
  }
  return causes;
}

function codeOf(error: Error): StreamErrorCode | null {
  const { type } = error as { type?: unknown };
  const code = typeof type === "string" ? CODES[type] : undefined;
  if (code !== undefined) return code;
  if (error.name === "KafkaJSSASLAuthenticationError") return "login_refused";
  return UNREACHABLE.has(error.name) ? "broker_unreachable" : null;
}

/** True for what a member hears whose generation is over. */
export function isMembershipOver(error: unknown): boolean {
  return causesOf(error).some((cause) => codeOf(cause) === "fenced");
}
