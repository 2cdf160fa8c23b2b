import type { FactBatch } from "../../../lib/domain/fact-batch.ts";
import { KINDS, type Reading } from "./reading.ts";

const LIMIT = KINDS.indexOf("limit");
const REPEAT = KINDS.indexOf("repeat");
const NO_GAUGE = -1;

/**
 * What a reading means for its host's cells (detector.md section 1): offered and suppressed of its
 * second. A repeat that quotes a limit line counts as often as it says, in its own second only; one
 * that quotes nothing makes nothing hot.
 */
export function appendFact(
  batch: FactBatch,
  reading: Reading,
  host: number,
  timeMs: number,
  line: number,
): void {
  const at = batch.length++;
  const { kind } = reading;
  batch.host[at] = host;
  batch.timeMs[at] = timeMs;
  batch.line[at] = line;
  batch.textStart[at] = reading.textStart;
  batch.textEnd[at] = reading.textEnd;
  if (kind === LIMIT) {
    batch.gauge[at] = reading.gauge;
    batch.offered[at] = reading.offered;
    batch.suppressed[at] = reading.suppressed;
  } else if (kind === REPEAT) {
    batch.gauge[at] = reading.gauge;
    batch.offered[at] = reading.offered;
    batch.suppressed[at] = reading.suppressed * reading.count;
  } else {
    const { gauge } = reading;
    // These lines say that something was turned away, not how much was wanted.
    const turnedAway = gauge === NO_GAUGE ? 0 : Math.max(1, reading.count);
    batch.gauge[at] = gauge;
    batch.offered[at] = turnedAway;
    batch.suppressed[at] = turnedAway;
  }
}
