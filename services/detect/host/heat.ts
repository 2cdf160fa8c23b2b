import { LIMITS } from "../limits.ts";

/** How far a rate lies above what is normal for its host (detection.md section 6). */
export interface Heat {
  /** Per second, whole; 0 where the rate is normal. */
  readonly excess: number;
  /** As strong as a line of the limiter. */
  readonly isSurge: boolean;
}

export const COOL: Heat = { excess: 0, isSurge: false };

/** `level` is what the host's baseline has learnt; NaN while it is new. */
export function heatOf(rate: number, level: number): Heat {
  const { hotFactor, hotExcessMin, normalMin, surgeRate, newHostRate } = LIMITS;
  if (Number.isNaN(level)) {
    if (rate < newHostRate) return COOL;
    return { excess: Math.round(rate - normalMin), isSurge: true };
  }
  const normal = Math.max(normalMin, level);
  if (rate <= hotFactor * normal || rate - normal < hotExcessMin) return COOL;
  return { excess: Math.max(1, Math.round(rate - normal)), isSurge: rate >= surgeRate };
}
