import type { NamedCount } from "../../../lib/domain/named-number.ts";
import type { NamedNumber } from "../../../lib/domain/sample-batch.ts";

/** What one source of numbers held: counters under the kernel's own names, and gauges. */
export interface HostNumbers {
  readonly counters: readonly NamedCount[];
  readonly gauges: readonly NamedNumber[];
}

/**
 * Why a source of numbers was not believed; then none of it is. Half a file must not look like a
 * host that lost half its counters.
 */
export const SAMPLE_FAULTS = [
  "cut_short",
  "not_a_number",
  "unknown_shape",
  "too_many_names",
] as const;
export type SampleFault = (typeof SAMPLE_FAULTS)[number];

export function isFault(value: HostNumbers | SampleFault): value is SampleFault {
  return typeof value === "string";
}

/** Numbers of several sources. */
export function joined(parts: readonly HostNumbers[]): HostNumbers {
  return {
    counters: parts.flatMap(({ counters }) => counters),
    gauges: parts.flatMap(({ gauges }) => gauges),
  };
}
