import { MAX_SAMPLE_NAME_LENGTH, MAX_SAMPLE_NAMES } from "../core/limits.ts";
import { isHostToken } from "./host.ts";
import type { SampleReading } from "./json-sample.ts";

const encoder = new TextEncoder();

/** Whether a sample fits into a record of observations, whoever wrote it. */
export function isWithinLimits(sample: SampleReading): boolean {
  const { host, boot, os, sampler, counters, gauges, posture } = sample;
  const lists = [counters, gauges, posture];
  const names = lists.reduce((sum, list) => sum + list.length, 0);
  if (names > MAX_SAMPLE_NAMES || (host !== null && !isHostName(host))) return false;
  if (![boot, os, sampler].every((text) => text === null || isShort(text))) return false;
  return lists.every((list) => list.every(({ name }) => isShort(name)));
}

function isShort(text: string): boolean {
  return text.length <= MAX_SAMPLE_NAME_LENGTH;
}

function isHostName(host: string): boolean {
  const bytes = encoder.encode(host);
  return isHostToken(bytes, 0, bytes.length);
}
