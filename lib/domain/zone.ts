/** A civil time zone as the parsers see it; lib/process/zone.ts makes one from an IANA name. */
export interface Zone {
  /**
   * Milliseconds since 1970 UTC of a local wall time, given as if it were UTC. An ambiguous time is
   * its first occurrence; a time inside a gap is shifted forward by the gap.
   */
  toUtcMs(localMsAsIfUtc: number): number;
}

export const utcZone: Zone = { toUtcMs: (localMsAsIfUtc) => localMsAsIfUtc };
