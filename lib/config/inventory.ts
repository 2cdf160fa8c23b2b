import { readFileSync, statSync } from "node:fs";
import { isAddress } from "../domain/address.ts";
import { type IdentityRules, normaliseHostName } from "../domain/host-identity.ts";
import {
  createInventory,
  EMPTY_INVENTORY,
  INVENTORY_COLUMNS,
  type Inventory,
  type InventoryHost,
} from "../domain/inventory.ts";
import type { Config } from "./config.ts";
import { type CsvRecord, readCsv } from "./csv.ts";
import { suggest } from "./nearest.ts";
import { formatValue, type Problem } from "./problem.ts";
import { REALM_PATTERN } from "./realm.ts";

export interface LoadedInventory {
  /** Empty where anything is wrong. */
  readonly inventory: Inventory;
  readonly problems: readonly Problem[];
}

const COLUMNS = ["host", "realm", "aliases", ...INVENTORY_COLUMNS] as const;
type Column = (typeof COLUMNS)[number];

/** A million hosts take about 100 MB; a string of V8 holds 512 MB. */
const FILE_BYTES_MAX = 268_435_456;

/** A file that is wrong throughout says so a hundred times, not a million times. */
const PROBLEMS_MAX = 100;

/** Reads `inventory:` of a configuration; without one the inventory is empty. */
export function loadInventory(config: Pick<Config, "inventoryPath" | "domains">): LoadedInventory {
  const file = config.inventoryPath;
  if (file === null) return { inventory: EMPTY_INVENTORY, problems: [] };
  try {
    if (statSync(file).size > FILE_BYTES_MAX) {
      return unreadable(file, "is larger than 256MiB", "split the fleet, or leave columns out");
    }
    return parseInventory(readFileSync(file, "utf8"), file, config.domains);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
    return unreadable(file, `cannot be read (${code})`, "name a CSV file that can be read");
  }
}

/** Realm to its rules, as the host directory wants them. */
export function identityRulesOf(
  config: Pick<Config, "domains">,
  inventory: Inventory,
): (realm: string) => IdentityRules {
  return (realm) => ({ domains: config.domains, aliases: inventory.aliasesOf(realm) });
}

function unreadable(source: string, problem: string, remedy: string): LoadedInventory {
  const problems = [{ source, line: null, path: "", value: null, problem, remedy }];
  return { inventory: EMPTY_INVENTORY, problems };
}

/** `source` names the file in problems. */
export function parseInventory(
  text: string,
  source: string,
  domains: readonly string[],
): LoadedInventory {
  const records = readCsv(text);
  const header = records.next();
  if (header.done === true) {
    return unreadable(source, "is empty", "begin with a line of columns, such as host,site");
  }
  const reader = new InventoryReader(source, domains);
  reader.header(header.value);
  for (const record of records) reader.record(record);
  return reader.finish();
}

class InventoryReader {
  readonly #source: string;
  readonly #domains: readonly string[];
  readonly #hosts: InventoryHost[] = [];
  /** Realm and name, of hosts and aliases, to the host and the line that first had it. */
  readonly #taken = new Map<string, { line: number; host: string }>();
  readonly #aliases: { line: number; realm: string; alias: string; host: string }[] = [];
  readonly #problems: Problem[] = [];
  #problemCount = 0;
  #columns: readonly string[] = [];

  constructor(source: string, domains: readonly string[]) {
    this.#source = source;
    this.#domains = domains;
  }

