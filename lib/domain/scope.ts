/** A group of hosts that is watched together. */
export type ScopeDefinition =
  | { readonly name: string; readonly from: "host"; readonly pattern: string }
  | { readonly name: string; readonly from: "inventory"; readonly column: string }
  | { readonly name: string; readonly from: "all" };

export interface ScopeKey {
  readonly name: string;
  readonly value: string;
}

/** Default scopes: `site` is the host name up to its first `-`, `fleet` is all hosts. */
export const DEFAULT_SCOPES = [
  { name: "site", from: "host", pattern: "^([a-z0-9]+)-" },
  { name: "fleet", from: "all" },
] as const satisfies readonly ScopeDefinition[];
