import type { FactBatch } from "./fact-batch.ts";
import { KINDS } from "./observation.ts";

const LIMIT = KINDS.indexOf("limit");
const REPEAT = KINDS.indexOf("repeat");
const NO_GAUGE = -1;

/** What a line of ours said, as numbers: ObservationBatch has the same columns. */
export interface LineValue {
  /** Index into KINDS. */
  readonly kind: number;
  /** Index into GAUGES; -1 makes nothing hot. */
  readonly gauge: number;
  readonly offered: number;
  readonly suppressed: number;
  readonly count: number;
}

/**
 * What a line means for its host's cell (detector.md section 1): offered and suppressed of its
 * second. A repeat that quotes a limit line counts as often as it says, in its own second only; one
 * that quotes nothing makes nothing hot.
 */
export function setCellValue(batch: FactBatch, at: number, value: LineValue): void {
  const { kind, gauge, offered, suppressed, count } = value;
  batch.gauge[at] = gauge;
  if (kind === LIMIT) {
    batch.offered[at] = offered;
    batch.suppressed[at] = suppressed;
  } else if (kind === REPEAT) {
    batch.offered[at] = offered;
    batch.suppressed[at] = suppressed * count;
  } else {
    // These lines say that something was turned away, not how much was wanted.
    const turnedAway = gauge === NO_GAUGE ? 0 : Math.max(1, count);
    batch.offered[at] = turnedAway;
    batch.suppressed[at] = turnedAway;
  }
}
