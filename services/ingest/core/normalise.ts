import { setCellValue } from "../../../lib/domain/cell-value.ts";
import type { FactBatch } from "../../../lib/domain/fact-batch.ts";
import type { Reading } from "./reading.ts";

/** Adds what a reading says of its host as a fact. */
export function appendFact(
  batch: FactBatch,
  reading: Reading,
  host: number,
  timeMs: number,
  line: number,
): void {
  const at = batch.length++;
  batch.host[at] = host;
  batch.timeMs[at] = timeMs;
  batch.line[at] = line;
  batch.textStart[at] = reading.textStart;
  batch.textEnd[at] = reading.textEnd;
  setCellValue(batch, at, reading);
}
