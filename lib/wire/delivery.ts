import type { Delivery } from "../domain/delivery.ts";
import type { Mapping } from "./wire-value.ts";
import { atLeast, timeMsFromWire } from "./wire-value.ts";

export const deliveryMapping: Mapping<Delivery> = {
  toWire: (delivery) => delivery,
  fromWire: (wire: Delivery): Delivery => ({
    sink: wire.sink,
    incidentId: wire.incidentId,
    revision: atLeast(1, wire.revision, "revision"),
    escalation: atLeast(1, wire.escalation, "escalation"),
    key: wire.key,
    state: wire.state,
    attempts: atLeast(0, wire.attempts, "attempts"),
    attemptedAtMs: timeMsFromWire(wire.attemptedAtMs),
    nextAttemptAtMs: wire.nextAttemptAtMs === null ? null : timeMsFromWire(wire.nextAttemptAtMs),
    httpStatus: wire.httpStatus,
    detail: wire.detail,
    toldRevision: atLeast(0, wire.toldRevision, "toldRevision"),
    toldEscalation: atLeast(0, wire.toldEscalation, "toldEscalation"),
    toldInDigest: wire.toldInDigest,
  }),
};
