import type { Heartbeat } from "../domain/tally.ts";
import { canariesFromWire } from "./canary.ts";
import type { Mapping } from "./wire-value.ts";
import { atLeast, timeMsFromWire } from "./wire-value.ts";

export const heartbeatMapping: Mapping<Heartbeat> = {
  toWire: (heartbeat) => heartbeat,
  fromWire: (wire: Heartbeat): Heartbeat => ({
    partition: atLeast(0, wire.partition, "partition"),
    offset: atLeast(0, wire.offset, "offset"),
    logTimeMs: timeMsFromWire(wire.logTimeMs),
    missingSources: wire.missingSources,
    canaries: canariesFromWire(wire.canaries),
  }),
};
