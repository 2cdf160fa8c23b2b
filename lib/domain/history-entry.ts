/** What happened to an incident. */
export const HISTORY_KINDS = ["revision", "control", "delivery"] as const;
export type HistoryKind = (typeof HISTORY_KINDS)[number];

/** The bytes that a revision's evidence was read from. */
export interface EvidenceBytes {
  /** `topic/partition@offset#line` or `file#line`. */
  readonly at: string;
  readonly bytes: Uint8Array;
}

/** One entry of the append-only record of an incident. */
export interface HistoryEntry {
  readonly incidentId: string;
  readonly kind: HistoryKind;
  readonly recordedAtMs: number;
  /** The Incident, Control or Delivery record exactly as it was published. */
  readonly record: Uint8Array;
  readonly evidence: readonly EvidenceBytes[];
}
