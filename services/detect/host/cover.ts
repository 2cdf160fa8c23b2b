import type { Rule } from "../../../lib/domain/rule.ts";
import type { ScopeDefinition } from "../../../lib/domain/scope.ts";

/**
 * What rules count: hosts with one of `gaugeMask` hot within `withinSeconds`, per value of one
 * scope
 * definition. Rules that differ only in their threshold share one cover and its series.
 */
export interface Cover {
  readonly gaugeMask: number;
  readonly withinSeconds: number;
  /** Index of the scope definition. */
  readonly definition: number;
}

/**
 * The covers of all rules that count hosts, and for each rule its cover; -1 for host-scope rules.
 */
export function coversOf(
  rules: readonly Rule[],
  definitions: readonly ScopeDefinition[],
): { covers: Cover[]; coverOf: number[] } {
  const covers: Cover[] = [];
  const coverOf = rules.map((rule) => {
    if (rule.type === "single_host") return -1;
    const definition = definitions.findIndex((candidate) => candidate.name === rule.scope);
    const known = covers.findIndex(
      (cover) =>
        cover.gaugeMask === rule.gaugeMask &&
        cover.withinSeconds === rule.withinSeconds &&
        cover.definition === definition,
    );
    if (known >= 0) return known;
    covers.push({ gaugeMask: rule.gaugeMask, withinSeconds: rule.withinSeconds, definition });
    return covers.length - 1;
  });
  return { covers, coverOf };
}

/** What a single_host rule counts: the scope is the host itself. */
export interface HostCover {
  readonly gaugeMask: number;
  readonly withinSeconds: number;
  readonly hash: string;
}
