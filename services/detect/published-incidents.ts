import type { Incident } from "../../lib/domain/incident.ts";
import { decodeMessage } from "../../lib/wire/message.ts";
import type { DetectOptions } from "./detect-options.ts";
import { LIMITS } from "./limits.ts";

/** Every revision that `incidents` holds, partition by partition; what cannot be read is no one. */
export async function* publishedIncidents(
  options: Pick<DetectOptions, "log" | "codec" | "path">,
): AsyncGenerator<Incident> {
  const { log, codec, path } = options;
  const topic = path("incidents");
  for (const { partition, startOffset, endOffset } of await log.offsets(topic)) {
    let offset = startOffset;
    while (offset < endOffset) {
      const slice = await log.read({ topic, partition, offset }, LIMITS.snapshotReadBytes);
      for (const { value } of slice.records) {
        const message = decodeMessage(codec, value ?? new Uint8Array(), ["incident"]);
        if (message.ok) yield message.value;
      }
      if (slice.nextOffset === offset) break;
      offset = slice.nextOffset;
    }
  }
}
