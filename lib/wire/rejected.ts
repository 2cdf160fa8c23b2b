import type { Rejected } from "../domain/rejected.ts";
import type { Mapping } from "./wire-value.ts";
import { atLeast, bytesToWire, timeMsFromWire } from "./wire-value.ts";

export const rejectedMapping: Mapping<Rejected> = {
  toWire: (rejected) => ({ ...rejected, bytes: bytesToWire(rejected.bytes) }),
  fromWire: (wire: Rejected): Rejected => ({
    reason: wire.reason,
    detail: wire.detail,
    input: wire.input,
    at: wire.at,
    arrivalMs: timeMsFromWire(wire.arrivalMs),
    bytes: wire.bytes,
    originalBytes: atLeast(wire.bytes.length, wire.originalBytes, "originalBytes"),
  }),
};
