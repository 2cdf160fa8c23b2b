/**
 * When a line was written, from the kernel's own clock: a time since the boot that drifts, and
 * stands still while the machine sleeps. `offsetMs` is what is added to it.
 *
 * A line must get the same time whenever it is read, or a line that is read again after a crash
 * would be two. So the offset is kept with the position, and changes only where everything before
 * is in the log.
 */
export interface BootClock {
  readonly offsetMs: number;
}

/** Milliseconds since 1970 UTC. */
export function wallTimeMs({ offsetMs }: BootClock, clockUs: number): number {
  return Math.floor(offsetMs + clockUs / 1_000);
}

/** What is known of a record when it is read. */
export interface Sighting {
  readonly clockUs: number;
  readonly nowMs: number;
  /** It was not there so long ago; null where nobody had looked before. */
  readonly freshForMs: number | null;
}

/**
 * The clock as this record shows that it must be, or null while it is right to `toleranceMs`. No
 * record is from the future; one that was not there a moment ago is not from before that either.
 */
export function correctedClock(
  clock: BootClock,
  { clockUs, nowMs, freshForMs }: Sighting,
  toleranceMs: number,
): BootClock | null {
  const latestMs = nowMs - clockUs / 1_000;
  if (clock.offsetMs > latestMs + toleranceMs) return { offsetMs: latestMs };
  if (freshForMs === null) return null;
  const earliestMs = latestMs - freshForMs;
  return clock.offsetMs < earliestMs - toleranceMs ? { offsetMs: latestMs } : null;
}
