import { gaugeMask, SIGNALS } from "../../lib/domain/gauge.ts";
import type { Rule } from "../../lib/domain/rule.ts";

/** Seconds of such tests count from here, 2026-11-21 04:00:00 UTC. */
export const BASE_SECOND = 1_795_233_600;

/** Three hosts of a site that refuse packets within ten seconds. */
export const THREE_HOSTS: Rule = {
  name: "three",
  type: "host_count",
  scope: "site",
  gaugeMask: gaugeMask(SIGNALS.tcp_reset),
  signal: "tcp_reset",
  hosts: 3,
  withinSeconds: 10,
  reopenWithinSeconds: 0,
  severity: "medium",
};
