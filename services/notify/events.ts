import type { Delivery } from "../../lib/domain/delivery.ts";
import type { DeliveryFault } from "./core/answer.ts";
import type { SkipReason } from "./core/decision.ts";

/** What happens here and what somebody counts, logs or raises. None may throw. */
export interface NotifyEvents {
  /** `tookMs` from the first attempt at this revision. */
  delivered(delivery: Delivery, tookMs: number): void;
  deliveryRetried(delivery: Delivery, reason: DeliveryFault, waitMs: number): void;
  /** Given up: it waits in the ledger until it is sent by hand. */
  deliveryDead(delivery: Delivery, reason: DeliveryFault): void;
  suppressed(sink: string, reason: SkipReason): void;
  /** How much waits for a sink. */
  pending(sink: string, revisions: number): void;
  /** Its target is gone (410); it gets nothing more until somebody looks after it. */
  sinkDisabled(sink: string): void;
  /** A record that nobody can read was passed over; it stays in the log. */
  unreadable(topic: string, partition: number, offset: number, reason: string): void;
}

/** The two loops of this service, as they are named in metrics. */
export type NotifyStage = "notify" | "history";

/** What happens between this service and the log. */
export interface LogEvents {
  appendRetried(stage: NotifyStage, cause: unknown, attempt: number): void;
  /** Records that left by retention before they were read. */
  recordsLost(
    stage: NotifyStage,
    gap: { topic: string; partition: number; fromOffset: number; toOffset: number },
  ): void;
}

export interface Events {
  readonly notify: NotifyEvents;
  readonly stream: LogEvents;
}
