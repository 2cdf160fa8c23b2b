import type { Incident } from "../../lib/domain/incident.ts";
import { partitionOf } from "../../lib/stream/partition.ts";
import type { DetectOptions } from "./detect-options.ts";
import { endedByRuleChange, isOutdated } from "./rules/rule-changed.ts";
import { scopeRoute } from "./scope-route.ts";

/**
 * Published incidents whose rule has changed since: each is ended once, by whoever holds its
 * partition, and its id stays its own. Read from `incidents`, so that a state that was lost or
 * folded anew leaves none of them open.
 */
export class OutdatedIncidents {
  readonly #options: Pick<DetectOptions, "scoping" | "partitionsOf">;
  readonly #hashOf: (ruleName: string) => string | null;
  /** The last revision of each. */
  readonly #open = new Map<string, Incident>();
  readonly #taken = new Set<string>();

  constructor(
    options: Pick<DetectOptions, "scoping" | "partitionsOf">,
    hashOf: (ruleName: string) => string | null,
  ) {
    this.#options = options;
    this.#hashOf = hashOf;
  }

  /** A revision that the log holds, in the order of the log. */
  take(incident: Incident): void {
    const { id } = incident;
    if (isOutdated(incident, this.#hashOf)) {
      this.#open.set(id, incident);
      this.#taken.add(id);
    } else {
      this.#open.delete(id);
      if (incident.closeReason === "rule_changed") this.#taken.add(id);
      else this.#taken.delete(id);
    }
  }

  /** An incident of a former rule has this id: the new rule's needs another. */
  isTaken(id: string): boolean {
    return this.#taken.has(id);
  }

  /** The last revisions of those that live in this partition; each is given once. */
  endIn(partition: number, logTimeMs: number): readonly Incident[] {
    if (this.#open.size === 0) return [];
    const count = this.#options.partitionsOf("tallies");
    const ended: Incident[] = [];
    for (const [id, incident] of this.#open) {
      const route = scopeRoute(incident.scope, this.#options.scoping);
      if (partitionOf(route, count) !== partition) continue;
      this.#open.delete(id);
      ended.push(endedByRuleChange(incident, logTimeMs));
    }
    return ended;
  }
}
