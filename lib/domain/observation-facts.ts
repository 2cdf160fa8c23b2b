import { setCellValue } from "./cell-value.ts";
import { FactBatch } from "./fact-batch.ts";
import type { HostDirectory } from "./host-directory.ts";
import type { ObservationBatch } from "./observation.ts";

const NO_TEXT = new Uint8Array(0);

/** A record of `observations` as the host stage folds it; hosts become ids of its directory. */
export function observationsToFacts(
  observations: ObservationBatch,
  directory: HostDirectory,
): FactBatch {
  const { hosts, host, timeMs, kind, gauge, offered, suppressed, count, origin, line } =
    observations;
  const ids = hosts.map(({ realm, name }) => directory.idOf(realm, name));
  const rows = host.length;
  const batch = new FactBatch(rows);
  batch.origins = observations.origins;
  batch.bytes = NO_TEXT;
  let nextText = 0;
  for (let i = 0; i < rows; i++) {
    batch.length = i + 1;
    batch.host[i] = ids[host[i]!]!;
    batch.timeMs[i] = timeMs[i]!;
    batch.origin[i] = origin[i]!;
    batch.line[i] = line[i]!;
    setCellValue(batch, i, {
      kind: kind[i]!,
      gauge: gauge[i]!,
      offered: offered[i]!,
      suppressed: suppressed[i]!,
      count: count[i]!,
    });
    if (observations.textOf[nextText] !== i) continue;
    batch.quote(new TextEncoder().encode(observations.texts[nextText]!));
    nextText += 1;
  }
  return batch;
}
