import type { KafkaMessage } from "kafkajs";

/** Offsets of an answer that hold nothing to be read, [fromOffset, toOffset). */
export interface Hole {
  readonly fromOffset: number;
  readonly toOffset: number;
  /** Null for what is only for brokers, or was compacted away. */
  readonly unreadable: Unreadable | null;
}

/** A record batch that is there and that nobody can unpack. */
export interface Unreadable {
  /** A clause for people. */
  readonly why: string;
  /** As the broker keeps it, with its head. */
  readonly bytes: Uint8Array;
}

/**
 * A message as kafka-answer.ts makes it. One with a hole has the offset that ends it, so that
 * kafkajs, which knows offsets of messages only, moves over it.
 */
export type AnsweredMessage = KafkaMessage & { readonly hole?: Hole };

export function holeOf(message: KafkaMessage): Hole | null {
  return (message as AnsweredMessage).hole ?? null;
}
