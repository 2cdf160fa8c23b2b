import { FactBatch } from "./fact-batch.ts";
import type { HostDirectory } from "./host-directory.ts";
import type { ObservationBatch } from "./observation.ts";

/** A character of a JavaScript string takes three bytes of UTF-8 at most. */
const UTF8_BYTES_MAX = 3;

const encoder = new TextEncoder();

/**
 * Observations off the log as the host stage folds them, one fact each, in their order. Hosts are
 * identities already, so the directory should have no rules of its own. Rows without a gauge come
 * too: they say that their host is there.
 */
export function observationsToFacts(batch: ObservationBatch, directory: HostDirectory): FactBatch {
  const rows = batch.host.length;
  const facts = new FactBatch(rows);
  const hosts = batch.hosts.map(({ realm, name }) => directory.idOf(realm, name));
  for (let row = 0; row < rows; row++) {
    facts.host[row] = hosts[batch.host[row]!]!;
    facts.timeMs[row] = batch.timeMs[row]!;
    facts.gauge[row] = batch.gauge[row]!;
    facts.offered[row] = batch.offered[row]!;
    facts.suppressed[row] = batch.suppressed[row]!;
    facts.line[row] = batch.line[row]!;
    facts.origin[row] = batch.origin[row]!;
  }
  facts.length = rows;
  facts.origins = batch.origins;
  if (batch.readings !== undefined) facts.readings = batch.readings;
  placeTexts(batch, facts);
  return facts;
}

/** One buffer for all texts; a row without one has an empty range. */
function placeTexts({ texts, textOf }: ObservationBatch, facts: FactBatch): void {
  let size = 0;
  for (const text of texts) size += text.length * UTF8_BYTES_MAX;
  const bytes = new Uint8Array(size);
  let end = 0;
  texts.forEach((text, index) => {
    const row = textOf[index]!;
    facts.textStart[row] = end;
    end += encoder.encodeInto(text, bytes.subarray(end)).written;
    facts.textEnd[row] = end;
  });
  facts.bytes = bytes;
}
