import type { ScopeKey } from "../../lib/domain/scope.ts";
import type { Scoping } from "../../lib/domain/scoping.ts";
import { scopeRecordKey } from "../../lib/wire/record-key.ts";

/**
 * By what a scope finds its partition of `tallies`. A host's own scope lives where its first scope
 * does: there it can be folded into a larger one.
 */
export function scopeRoute({ name, value }: ScopeKey, scoping: Scoping): string {
  if (name !== "host") return scopeRecordKey({ name, value });
  const slash = value.indexOf("/");
  const realm = slash < 0 ? "" : value.slice(0, slash);
  const values = scoping.scopesOf(realm, value.slice(slash + 1));
  const first = values.findIndex((candidate) => candidate !== null);
  if (first < 0) return scopeRecordKey({ name, value });
  return scopeRecordKey({ name: scoping.definitions[first]!.name, value: values[first]! });
}
