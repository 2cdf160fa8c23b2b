import { fullName, isPrimitive, namespaceOf } from "./avro-type.ts";

/** CRC-64-AVRO of the empty string (Avro 1.12 specification, "Schema Fingerprints"). */
const EMPTY = 0xc15d213aa4d7a795n;

const TABLE = Array.from({ length: 256 }, (_, index) => {
  let entry = BigInt(index);
  for (let bit = 0; bit < 8; bit++) entry = (entry >> 1n) ^ (entry & 1n ? EMPTY : 0n);
  return entry;
});

/** Attributes that the canonical form keeps, in its order. */
const KEPT = ["name", "type", "fields", "symbols", "items", "values", "size"] as const;

/** The Parsing Canonical Form of a valid schema: equal text, equal bytes on the wire. */
export function canonicalForm(schema: unknown): string {
  return canonical(schema, "");
}

/**
 * CRC-64-AVRO over the canonical form, unsigned; single-object encoding carries it little-endian.
 */
export function fingerprint(schema: unknown): bigint {
  let crc = EMPTY;
  for (const byte of new TextEncoder().encode(canonicalForm(schema))) {
    crc = (crc >> 8n) ^ (TABLE[Number((crc ^ BigInt(byte)) & 0xffn)] ?? 0n);
  }
  return crc;
}

function canonical(schema: unknown, namespace: string): string {
  if (typeof schema === "string") {
    return JSON.stringify(isPrimitive(schema) ? schema : fullName(schema, namespace));
  }
  if (Array.isArray(schema)) {
    return `[${schema.map((branch) => canonical(branch, namespace)).join(",")}]`;
  }
  const json = schema as Readonly<Record<string, unknown>>;
  const type = json["type"];
  const isDefinition = typeof json["name"] === "string";
  const isCollection = type === "array" || type === "map";
  if (!isDefinition && !isCollection) return canonical(type, namespace);
  const outer = typeof json["namespace"] === "string" ? json["namespace"] : namespace;
  const name = isDefinition ? fullName(json["name"] as string, outer) : "";
  const inner = isDefinition ? namespaceOf(name) : namespace;
  const parts: string[] = [];
  for (const key of KEPT) {
    if (!(key in json)) continue;
    parts.push(`${JSON.stringify(key)}:${attribute(key, json[key], name, inner)}`);
  }
  return `{${parts.join(",")}}`;
}

function attribute(
  key: (typeof KEPT)[number],
  value: unknown,
  name: string,
  inner: string,
): string {
  switch (key) {
    case "name":
      return JSON.stringify(name);
    case "fields":
      return `[${(value as { name: string; type: unknown }[])
        .map(
          (field) =>
            `{"name":${JSON.stringify(field.name)},"type":${canonical(field.type, inner)}}`,
        )
        .join(",")}]`;
    case "items":
    case "values":
      return canonical(value, inner);
    default:
      return JSON.stringify(value);
  }
}
