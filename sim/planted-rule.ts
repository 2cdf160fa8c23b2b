import { SIGNALS, type Gauge } from "../lib/domain/gauge.ts";

/** What the oracle needs of a host_count rule. */
export interface HostCountRule {
  /** Distinct hosts needed. */
  readonly hosts: number;
  readonly withinSeconds: number;
  /** The classes of the signal; the tcp_reset family unless set. */
  readonly gauges?: readonly Gauge[];
}

/** The one rule that behaviours are planned around and truth files are written for. */
export const PLANTED_RULE = {
  name: "ten-hosts-limiting",
  type: "host_count",
  signal: "tcp_reset",
  hosts: 10,
  withinSeconds: 60,
  scope: "site",
} as const;

export const FAMILY: readonly Gauge[] = SIGNALS[PLANTED_RULE.signal];

const RULE_FIELDS = [
  `name: ${PLANTED_RULE.name}`,
  `type: ${PLANTED_RULE.type}`,
  `signal: ${PLANTED_RULE.signal}`,
  `hosts: ${PLANTED_RULE.hosts}`,
  `within: ${PLANTED_RULE.withinSeconds}s`,
  `scope: ${PLANTED_RULE.scope}`,
].join(", ");

/** The configuration that goes with a simulated log, for one rule as the fields of a YAML map. */
export function configurationOf(ruleFields: string): string {
  return `# Written by tidegauge simulate: the rule that truth.json is for.
scopes:
  - { name: site, from: host, pattern: "^([a-z0-9]+)-" }
  - { name: fleet, from: all }
rules:
  - { ${ruleFields} }
`;
}

export const CONFIGURATION = configurationOf(RULE_FIELDS);
