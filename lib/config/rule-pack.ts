import { ALONE_STEPS } from "../domain/alone-steps.ts";
import { assert } from "../domain/assert.ts";
import { FLOOD_MASK, FLOOD_STEPS } from "../domain/flood-steps.ts";
import { gaugeMask, SIGNALS } from "../domain/gauge.ts";
import type { Rule } from "../domain/rule.ts";
import type { Config } from "./config.ts";

type RuleConfig = Config["rules"][number];
type Of<Type extends RuleConfig["type"]> = Extract<RuleConfig, { readonly type: Type }>;

/**
 * A host is hot without a break while no longer pause lies between: lines are lost, floods falter
 * about the limit, and a sampler of ten seconds has its own second (detection.md section 6: 11 s).
 */
const FLOOD_GAP_SECONDS = 10;
/** Quiet for so long is over. */
const FLOOD_QUIET_SECONDS = 120;

/** The rules of a checked configuration, as the detector evaluates them. */
export function rulesOf(config: Config): readonly Rule[] {
  return config.rules.map(ruleOf);
}

function ruleOf(rule: RuleConfig): Rule {
  switch (rule.type) {
    case "flood":
      return floodRule(rule);
    case "resets":
      return { ...rule, type: "host_count", signal: "resets", gaugeMask: maskOf("resets") };
    case "host_count":
      return countingRule(rule, rule.hosts);
    case "single_host":
      return countingRule(rule, 1);
  }
}

function floodRule(rule: Of<"flood">): Rule {
  const { name, scope, severity, dwellFactor, reopenWithinSeconds } = rule;
  return {
    name,
    type: "flood",
    scope,
    gaugeMask: FLOOD_MASK,
    signal: "flood",
    hosts: Math.min(...FLOOD_STEPS.map(({ hosts }) => hosts)),
    withinSeconds: FLOOD_QUIET_SECONDS,
    reopenWithinSeconds,
    severity: severity ?? null,
    steps: FLOOD_STEPS.map((step) => ({
      ...step,
      dwellSeconds: step.dwellSeconds * dwellFactor,
    })),
    gapSeconds: FLOOD_GAP_SECONDS,
  };
}

function countingRule(rule: Of<"host_count" | "single_host">, hosts: number): Rule {
  const { name, type, scope, withinSeconds, reopenWithinSeconds, severity } = rule;
  const own = { name, type, scope, hosts, withinSeconds, reopenWithinSeconds, severity };
  return { ...own, ...watched(rule) };
}

/** A single_host rule without signal or class watches what makes a flood of many, if strong. */
function watched(
  rule: Of<"host_count" | "single_host">,
): Pick<Rule, "gaugeMask" | "signal" | "steps"> {
  if (rule.class !== undefined) return { gaugeMask: gaugeMask([rule.class]), signal: rule.class };
  if (rule.signal !== undefined) return { gaugeMask: maskOf(rule.signal), signal: rule.signal };
  assert(rule.type === "single_host", "a host_count rule without signal or class passed its check");
  return { gaugeMask: FLOOD_MASK, signal: "flood", steps: ALONE_STEPS };
}

function maskOf(signal: keyof typeof SIGNALS): number {
  return gaugeMask(SIGNALS[signal]);
}
