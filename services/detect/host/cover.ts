import { type Rule, watchedMask } from "../../../lib/domain/rule.ts";
import type { ScopeDefinition } from "../../../lib/domain/scope.ts";

/**
 * What rules count, per value of one scope definition: hosts with one of `gaugeMask` hot within
 * `withinSeconds`; with a dwell only those to which that has applied for `dwellSeconds` without a
 * break. Rules that differ only in their threshold share one cover and its series.
 */
export interface Cover {
  readonly gaugeMask: number;
  readonly withinSeconds: number;
  readonly dwellSeconds: number;
  /** Index of the scope definition. */
  readonly definition: number;
}

/** A rule's part in a cover: it holds where the cover counts at least `hosts`. */
export interface CoverUse {
  readonly rule: Rule;
  readonly cover: number;
  /** Infinity where the cover only measures what the rule's steps decide. */
  readonly hosts: number;
}

export interface Covers {
  readonly covers: readonly Cover[];
  /** By rule: what it measures, and what decides it; none for rules of the single host. */
  readonly usesOf: ReadonlyMap<Rule, readonly CoverUse[]>;
}

/** The covers of all rules that count hosts. */
export function coversOf(rules: readonly Rule[], definitions: readonly ScopeDefinition[]): Covers {
  const covers: Cover[] = [];
  const numberOf = (wanted: Cover): number => {
    const known = covers.findIndex((cover) => isSame(cover, wanted));
    return known >= 0 ? known : covers.push(wanted) - 1;
  };
  const usesOf = new Map<Rule, CoverUse[]>();
  for (const rule of rules) {
    if (rule.type === "single_host") continue;
    const definition = definitions.findIndex((candidate) => candidate.name === rule.scope);
    usesOf.set(
      rule,
      partsOf(rule).map(({ hosts, ...part }) => {
        return { rule, hosts, cover: numberOf({ ...part, definition }) };
      }),
    );
  }
  return { covers, usesOf };
}

/** What a rule counts: first what it measures with, then its steps, if it has any. */
export function partsOf(
  rule: Rule,
): readonly (Omit<Cover, "definition"> & { readonly hosts: number })[] {
  const { gaugeMask, steps = [], gapSeconds } = rule;
  if (gapSeconds === undefined) {
    const { withinSeconds, hosts } = rule;
    return [{ gaugeMask: watchedMask(rule), withinSeconds, dwellSeconds: 0, hosts }];
  }
  const withinSeconds = gapSeconds + 1;
  return [
    { gaugeMask, withinSeconds, dwellSeconds: 0, hosts: Number.POSITIVE_INFINITY },
    ...steps.map((step) => ({ ...step, withinSeconds })),
  ];
}

function isSame(one: Cover, other: Cover): boolean {
  return (
    one.gaugeMask === other.gaugeMask &&
    one.withinSeconds === other.withinSeconds &&
    one.dwellSeconds === other.dwellSeconds &&
    one.definition === other.definition
  );
}

/** What a single_host rule counts: the scope is the host itself. */
export interface HostCover {
  readonly gaugeMask: number;
  readonly withinSeconds: number;
  readonly hash: string;
}
