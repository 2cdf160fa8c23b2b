import type { Delivery } from "../../../lib/domain/delivery.ts";

/** What one sink knows of one incident, as the ledger tells it. */
export interface Standing {
  /** Revisions up to this one need nothing more; 0 is none. */
  readonly settledRevision: number;
  /** The latest revision that the sink took, and its escalation; 0 is none. */
  readonly toldRevision: number;
  readonly toldEscalation: number;
  readonly toldInDigest: boolean;
  /** The revision that failed last, and what is left of its retries; null when none waits. */
  readonly failed: FailedAttempts | null;
  readonly changedAtMs: number;
}

export interface FailedAttempts {
  readonly revision: number;
  readonly attempts: number;
  readonly nextAttemptAtMs: number;
}

export const NOTHING_TOLD: Standing = {
  settledRevision: 0,
  toldRevision: 0,
  toldEscalation: 0,
  toldInDigest: false,
  failed: null,
  changedAtMs: 0,
};

/** The record alone says all: only the latest of a key is sure to be there. */
export function standingOf(delivery: Delivery): Standing {
  const { state, revision, attempts, nextAttemptAtMs } = delivery;
  const { toldRevision, toldEscalation, toldInDigest, attemptedAtMs } = delivery;
  const told = { toldRevision, toldEscalation, toldInDigest, changedAtMs: attemptedAtMs };
  switch (state) {
    case "sent":
    case "suppressed":
    case "dead":
      return { ...told, settledRevision: revision, failed: null };
    case "failed": {
      const failed = { revision, attempts, nextAttemptAtMs: nextAttemptAtMs ?? attemptedAtMs };
      return { ...told, settledRevision: toldRevision, failed };
    }
    case "pending":
      return { ...told, settledRevision: Math.min(toldRevision, revision - 1), failed: null };
  }
}
