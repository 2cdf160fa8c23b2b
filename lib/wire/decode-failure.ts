/**
 * Why bytes are no message. Every reason is a metric label and a code in `rejected`: a closed set.
 */
export const DECODE_REASONS = [
  /** The record, or what decoding it would allocate, is beyond the limit. */
  "too_large",
  /** Neither framing: text, JSON, or nothing at all. */
  "not_avro",
  /** A fingerprint or schema id that nobody has released. */
  "unknown_schema",
  /** The registry did not answer. The only reason that waiting can cure: pause, do not reject. */
  "schema_unavailable",
  /** A registered schema that a small record could abuse. */
  "unsafe_schema",
  /** A registered schema of our name that ours cannot read. */
  "incompatible_schema",
  /** One of ours, on a topic where it does not belong. */
  "unexpected_message",
  "truncated",
  "trailing_data",
  /** Bytes that the schema, or the meaning of a field, rules out. */
  "bad_value",
] as const;
export type DecodeReason = (typeof DECODE_REASONS)[number];

export interface DecodeFailure {
  readonly ok: false;
  readonly reason: DecodeReason;
  /** For people; may quote the input's own names, never its contents. */
  readonly detail: string;
}

export function failure(reason: DecodeReason, detail: string): DecodeFailure {
  return { ok: false, reason, detail };
}
