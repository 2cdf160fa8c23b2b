import type { NamedNumber } from "../../lib/domain/sample-batch.ts";
import type { HostNumbers, SampleFault } from "./core/host-counters.ts";

/** What a host counted, read at one time. */
export interface CounterReading {
  /** Names the boot, and the network namespace where it is not the first; null without a name. */
  readonly boot: string | null;
  readonly uptimeSeconds: number | null;
  readonly numbers: HostNumbers;
}

/** The counters of one host or of one network namespace of it. */
export interface CounterReader {
  readonly os: string;
  /** Throws what the system says; a fault is data that cannot be believed. */
  read(): Promise<CounterReading | SampleFault>;
  /** Settings that decide what counters and lines can say; those that can be read. */
  posture(): Promise<readonly NamedNumber[]>;
}
