/** Columns of an inventory that say something about a host, beside its name, realm and aliases. */
export const INVENTORY_COLUMNS = ["site", "role", "os", "owner", "state"] as const;
export type InventoryColumn = (typeof INVENTORY_COLUMNS)[number];

export interface InventoryHost {
  /** Identity: normalised, domains stripped. */
  readonly host: string;
  readonly realm: string;
  readonly aliases: readonly string[];
  readonly site: string | null;
  readonly role: string | null;
  readonly os: string | null;
  readonly owner: string | null;
  readonly state: string | null;
}

/** What the inventory says about a host; null where it says nothing. */
export interface InventoryLookup {
  valueOf(realm: string, host: string, column: string): string | null;
}

export interface Inventory extends InventoryLookup {
  readonly hosts: readonly InventoryHost[];
  /** By realm: aliases to identities, as host-identity.ts wants them. */
  aliasesOf(realm: string): ReadonlyMap<string, string>;
}

const NO_ALIASES: ReadonlyMap<string, string> = new Map();

/** Hosts are distinct by realm and name, aliases within a realm (lib/config/inventory.ts). */
export function createInventory(hosts: readonly InventoryHost[]): Inventory {
  const byRealm = new Map<string, Map<string, InventoryHost>>();
  const aliases = new Map<string, Map<string, string>>();
  for (const entry of hosts) {
    mapOf(byRealm, entry.realm).set(entry.host, entry);
    for (const alias of entry.aliases) mapOf(aliases, entry.realm).set(alias, entry.host);
  }
  return {
    hosts,
    aliasesOf: (realm) => aliases.get(realm) ?? NO_ALIASES,
    valueOf(realm, host, column) {
      const entry = byRealm.get(realm)?.get(host);
      return entry === undefined || !isInventoryColumn(column) ? null : entry[column];
    },
  };
}

export const EMPTY_INVENTORY: Inventory = createInventory([]);

function isInventoryColumn(name: string): name is InventoryColumn {
  return (INVENTORY_COLUMNS as readonly string[]).includes(name);
}

function mapOf<T>(byRealm: Map<string, Map<string, T>>, realm: string): Map<string, T> {
  let map = byRealm.get(realm);
  if (map === undefined) {
    map = new Map();
    byRealm.set(realm, map);
  }
  return map;
}
