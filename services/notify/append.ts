import type { Clock } from "../../lib/process/clock.ts";
import { sleep } from "../../lib/process/clock.ts";
import { Patience } from "../../lib/process/patience.ts";
import { RETRY_FIRST_MS, RETRY_LONGEST_MS } from "../../lib/stream/limits.ts";
import { isStreamError } from "../../lib/stream/stream-error.ts";
import type { Appended, Log, NewRecord } from "../../lib/stream/stream.ts";
import type { Events } from "./events.ts";

/** Appends, and again while that may help; null when it was stopped before it could. */
export async function appendPatiently(
  to: { readonly log: Log; readonly clock: Clock; readonly events: Events },
  place: { readonly topic: string; readonly partition: number },
  records: readonly NewRecord[],
  stop: AbortSignal,
): Promise<Appended | null> {
  const patience = new Patience(RETRY_FIRST_MS, RETRY_LONGEST_MS);
  for (;;) {
    try {
      return await to.log.append(place.topic, place.partition, records);
    } catch (error) {
      if (!isStreamError(error) || !error.retriable) throw error;
      if (stop.aborted) return null;
      to.events.stream.appendRetried("notify", error, patience.attempt);
      await sleep(to.clock, patience.next(), stop);
    }
  }
}
