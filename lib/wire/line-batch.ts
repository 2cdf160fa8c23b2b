import type { LineBatch } from "../domain/line-batch.ts";
import type { Mapping } from "./wire-value.ts";
import { atLeast, bytesToWire, timeMsFromWire } from "./wire-value.ts";

export const lineBatchMapping: Mapping<LineBatch> = {
  toWire: (batch) => ({ ...batch, zone: batch.zone ?? null, bytes: bytesToWire(batch.bytes) }),
  fromWire: (wire: LineBatch & { readonly zone?: string | null }): LineBatch => ({
    input: wire.input,
    realm: wire.realm,
    host: wire.host,
    ...(wire.zone === null || wire.zone === undefined ? {} : { zone: wire.zone }),
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
