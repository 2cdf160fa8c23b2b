import type { NamedCount } from "./named-number.ts";
import type { Trust } from "./observation.ts";

/** A gauge or a setting of a sample. */
export interface NamedNumber {
  readonly name: string;
  readonly value: number;
}

/** Counters of one host, read at one time (contracts.md section 3). */
export interface Sample {
  readonly sampledAtMs: number;
  /** Names the boot; null where the system has no such name. */
  readonly boot: string | null;
  readonly uptimeSeconds: number | null;
  /** Cumulative, whole, below 2^64, under the kernel's own names; absent is absent. */
  readonly counters: readonly NamedCount[];
  readonly gauges: readonly NamedNumber[];
  /** Settings that decide what the counters and lines can say; not in every sample. */
  readonly posture: readonly NamedNumber[];
}

export interface SampleBatch {
  /** Name of the configured input. */
  readonly input: string;
  readonly realm: string;
  readonly host: string;
  readonly os: string | null;
  readonly shipper: string;
  readonly arrivalMs: number;
  readonly peer: string | null;
  readonly trust: Trust;
  readonly samples: readonly Sample[];
}
