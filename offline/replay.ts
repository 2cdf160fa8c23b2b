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
   * How much log time passes between two looks at what changed: 1 shows every revision as it would
   * have come live, more is faster and gives the same verdicts.
   */
  readonly tickSeconds: number;
}

/** Folds all sources to their end; incidents leave through the detector's sink. */
export async function replay(options: ReplayOptions): Promise<void> {
  const { detector, sources, tickSeconds } = options;
  const logTime = new FleetLogTime();
  const tickMs = tickSeconds * 1_000;
  // Below every time but minus infinity: nothing is settled before log time exists.
  let nextTickMs = -Number.MAX_VALUE;
  let settledMs = Number.NEGATIVE_INFINITY;
  const settle = (atMs: number): void => {
    detector.settle(atMs);
    settledMs = atMs;
  };
  const take = (batch: FactBatch, from: number, to: number): void => {
    const { host, timeMs } = batch;
    let start = from;
    for (let i = from; i < to; i++) {
      const beforeMs = logTime.ms;
      logTime.observe(host[i]!, timeMs[i]!);
      if (logTime.ms < nextTickMs) continue;
      if (beforeMs - settledMs >= SECOND_MS) {
        // Log time may jump here by hours: what was known before the jump was known then.
        detector.fold(batch, start, i);
        start = i;
        settle(beforeMs);
      }
      detector.fold(batch, start, i + 1);
      start = i + 1;
      settle(logTime.ms);
      nextTickMs = Math.floor(logTime.ms / tickMs) * tickMs + tickMs;
    }
    if (start < to) detector.fold(batch, start, to);
  };
  await mergeByTime(sources, take);
  detector.settle(logTime.atEnd());
  detector.finish();
}
