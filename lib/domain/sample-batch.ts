import type { Trust } from "./observation.ts";

/**
 * One named number of a sample: a counter under the kernel's own name, or a gauge, or a posture.
 */
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
  /** Cumulative, whole, below 2^53: a larger one is left out, and absent is absent. */
  readonly counters: readonly NamedNumber[];
  readonly gauges: readonly NamedNumber[];
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
