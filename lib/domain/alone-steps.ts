import { gaugeMask, SIGNALS, SURGE } from "./gauge.ts";
import type { DwellStep } from "./rule.ts";

/**
 * What makes one host alone worth an incident: a line of the limiter, or a counter that is as
 * strong as one. Weaker counters do not open it, and are measured where it is open.
 */
export const ALONE_STEPS: readonly DwellStep[] = [
  { gaugeMask: gaugeMask([...SIGNALS.limit, SURGE]), hosts: 1, dwellSeconds: 0 },
];
