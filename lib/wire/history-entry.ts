import type { HistoryEntry } from "../domain/history-entry.ts";
import type { Mapping } from "./wire-value.ts";
import { bytesToWire, timeMsFromWire } from "./wire-value.ts";

export const historyEntryMapping: Mapping<HistoryEntry> = {
  toWire: (entry) => ({
    ...entry,
    record: bytesToWire(entry.record),
    evidence: entry.evidence.map(({ at, bytes }) => ({ at, bytes: bytesToWire(bytes) })),
  }),
  fromWire: (wire: HistoryEntry): HistoryEntry => ({
    incidentId: wire.incidentId,
    kind: wire.kind,
    recordedAtMs: timeMsFromWire(wire.recordedAtMs),
    record: wire.record,
    evidence: wire.evidence.map(({ at, bytes }) => ({ at, bytes })),
  }),
};
