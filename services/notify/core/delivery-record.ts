import type { Delivery, DeliveryState } from "../../../lib/domain/delivery.ts";
import { deliveryKey } from "./page.ts";
import type { Pending, RevisionSummary } from "./pending.ts";
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

/** Which revision, and how often it was tried. */
export interface Attempted extends Pick<Pending, "attempts"> {
  readonly revision: Pick<RevisionSummary, "id" | "revision" | "escalation">;
}

/** One line of the ledger. It carries what the sink was told before, so that it can stand alone. */
export function deliveryRecord(
  sink: string,
  { revision: { id, revision, escalation }, attempts }: Attempted,
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

/** What `deliveries retry` writes: the notifier sends the incident's newest revision again. */
export function retryByHand(delivery: Delivery): Delivery {
  return { ...delivery, state: "pending", attempts: 0, nextAttemptAtMs: null, detail: null };
}
