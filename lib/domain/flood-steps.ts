import { gaugeMask, LIMIT_TORRENT, SIGNALS, SURGE, TENFOLD, TORRENT } from "./gauge.ts";
import type { DwellStep } from "./rule.ts";

/** Far above normal: a line of the limiter, or any counter that a flood moves. */
const RAISED = gaugeMask([
  ...SIGNALS.limit,
  "resets_sent",
  "attempt_fails",
  "estab_resets",
  "syn_cookies",
  "syn_drops",
  "listen_drops",
  "udp_refused",
]);

/** As strong as a line of the limiter: 200 a second and more. */
const STRONG = gaugeMask([...SIGNALS.limit, SURGE]);

/** Ten times normal and more; counters only, for a line says nothing of what is normal. */
const TENFOLDS = gaugeMask([TENFOLD]);

/** 800 a second and more, by either. */
const TORRENTS = gaugeMask([TORRENT, LIMIT_TORRENT]);

/**
 * How long how many hosts must be hot together before it is no coincidence. Few hosts need longer,
 * and longer still where only counters below 200 a second speak. From a prototype on synthetic
 * fleets (detection.md section 6): the strong steps are its floors, the others about what it learnt
 * for the class "three times normal". What they find and invent: bench/flood-power.ts.
 */
export const FLOOD_STEPS: readonly DwellStep[] = [
  { gaugeMask: TORRENTS, hosts: 3, dwellSeconds: 30 },
  { gaugeMask: STRONG, hosts: 3, dwellSeconds: 60 },
  { gaugeMask: STRONG, hosts: 4, dwellSeconds: 30 },
  { gaugeMask: STRONG, hosts: 5, dwellSeconds: 20 },
  { gaugeMask: TENFOLDS, hosts: 4, dwellSeconds: 80 },
  { gaugeMask: TENFOLDS, hosts: 5, dwellSeconds: 30 },
  { gaugeMask: TENFOLDS, hosts: 6, dwellSeconds: 20 },
  { gaugeMask: RAISED, hosts: 3, dwellSeconds: 240 },
  { gaugeMask: RAISED, hosts: 4, dwellSeconds: 120 },
  { gaugeMask: RAISED, hosts: 5, dwellSeconds: 60 },
  { gaugeMask: RAISED, hosts: 7, dwellSeconds: 20 },
  { gaugeMask: RAISED, hosts: 10, dwellSeconds: 10 },
  { gaugeMask: RAISED, hosts: 15, dwellSeconds: 5 },
  { gaugeMask: RAISED, hosts: 25, dwellSeconds: 2 },
];

/** What a step asks of a host, in the words of docs/rules.md. */
export type Strength = "torrent" | "strong" | "tenfold" | "raised";

export function strengthOf({ gaugeMask: mask }: DwellStep): Strength {
  if (mask === TORRENTS) return "torrent";
  if (mask === STRONG) return "strong";
  return mask === TENFOLDS ? "tenfold" : "raised";
}

/** What takes part in a flood: a surge or a torrent is one of these seen once more. */
export const FLOOD_MASK = RAISED;
