import type { Rule } from "../../../lib/domain/rule.ts";
import type { ScopeDefinition } from "../../../lib/domain/scope.ts";
import { hashText } from "../scope/incident-id.ts";

/** Names everything that a rule's values depend on: only equal hashes are summed. */
export function configHash(rule: Rule, definition: ScopeDefinition | undefined): string {
  const scope = definition === undefined ? [rule.scope] : sorted(Object.entries(definition));
  const { type, gaugeMask, hosts, withinSeconds, reopenWithinSeconds, severity } = rule;
  return hashText(
    JSON.stringify([type, gaugeMask, hosts, withinSeconds, reopenWithinSeconds, severity, scope]),
  );
}

function sorted(entries: readonly (readonly [string, unknown])[]): readonly unknown[] {
  return entries.toSorted(([a], [b]) => (a < b ? -1 : 1));
}