  header(record: CsvRecord): void {
    this.#columns = record.fields.map((field) => field.trim().toLowerCase());
    for (const [i, column] of this.#columns.entries()) {
      if (!(COLUMNS as readonly string[]).includes(column)) {
        this.#add(
          record.line,
          column,
          null,
          "is not a column that is known",
          suggest(column, COLUMNS),
        );
      } else if (this.#columns.indexOf(column) !== i) {
        this.#add(record.line, column, null, "stands twice", "remove one of the two columns");
      }
    }
    if (!this.#columns.includes("host")) {
      const remedy = "begin with a line of columns that has `host`";
      this.#add(record.line, "host", null, "this column is missing", remedy);
    }
  }

  record(record: CsvRecord): void {
    const { line, fields } = record;
    if (record.torn) {
      this.#add(
        line,
        "",
        null,
        "has a quote that does not end where its field ends",
        'write " as ""',
      );
      return;
    }
    if (fields.length !== this.#columns.length) {
      const problem = `has ${fields.length} fields, and there are ${this.#columns.length} columns`;
      this.#add(line, "", null, problem, "quote fields that hold a comma");
      return;
    }
    const host = normaliseHostName(this.#field(record, "host"), this.#domains);
    const realm = this.#field(record, "realm").toLowerCase();
    if (host === "" || /\s/.test(host)) {
      this.#add(line, "host", host, "is not a host name", "write one name without blanks");
      return;
    }
    if (!REALM_PATTERN.test(realm)) {
      const remedy = "use lower-case letters, digits and dashes, or nothing";
      this.#add(line, "realm", realm, "is not a realm", remedy);
      return;
    }
    this.#addHost(record, host, realm);
  }

  finish(): LoadedInventory {
    // Aliases last, so that one that is also a host further down is found.
    for (const { line, realm, alias, host } of this.#aliases) {
      this.#take(line, "aliases", realm, alias, host);
    }
    if (this.#problemCount > 0) {
      const more = this.#problemCount - this.#problems.length;
      if (more > 0) {
        const problem = `has ${more} more problems of this kind`;
        const remedy = "mend those above and check again";
        const place = { source: this.#source, line: null, path: "", value: null };
        this.#problems.push({ ...place, problem, remedy });
      }
      return { inventory: EMPTY_INVENTORY, problems: this.#problems };
    }
    return { inventory: createInventory(this.#hosts), problems: [] };
  }

  #addHost(record: CsvRecord, host: string, realm: string): void {
    const aliases = this.#field(record, "aliases")
      .split(/[;\s]+/)
      .map((alias) => normaliseHostName(alias, this.#domains))
      .filter((alias) => alias !== "" && alias !== host);
    if (!this.#take(record.line, "host", realm, host, host)) return;
    for (const alias of aliases) this.#aliases.push({ line: record.line, realm, alias, host });
    this.#hosts.push({
      host,
      realm,
      aliases: [...new Set(aliases)],
      site: this.#optional(record, "site"),
      role: this.#optional(record, "role"),
      os: this.#optional(record, "os"),
      owner: this.#optional(record, "owner"),
      state: this.#optional(record, "state"),
    });
  }

  /** Whether the name was free, or belongs to the same host already. */
  #take(line: number, path: Column, realm: string, name: string, host: string): boolean {
    const key = `${realm}/${name}`;
    const first = this.#taken.get(key);
    if (first === undefined) {
      this.#taken.set(key, { line, host });
      return true;
    }
    if (first.host === host && path === "aliases") return true;
    const problem = `stands on line ${line} and already on line ${first.line}`;
    const remedy = isAddress(name)
      ? "an address belongs to one host: keep it on one of the two lines"
      : "keep it on one of the two lines, or tell them apart by `realm`";
    this.#add(line, path, name, problem, remedy);
    return false;
  }

  #field(record: CsvRecord, column: Column): string {
    return record.fields[this.#columns.indexOf(column)]?.trim() ?? "";
  }

  #optional(record: CsvRecord, column: Column): string | null {
    const value = this.#field(record, column);
    return value === "" ? null : value;
  }

  #add(line: number, path: string, value: string | null, problem: string, remedy: string): void {
    this.#problemCount++;
    if (this.#problems.length >= PROBLEMS_MAX) return;
    const shown = value === null ? null : formatValue(value);
    this.#problems.push({ source: this.#source, line, path, value: shown, problem, remedy });
  }
}
