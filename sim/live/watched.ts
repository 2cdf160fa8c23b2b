import { type Gauge, gaugeMask, GAUGES, SIGNALS } from "../../lib/domain/gauge.ts";
import { NO_IDENTITY_RULES } from "../../lib/domain/host-identity.ts";
import { EMPTY_INVENTORY } from "../../lib/domain/inventory.ts";
import type { Rule } from "../../lib/domain/rule.ts";
import { DEFAULT_SCOPES } from "../../lib/domain/scope.ts";
import { createScoping } from "../../lib/domain/scoping.ts";
import { PLANTED_RULE } from "../planted-rule.ts";

const signal = {
  signal: PLANTED_RULE.signal,
  gaugeMask: gaugeMask(SIGNALS[PLANTED_RULE.signal]),
  reopenWithinSeconds: 0,
} as const;

/** What behaviours are planned around. */
export const SITE_RULE: Rule = {
  ...signal,
  name: PLANTED_RULE.name,
  type: "host_count",
  scope: PLANTED_RULE.scope,
  hosts: PLANTED_RULE.hosts,
  withinSeconds: PLANTED_RULE.withinSeconds,
  severity: "high",
};

export const FLEET_RULE: Rule = {
  ...signal,
  name: "fifteen-anywhere",
  type: "host_count",
  scope: "fleet",
  hosts: 15,
  withinSeconds: 20,
  severity: "critical",
};

export const HOST_RULE: Rule = {
  ...signal,
  name: "one-host",
  type: "single_host",
  scope: "host",
  hosts: 1,
  withinSeconds: 30,
  severity: "low",
};

/** What the detector is told of the world beside its rules. */
export const WATCHED = {
  scoping: createScoping(DEFAULT_SCOPES, EMPTY_INVENTORY),
  inventory: EMPTY_INVENTORY,
  identityRules: () => NO_IDENTITY_RULES,
  retainSeconds: 86_400,
  graceSeconds: 10,
} as const;

export function gaugesOf({ gaugeMask }: Rule): Gauge[] {
  return GAUGES.filter((_, index) => ((gaugeMask >>> index) & 1) === 1);
}
