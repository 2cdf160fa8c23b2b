import type { Outline } from "../../../lib/domain/outline.ts";
import type { Span } from "./episodes.ts";

/** Incidents that other partitions of `tallies` fold, as these last said how far they reach. */
export class Elsewhere {
  /** By rule and scope, then by id. */
  readonly #outlines = new Map<string, Map<string, Outline>>();

  /** The stretch that it covers now or did before; null where nothing is new. */
  put(outline: Outline): Span | null {
    const key = keyOf(outline.rule, outline.scope.value);
    const known = this.#outlines.get(key) ?? new Map<string, Outline>();
    const before = known.get(outline.id);
    if (before !== undefined && before.revision >= outline.revision) return null;
    known.set(outline.id, outline);
    this.#outlines.set(key, known);
    return {
      from: Math.min(outline.startedAt, before?.startedAt ?? outline.startedAt),
      to: Math.max(outline.lastSeenAt, before?.lastSeenAt ?? outline.lastSeenAt),
    };
  }

  /** Living incidents of a rule and scope that touch the span. */
  overlapping(rule: string, scopeValue: string, span: Span): Outline[] {
    const known = this.#outlines.get(keyOf(rule, scopeValue));
    if (known === undefined) return [];
    return [...known.values()].filter(
      ({ isLiving, startedAt, lastSeenAt }) =>
        isLiving && startedAt <= span.to && lastSeenAt >= span.from,
    );
  }

  forgetBefore(second: number): void {
    for (const [key, known] of this.#outlines) {
      for (const [id, { lastSeenAt }] of known) if (lastSeenAt < second) known.delete(id);
      if (known.size === 0) this.#outlines.delete(key);
    }
  }

  /** For a snapshot. */
  state(): Outline[] {
    return [...this.#outlines.values()].flatMap((known) => [...known.values()]);
  }
}

function keyOf(rule: string, scopeValue: string): string {
  return `${rule}\0${scopeValue}`;
}
