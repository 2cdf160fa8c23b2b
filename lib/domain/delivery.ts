/** `suppressed` was silenced or already sent; `dead` gave up and can be retried by hand. */
export const DELIVERY_STATES = ["pending", "sent", "failed", "suppressed", "dead"] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** Where one revision stands at one sink, latest per sink and incident. */
export interface Delivery {
  readonly sink: string;
  readonly incidentId: string;
  readonly revision: number;
  readonly escalation: number;
  /** What the receiver tells repetitions by; equal in every attempt. */
  readonly key: string;
  readonly state: DeliveryState;
  /** Attempts made so far. */
  readonly attempts: number;
  readonly attemptedAtMs: number;
  /** Null when no further attempt is planned. */
  readonly nextAttemptAtMs: number | null;
  /** Answer of the receiver where it speaks HTTP. */
  readonly httpStatus: number | null;
  /** Why it failed or was suppressed: a stable code, then words. */
  readonly detail: string | null;
  /** The latest revision that this sink took, and its escalation; 0 when it took none. */
  readonly toldRevision: number;
  readonly toldEscalation: number;
  /** That revision went as one of many, so those that follow it do too. */
  readonly toldInDigest: boolean;
}
