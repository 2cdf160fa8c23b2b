import type { SchemaProblem } from "./avro-parse.ts";
import { parseAvroSchema } from "./avro-parse.ts";
import type { AvroType } from "./avro-type.ts";
import { leastBytes } from "./avro-type.ts";

/** Levels of records, arrays and maps below the root. */
export const NESTING_MAX = 4;

/** Types of a schema with every name written out, so that records in records do not multiply. */
export const WIDTH_MAX = 1_000;

const NAMESPACE = "tidegauge";

/**
 * What could make a small record expensive to decode: recursion, deep nesting, collections whose
 * items take no bytes (5 bytes of `array<null>` cost 745 MB), records that multiply. Also says when
 * the schema is no schema. For ours and for a stranger's alike.
 */
export function bombsIn(schema: unknown): SchemaProblem[] {
  const parsed = parseAvroSchema(schema);
  if (!parsed.ok) return [parsed.problem];
  // First, because whatever walks the tree afterwards relies on its size.
  if (widthOf(parsed.type) > WIDTH_MAX) return [{ rule: "too_wide", path: "$" }];
  const problems: SchemaProblem[] = [];
  visit(parsed.type, "$", 0, (type, path, depth) => {
    if (depth > NESTING_MAX) problems.push({ rule: "too_nested", path });
    const isCollection = type.kind === "array" || type.kind === "map";
    if (isCollection && leastBytes(type.items) === 0) {
      problems.push({ rule: "zero_size_items", path });
    }
  });
  return problems;
}

/** bombsIn, and what we ask of our own schemas (schemas/README.md). */
export function lintSchema(schema: unknown): SchemaProblem[] {
  const problems = bombsIn(schema);
  const parsed = parseAvroSchema(schema);
  if (!parsed.ok || problems.some((problem) => problem.rule === "too_wide")) return problems;
  visit(parsed.type, "$", 0, (type, path) => problems.push(...houseRules(type, path)));
  return problems;
}

function houseRules(type: AvroType, path: string): SchemaProblem[] {
  const problems: SchemaProblem[] = [];
  const isNamed = "name" in type;
  if (isNamed && !type.name.startsWith(`${NAMESPACE}.`)) {
    problems.push({ rule: "wrong_namespace", path });
  }
  if (type.kind === "map") problems.push({ rule: "map", path });
  if (type.kind === "enum") {
    const hasDefault = typeof type.default === "string" && type.symbols.includes(type.default);
    if (!hasDefault) problems.push({ rule: "enum_without_default", path });
    if (isEmpty(type.doc)) problems.push({ rule: "no_doc", path });
  }
  if (type.kind !== "record") return problems;
  if (isEmpty(type.doc)) problems.push({ rule: "no_doc", path });
  for (const field of type.fields) {
    const at = `${path}.${field.name}`;
    if (isEmpty(field.doc)) problems.push({ rule: "no_doc", path: at });
    const canBeNull =
      field.type.kind === "union" && field.type.branches.some((branch) => branch.kind === "null");
    if (canBeNull && field.default !== null) {
      problems.push({ rule: "null_without_default", path: at });
    }
  }
  return problems;
}

function isEmpty(doc: unknown): boolean {
  return typeof doc !== "string" || doc.trim() === "";
}

type Visitor = (type: AvroType, path: string, depth: number) => void;

function visit(type: AvroType, path: string, depth: number, visitor: Visitor): void {
  visitor(type, path, depth);
  if (type.kind === "array" || type.kind === "map") {
    // The record of a row is one level with its column of rows, not two.
    const isDeeper = isNesting(type.items) && type.items.kind !== "record";
    visit(type.items, `${path}[]`, isDeeper ? depth + 1 : depth, visitor);
  } else if (type.kind === "union") {
    for (const branch of type.branches) visit(branch, path, depth, visitor);
  } else if (type.kind === "record") {
    for (const field of type.fields) {
      const fieldDepth = isNesting(field.type) ? depth + 1 : depth;
      visit(field.type, `${path}.${field.name}`, fieldDepth, visitor);
    }
  }
}

function isNesting(type: AvroType): boolean {
  if (type.kind === "union") return type.branches.some(isNesting);
  return type.kind === "array" || type.kind === "map" || type.kind === "record";
}

/** Types of the tree with every name written out; stops counting beyond the limit. */
function widthOf(type: AvroType): number {
  let width = 1;
  for (const part of partsOf(type)) {
    width += widthOf(part);
    if (width > WIDTH_MAX) break;
  }
  return width;
}

function partsOf(type: AvroType): readonly AvroType[] {
  switch (type.kind) {
    case "array":
    case "map":
      return [type.items];
    case "union":
      return type.branches;
    case "record":
      return type.fields.map((field) => field.type);
    default:
      return [];
  }
}
