import { assert } from "../domain/assert.ts";
import { gaugeMask, SIGNALS } from "../domain/gauge.ts";
import type { Rule } from "../domain/rule.ts";
import type { Config } from "./config.ts";

type RuleConfig = Config["rules"][number];
type WatchingRule = Exclude<RuleConfig, { type: "flood" }>;

/** The rules of a checked configuration, as the detector evaluates them. */
export function rulesOf(config: Config): readonly Rule[] {
  return config.rules.map(ruleOf);
}

function ruleOf(rule: RuleConfig): Rule {
  assert(rule.type !== "flood", "a configuration with a flood rule does not pass its check");
  return {
    name: rule.name,
    type: rule.type,
    scope: rule.scope,
    ...watched(rule),
    hosts: rule.type === "host_count" ? rule.hosts : 1,
    withinSeconds: rule.withinSeconds,
    reopenWithinSeconds: rule.reopenWithinSeconds,
    severity: rule.severity,
  };
}

/** A single_host rule without signal or class watches every class of the limiter. */
function watched(rule: WatchingRule): Pick<Rule, "gaugeMask" | "signal"> {
  if (rule.class !== undefined) return { gaugeMask: gaugeMask([rule.class]), signal: rule.class };
  const signal = rule.signal ?? (rule.type === "single_host" ? "limit" : undefined);
  assert(signal !== undefined, "a host_count rule without signal or class passed its check");
  return { gaugeMask: gaugeMask(SIGNALS[signal]), signal };
}
