import type { Incident } from "../../lib/domain/incident.ts";
import { readRange } from "../../lib/stream/read-range.ts";
import { decodeMessage } from "../../lib/wire/message.ts";
import type { DetectOptions } from "./detect-options.ts";
import { LIMITS } from "./limits.ts";

/** Every revision that `incidents` holds, partition by partition; what cannot be read is no one. */
export async function* publishedIncidents(
  options: Pick<DetectOptions, "log" | "codec" | "path">,
): AsyncGenerator<Incident> {
  const { log, codec, path } = options;
  for (const range of await log.offsets(path("incidents"))) {
    for await (const { records } of readRange(log, range, LIMITS.snapshotReadBytes)) {
      for (const { value } of records) {
        const message = decodeMessage(codec, value ?? new Uint8Array(), ["incident"]);
        if (message.ok) yield message.value;
      }
    }
  }
}
