import { SURGE_GAUGE, TENFOLD_GAUGE, TORRENT_GAUGE } from "../../../lib/domain/gauge.ts";
import { LIMITS } from "../limits.ts";

/** How far a rate lies above what is normal for its host (detection.md section 6). */
export interface Heat {
  /** Per second, whole; 0 where the rate is normal. */
  readonly excess: number;
  /** Bits of GAUGES: the classes of strength that it belongs to. */
  readonly classes: number;
}

export const COOL: Heat = { excess: 0, classes: 0 };

/** `level` is what the host's baseline has learnt; NaN while it is new. */
export function heatOf(rate: number, level: number): Heat {
  const { hotFactor, hotExcessMin, normalMin, newHostRate } = LIMITS;
  if (Number.isNaN(level)) {
    if (rate < newHostRate) return COOL;
    return { excess: Math.round(rate - normalMin), classes: classesOf(rate, normalMin) };
  }
  const normal = Math.max(normalMin, level);
  if (rate <= hotFactor * normal || rate - normal < hotExcessMin) return COOL;
  return { excess: Math.max(1, Math.round(rate - normal)), classes: classesOf(rate, normal) };
}

function classesOf(rate: number, normal: number): number {
  const { surgeRate, torrentRate, tenfoldFactor } = LIMITS;
  return (
    (rate >= surgeRate ? 1 << SURGE_GAUGE : 0) |
    (rate >= torrentRate ? 1 << TORRENT_GAUGE : 0) |
    (rate > tenfoldFactor * normal ? 1 << TENFOLD_GAUGE : 0)
  );
}
