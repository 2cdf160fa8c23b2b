import { isAddress } from "./address.ts";
import type { InventoryLookup } from "./inventory.ts";
import type { ScopeDefinition } from "./scope.ts";

/** The one value of a scope that is `from: all`. */
export const SCOPE_VALUE_ALL = "all";

/** A DNS name has at most 253 characters (RFC 1035); no pattern runs on anything longer. */
const HOST_CHARS_MAX = 253;

export interface Scoping {
  readonly definitions: readonly ScopeDefinition[];
  /**
   * The value of every definition for one host, in the order of the definitions; null is "in none".
   * `host` is an identity (host-identity.ts). Runs patterns: call it once per host, never per line.
   */
  scopesOf(realm: string, host: string): readonly (string | null)[];
}

type Classifier = (realm: string, host: string) => string | null;

/** Definitions come from a checked configuration: a pattern that does not compile throws. */
export function createScoping(
  definitions: readonly ScopeDefinition[],
  inventory: InventoryLookup,
): Scoping {
  const classifiers = definitions.map((definition) => classifierOf(definition, inventory));
  return {
    definitions,
    scopesOf: (realm, host) => classifiers.map((classify) => classify(realm, host)),
  };
}

function classifierOf(definition: ScopeDefinition, inventory: InventoryLookup): Classifier {
  switch (definition.from) {
    case "all":
      return () => SCOPE_VALUE_ALL;
    case "inventory":
      return (realm, host) => inventory.valueOf(realm, host, definition.column);
    case "host": {
      const pattern = new RegExp(definition.pattern);
      return (_realm, host) => firstCapture(pattern, host);
    }
  }
}

function firstCapture(pattern: RegExp, host: string): string | null {
  if (host.length > HOST_CHARS_MAX || isAddress(host)) return null;
  const value = pattern.exec(host)?.[1];
  return value === undefined || value === "" ? null : value;
}
