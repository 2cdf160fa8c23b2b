import type { Rule } from "../../../lib/domain/rule.ts";
import type { ScopeDefinition } from "../../../lib/domain/scope.ts";
import { hashText } from "../scope/incident-id.ts";

/**
 * Of everything that a rule's tallies depend on: gauges, window and scope, not its threshold, so
 * that rules which differ only in that share their tallies (detector.md section 3).
 */
export function coverHash(rule: Rule, definition: ScopeDefinition | undefined): string {
  const scope = definition === undefined ? [rule.scope] : Object.entries(definition).toSorted();
  return hashText(JSON.stringify([rule.gaugeMask, rule.withinSeconds, scope]));
}
