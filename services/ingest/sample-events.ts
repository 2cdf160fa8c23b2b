import type { Sample, SampleBatch } from "../../lib/domain/sample-batch.ts";
import { isBelievable, TIME_ARRIVAL, TIME_LINE } from "./core/event-time.ts";
import { isWithinLimits } from "./envelopes/sample-limits.ts";
import { type LineOrSample, rejected } from "./read-events.ts";
import type { LineContext } from "./read-line.ts";

/** Samples of a batch as the samples that a line may hold; `bytes` is what a reject keeps. */
export function samplesOf(
  batch: SampleBatch,
  { arrivalMs }: LineContext,
  bytes: Uint8Array,
): readonly LineOrSample[] {
  return batch.samples.map((each, index) => {
    const part = index + 1;
    const isOwn = isBelievable(each.sampledAtMs, arrivalMs);
    const sample = readingOf(batch, each, isOwn ? each.sampledAtMs : (arrivalMs ?? Number.NaN));
    if (!isWithinLimits(sample)) {
      return { type: "line", part, bytes, reading: rejected("bad_sample"), host: null };
    }
    return { type: "sample", part, sample, timeSource: isOwn ? TIME_LINE : TIME_ARRIVAL };
  });
}

function readingOf({ host, os }: SampleBatch, sample: Sample, timeMs: number) {
  const { boot, uptimeSeconds, counters, gauges, posture } = sample;
  return { host, timeMs, os, boot, sampler: null, uptimeSeconds, counters, gauges, posture };
}
