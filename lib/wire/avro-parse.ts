import type { AvroField, AvroType } from "./avro-type.ts";
import { fullName, isPrimitive, namespaceOf } from "./avro-type.ts";

/** What is wrong with a schema, and where. */
export interface SchemaProblem {
  readonly rule: SchemaRule;
  readonly path: string;
}

/** Closed set: the first seven are about any schema, the others about ours (schema-lint.ts). */
export type SchemaRule =
  | "malformed"
  | "illegal_name"
  | "unknown_type"
  | "redefined"
  | "recursive"
  | "too_nested"
  | "too_wide"
  | "zero_size_items"
  | "wrong_namespace"
  | "no_doc"
  | "enum_without_default"
  | "map"
  | "null_without_default";

/** JSON levels of a schema; ours need 12, and the parser's stack must not depend on a stranger. */
const JSON_DEPTH_MAX = 64;

class Malformed extends Error {
  readonly problem: SchemaProblem;
  constructor(rule: SchemaRule, path: string) {
    super(`${rule} at ${path}`);
    this.problem = { rule, path };
  }
}

type Json = Readonly<Record<string, unknown>>;

/** Parsed JSON to a tree of types; the first thing that is wrong otherwise. */
export function parseAvroSchema(
  schema: unknown,
): { ok: true; type: AvroType } | { ok: false; problem: SchemaProblem } {
  try {
    return { ok: true, type: new Parser().parse(schema, "", "$", 0) };
  } catch (error) {
    if (error instanceof Malformed) return { ok: false, problem: error.problem };
    throw error;
  }
}

class Parser {
  readonly #named = new Map<string, AvroType>();
  readonly #open = new Set<string>();

  parse(schema: unknown, namespace: string, path: string, depth: number): AvroType {
    if (depth > JSON_DEPTH_MAX) throw new Malformed("too_nested", path);
    if (typeof schema === "string") return this.#reference(schema, namespace, path);
    if (Array.isArray(schema)) return this.#union(schema, namespace, path, depth);
    if (typeof schema !== "object" || schema === null) throw new Malformed("malformed", path);
    const json = schema as Json;
    switch (json["type"]) {
      case "array":
        return {
          kind: "array",
          items: this.parse(json["items"], namespace, `${path}[]`, depth + 1),
        };
      case "map":
        return {
          kind: "map",
          items: this.parse(json["values"], namespace, `${path}{}`, depth + 1),
        };
      case "record":
      case "error":
      case "enum":
      case "fixed":
        return this.#definition(json, namespace, path, depth);
      default:
        return this.parse(json["type"], namespace, path, depth + 1);
    }
  }

  #reference(name: string, namespace: string, path: string): AvroType {
    if (isPrimitive(name)) return { kind: name };
    const full = fullName(name, namespace);
    if (this.#open.has(full)) throw new Malformed("recursive", path);
    const type = this.#named.get(full);
    if (type === undefined) throw new Malformed("unknown_type", path);
    return type;
  }

  #union(schemas: readonly unknown[], namespace: string, path: string, depth: number): AvroType {
    const branches = schemas.map((schema, index) =>
      this.parse(schema, namespace, `${path}|${index}`, depth + 1),
    );
    const labels = branches.map((branch) => ("name" in branch ? branch.name : branch.kind));
    const isFlat = !labels.includes("union") && new Set(labels).size === labels.length;
    if (!isFlat || labels.length === 0) throw new Malformed("malformed", path);
    return { kind: "union", branches };
  }

  #definition(json: Json, outer: string, path: string, depth: number): AvroType {
    const namespace = typeof json["namespace"] === "string" ? json["namespace"] : outer;
    const full = fullName(typeof json["name"] === "string" ? json["name"] : "", namespace);
    if (!full.split(".").every(isLegalName)) throw new Malformed("illegal_name", path);
    if (this.#named.has(full) || this.#open.has(full)) throw new Malformed("redefined", path);
    this.#open.add(full);
    const type = this.#body(json, full, path, depth);
    this.#open.delete(full);
    this.#named.set(full, type);
    return type;
  }

  #body(json: Json, name: string, path: string, depth: number): AvroType {
    const doc = json["doc"];
    if (json["type"] === "fixed") {
      const size = json["size"];
      if (typeof size !== "number" || !Number.isSafeInteger(size) || size < 0) {
        throw new Malformed("malformed", path);
      }
      return { kind: "fixed", name, size };
    }
    if (json["type"] === "enum") {
      return { kind: "enum", name, doc, symbols: symbolsOf(json, path), default: json["default"] };
    }
    const fields: AvroField[] = [];
    for (const field of listOf(json["fields"], path)) {
      fields.push(this.#field(field, namespaceOf(name), path, depth));
    }
    const names = new Set(fields.map((field) => field.name));
    if (names.size !== fields.length) throw new Malformed("redefined", path);
    return { kind: "record", name, doc, fields };
  }

  #field(field: unknown, namespace: string, path: string, depth: number): AvroField {
    if (typeof field !== "object" || field === null) throw new Malformed("malformed", path);
    const json = field as Json;
    const name = json["name"];
    if (!isLegalName(name)) throw new Malformed("illegal_name", path);
    const type = this.parse(json["type"], namespace, `${path}.${name}`, depth + 1);
    return { name, doc: json["doc"], type, default: json["default"] };
  }
}

function symbolsOf(json: Json, path: string): string[] {
  const symbols = listOf(json["symbols"], path).filter(isLegalName);
  const isWhole = symbols.length === (json["symbols"] as unknown[]).length && symbols.length > 0;
  if (!isWhole) throw new Malformed("illegal_name", path);
  if (new Set(symbols).size !== symbols.length) throw new Malformed("redefined", path);
  return symbols;
}

function listOf(value: unknown, path: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new Malformed("malformed", path);
  return value;
}

/** Avro names; `__proto__` would be legal, and a trap for every reader in JavaScript. */
function isLegalName(name: unknown): name is string {
  return typeof name === "string" && /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && name !== "__proto__";
}
