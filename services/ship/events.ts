import type { SampleFault } from "./core/host-counters.ts";

/**
 * What ship tells telemetry; lib/telemetry/events/ship.ts counts and logs. Must not throw. What
 * comes in is told by the inputs themselves, as in ingest. `topic` is its name in the log.
 */
export interface ShipEvents {
  sourceFailed(source: string, error: unknown): void;
  /** The kernel overwrote lines before they were read. */
  kernelLinesLost(source: string, lines: number): void;
  /** The kernel's own clock had drifted away from the wall clock by so much. */
  clockCorrected(source: string, byMs: number): void;
  /** Samples that are in the spool. */
  samplesTaken(source: string, samples: number): void;
  /** The spool did not take them. */
  samplesLost(source: string, samples: number, error: unknown): void;
  /** What the system gave cannot be believed, so none of it was sent. */
  sampleRejected(source: string, reason: SampleFault): void;
  /** Told once, until they can be read again. */
  countersUnread(source: string, error: unknown): void;
  postureUnread(source: string, error: unknown): void;
  connected(to: string): void;
  /** Of plain TCP nobody knows whether the server read what it was sent last. */
  disconnected(to: string): void;
  sent(topic: string, records: number, lines: number): void;
  /** The destination does not take a record of that size, ever. */
  recordRefused(topic: string, bytes: number, error: unknown): void;
  /** The oldest of the spool had to make room before it was sent. */
  spoolOverflowed(topic: string, records: number): void;
  spoolTrouble(error: unknown): void;
  /** With `-` there is nowhere to keep a rejected line. */
  rejectTold(reason: string, at: string): void;
}
