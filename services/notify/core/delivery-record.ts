import type { Delivery, DeliveryState } from "../../../lib/domain/delivery.ts";
import { deliveryKey } from "./page.ts";
import type { Pending } from "./pending.ts";
import type { Standing } from "./standing.ts";

/** What came of an attempt, or of the decision not to make one. */
export interface Outcome {
  readonly state: DeliveryState;
  readonly atMs: number;
  readonly nextAttemptAtMs: number | null;
  readonly httpStatus: number | null;
  readonly detail: string | null;
  /** The key under which it went: its own, or a digest's. */
  readonly inDigest: boolean;
}

/** One line of the ledger. It carries what the sink was told before, so that it can stand alone. */
export function deliveryRecord(
  sink: string,
  { revision: { id, revision, escalation }, attempts }: Pick<Pending, "revision" | "attempts">,
  standing: Standing,
  outcome: Outcome,
): Delivery {
  const { state, atMs, nextAttemptAtMs, httpStatus, detail, inDigest } = outcome;
  const isTold = state === "sent";
  return {
    sink,
    incidentId: id,
    revision,
    escalation,
    key: deliveryKey(sink, id, revision),
    state,
    attempts,
    attemptedAtMs: atMs,
    nextAttemptAtMs,
    httpStatus,
    detail,
    toldRevision: isTold ? revision : standing.toldRevision,
    toldEscalation: isTold ? escalation : standing.toldEscalation,
    toldInDigest: isTold ? inDigest : standing.toldInDigest,
  };
}
