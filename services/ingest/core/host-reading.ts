import type { HostReading } from "../../../lib/domain/host-readings.ts";
import type { NamedCount } from "../../../lib/domain/named-number.ts";

interface Sampled {
  readonly boot: string | null;
  readonly os: string | null;
  readonly sampler: string | null;
  readonly uptimeSeconds: number | null;
  readonly counters: readonly NamedCount[];
  readonly gauges: readonly NamedCount[];
  readonly posture: readonly NamedCount[];
}

/** What a sample counted, for the host stage; `input` is the way it came by. */
export function hostReading(sample: Sampled, input: string): HostReading {
  const { boot, os, sampler, uptimeSeconds, counters, gauges, posture } = sample;
  const way = sampler === null ? input : `${input}/${sampler}`;
  return { boot, os, sampler: way, uptimeSeconds, counters, gauges, posture };
}
