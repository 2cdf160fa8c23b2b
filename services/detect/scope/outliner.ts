import type { Outline } from "../../../lib/domain/outline.ts";
import type { Rule } from "../../../lib/domain/rule.ts";
import type { ScopeDefinition } from "../../../lib/domain/scope.ts";
import { type IncidentRecord, isLiving } from "./incident-record.ts";
import type { Watch } from "./watch.ts";

/** An outline before its place in the log is known. */
export type MovedOutline = Omit<Outline, "partition" | "revision">;

/**
 * Finds out which incidents other partitions must hear of: those of scopes whose hosts live
 * elsewhere, when how far they reach has moved.
 */
export class Outliner {
  readonly #wide: ReadonlySet<Rule>;
  readonly #touched = new Set<Watch>();
  readonly #told = new WeakMap<IncidentRecord, string>();
  readonly #moved = new Map<string, MovedOutline>();

  constructor(rules: readonly Rule[], definitions: readonly ScopeDefinition[]) {
    const singles = rules.filter(({ type }) => type === "single_host");
    // A host is at home where its first scope is, so those of the first definition are all there.
    const isWide = ({ type, scope, gaugeMask }: Rule): boolean =>
      type !== "single_host" &&
      definitions.findIndex(({ name }) => name === scope) > 0 &&
      singles.some((single) => (single.gaugeMask & gaugeMask) !== 0);
    this.#wide = new Set(rules.filter(isWide));
  }

  touched(watch: Watch): void {
    if (this.#wide.has(watch.rule)) this.#touched.add(watch);
  }

  /** To be called when the incidents of what was touched are evaluated. */
  settle(): void {
    for (const { rule, scope, records } of this.#touched) {
      for (const record of records) {
        const { id, startedAt, lastSeenAt } = record;
        const outline = { id, startedAt, lastSeenAt, isLiving: isLiving(record) };
        const text = `${id} ${startedAt} ${lastSeenAt} ${outline.isLiving}`;
        if (this.#told.get(record) === text) continue;
        this.#told.set(record, text);
        this.#moved.set(id, { rule: rule.name, scope, ...outline });
      }
    }
    this.#touched.clear();
  }

  /** What has moved since the last call. */
  take(): readonly MovedOutline[] {
    const moved = [...this.#moved.values()];
    this.#moved.clear();
    return moved;
  }
}
