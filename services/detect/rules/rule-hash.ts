import type { Rule } from "../../../lib/domain/rule.ts";
import type { ScopeDefinition } from "../../../lib/domain/scope.ts";
import { type Cover, partsOf } from "../host/cover.ts";
import { hashText } from "../scope/incident-id.ts";

/** A rule's part in a cover, as its tallies carry it. */
export interface HashedUse {
  readonly coverHash: string;
  /** Infinity where the cover only measures. */
  readonly hosts: number;
}

/**
 * Of everything that each cover's tallies depend on: gauges, window, dwell and scope, not the
 * threshold, so that rules which differ only in that share their tallies (detector.md section 3).
 */
export function hashedUses(rule: Rule, definition: ScopeDefinition | undefined): HashedUse[] {
  return partsOf(rule).map(({ hosts, ...cover }) => {
    return { hosts, coverHash: coverHash(cover, rule, definition) };
  });
}

export function coverHash(
  { gaugeMask, withinSeconds, dwellSeconds }: Omit<Cover, "definition">,
  rule: Rule,
  definition: ScopeDefinition | undefined,
): string {
  const own =
    dwellSeconds === 0 ? [gaugeMask, withinSeconds] : [gaugeMask, withinSeconds, dwellSeconds];
  return hashText(JSON.stringify([...own, scopeParts(rule, definition)]));
}

/** Of everything that a rule's incidents depend on. */
export function configHash(rule: Rule, definition: ScopeDefinition | undefined): string {
  const { type, gaugeMask, hosts, withinSeconds, reopenWithinSeconds, severity, steps } = rule;
  const own = [type, gaugeMask, hosts, withinSeconds, reopenWithinSeconds, severity];
  const dwell = steps === undefined ? [] : [rule.gapSeconds, steps];
  return hashText(JSON.stringify([...own, ...dwell, scopeParts(rule, definition)]));
}

/** A scope as parts in a fixed order; a rule without a definition watches single hosts. */
function scopeParts(rule: Rule, definition: ScopeDefinition | undefined): readonly string[] {
  if (definition === undefined) return [rule.scope];
  const { name, from } = definition;
  if (from === "host") return [name, from, definition.pattern];
  return from === "inventory" ? [name, from, definition.column] : [name, from];
}
