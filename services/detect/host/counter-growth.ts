import { LIMITS } from "../limits.ts";

/** More than any link carries: 10 million small packets a second and as much again. */
const RATE_MAX_PER_SECOND = 25_000_000;
/** A kernel whose counters have 32 bits runs on a machine that does not see more. */
const NARROW_RATE_MAX_PER_SECOND = 1_000_000;

const UINT32_VALUES = 2 ** 32;

/** Nothing is known of that stretch. */
export const UNMEASURED = -1;

/** A counter as it stood: its low 32 bits, and whether it was beyond them. */
export interface Stand {
  readonly low: number;
  readonly isWide: boolean;
}

/**
 * What a counter grew by between two samples of one boot, or UNMEASURED: never below zero, never
 * more than a link can carry. What goes down was set back, or wrapped at 2^32 within a known boot.
 */
export function growthOf(from: Stand, to: Stand, isBootKnown: boolean, seconds: number): number {
  if (seconds <= 0 || seconds > LIMITS.pauseSecondsMax) return UNMEASURED;
  // Beyond 2^32 nothing but 2^64 makes it small again.
  if (from.isWide && !to.isWide) return UNMEASURED;
  let growth = to.low - from.low;
  let most = RATE_MAX_PER_SECOND;
  if (growth < 0) {
    if (!to.isWide) {
      if (!isBootKnown) return UNMEASURED;
      most = NARROW_RATE_MAX_PER_SECOND;
    }
    growth += UINT32_VALUES;
  }
  return growth > most * seconds ? UNMEASURED : growth;
}
