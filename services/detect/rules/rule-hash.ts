import type { Rule } from "../../../lib/domain/rule.ts";
import type { ScopeDefinition } from "../../../lib/domain/scope.ts";
import { hashText } from "../scope/incident-id.ts";

/**
 * Of everything that a rule's tallies depend on: gauges, window and scope, not its threshold, so
 * that rules which differ only in that share their tallies (detector.md section 3).
 */
export function coverHash(rule: Rule, definition: ScopeDefinition | undefined): string {
  return hashText(JSON.stringify([rule.gaugeMask, rule.withinSeconds, partsOf(rule, definition)]));
}

/** Of everything that a rule's incidents depend on. */
export function configHash(rule: Rule, definition: ScopeDefinition | undefined): string {
  const { type, gaugeMask, hosts, withinSeconds, reopenWithinSeconds, severity } = rule;
  const own = [type, gaugeMask, hosts, withinSeconds, reopenWithinSeconds, severity];
  return hashText(JSON.stringify([...own, partsOf(rule, definition)]));
}

/** A scope as parts in a fixed order; a rule without a definition watches single hosts. */
function partsOf(rule: Rule, definition: ScopeDefinition | undefined): readonly string[] {
  if (definition === undefined) return [rule.scope];
  const { name, from } = definition;
  if (from === "host") return [name, from, definition.pattern];
  return from === "inventory" ? [name, from, definition.column] : [name, from];
}
