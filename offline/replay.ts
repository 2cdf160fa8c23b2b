import type { FactBatch } from "../lib/domain/fact-batch.ts";
import { SECOND_MS } from "../lib/domain/time.ts";
import { FleetLogTime } from "../services/detect/host/fleet-log-time.ts";
import type { FactSource } from "./fact-source.ts";
import { mergeByTime } from "./merge.ts";
import type { FactFold } from "./side-by-side.ts";

export interface ReplayOptions {
  readonly sources: readonly FactSource[];
  readonly detector: FactFold;
  /**
   * How much log time passes at most between two looks at what changed: 1 shows every revision as
   * it would have come live. More is faster and gives the same verdicts and ends; what begins or
   * grows is known up to so much later, and a revision may tell what several would have told.
   */
  readonly tickSeconds: number;
}

/** Folds all sources to their end; incidents leave through the detector's sink. */
export async function replay(options: ReplayOptions): Promise<void> {
  const { detector, sources, tickSeconds } = options;
  const logTime = new FleetLogTime();
  const tickMs = Math.min(tickSeconds, detector.lookEverySeconds) * SECOND_MS;
  // Below every time but minus infinity: nothing is settled before log time exists.
  let nextTickMs = -Number.MAX_VALUE;
  const take = (batch: FactBatch, from: number, to: number): void => {
    const { host, timeMs } = batch;
    let start = from;
    for (let i = from; i < to; i++) {
      const beforeMs = logTime.ms;
      logTime.observe(host[i]!, timeMs[i]!);
      if (logTime.ms < nextTickMs) continue;
      if (logTime.ms - beforeMs > SECOND_MS && beforeMs > Number.NEGATIVE_INFINITY) {
        // Log time may jump here by hours: what was known before the jump was known then.
        detector.fold(batch, start, i);
        start = i;
        detector.settle(beforeMs);
      }
      detector.fold(batch, start, i + 1);
      start = i + 1;
      detector.settle(logTime.ms);
      const tick = Math.floor(logTime.ms / tickMs) * tickMs + tickMs;
      nextTickMs = Math.min(tick, detector.dueSecond() * SECOND_MS);
    }
    if (start < to) detector.fold(batch, start, to);
  };
  await mergeByTime(sources, take);
  detector.settle(logTime.atEnd());
  detector.finish();
}
