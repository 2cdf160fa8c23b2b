import type { LineBatch } from "../domain/line-batch.ts";
import type { Mapping } from "./wire-value.ts";
import { atLeast, bytesToWire, timeMsFromWire } from "./wire-value.ts";

export const lineBatchMapping: Mapping<LineBatch> = {
  toWire: (batch) => ({ ...batch, bytes: bytesToWire(batch.bytes) }),
  fromWire: (wire: LineBatch): LineBatch => ({
    input: wire.input,
    realm: wire.realm,
    host: wire.host,
    shipper: wire.shipper,
    segments: wire.segments.map((segment) => ({
      lines: atLeast(0, segment.lines, "lines"),
      arrivalMs: timeMsFromWire(segment.arrivalMs),
      peer: segment.peer,
      trust: segment.trust,
    })),
    bytes: wire.bytes,
  }),
};
