import { describe, expect, test } from "vitest";
import { bombsIn, lintSchema } from "../../../lib/wire/schema-lint.ts";
import type { SchemaRule } from "../../../lib/wire/avro-parse.ts";

const field = (name: string, type: unknown, rest: object = {}): object => ({
  name,
  type,
  doc: "A field.",
  ...rest,
});
const record = (name: string, fields: unknown, rest: object = {}): object => ({
  type: "record",
  name,
  namespace: "tidegauge",
  doc: "A record.",
  fields,
  ...rest,
});
const array = (items: unknown): object => ({ type: "array", items });

/** A ladder of records, each holding the one below it twice as often as it likes. */
function multiplying(levels: number, width: number): object {
  let schema: object = record("Level0", []);
  for (let level = 1; level <= levels; level++) {
    const below = schema;
    const fields = Array.from({ length: width }, (_, index) =>
      field(`f${index}`, index === 0 ? below : `Level${level - 1}`),
    );
    schema = record(`Level${level}`, fields);
  }
  return schema;
}

function nestedType(levels: number): unknown {
  let schema: unknown = "int";
  for (let level = 0; level < levels; level++) schema = { type: schema };
  return schema;
}

const BAD: readonly [title: string, rule: SchemaRule, schema: unknown][] = [
  ["array of null, 745 MB from 5 bytes", "zero_size_items", array("null")],
  ["array of an empty record", "zero_size_items", array(record("Empty", []))],
  [
    "array of a record of nothing but nulls",
    "zero_size_items",
    array(record("Nulls", [field("a", "null"), field("b", "null")])),
  ],
  [
    "array of fixed without size",
    "zero_size_items",
    array({ type: "fixed", name: "tidegauge.Zero", size: 0 }),
  ],
  ["map of null", "zero_size_items", { type: "map", values: "null" }],
  [
    "zero-size array deep inside",
    "zero_size_items",
    record("Deep", [field("rows", array(record("Row", [field("none", array("null"))])))]),
  ],
  [
    "record that holds itself",
    "recursive",
    record("Node", [field("next", ["null", "Node"], { default: null })]),
  ],
  [
    "record that holds itself through an array",
    "recursive",
    record("Tree", [field("children", array("tidegauge.Tree"))]),
  ],
  ["six arrays in one another", "too_nested", array(array(array(array(array(array("int"))))))],
  ["a hundred layers of type", "too_nested", nestedType(100)],
  ["records that multiply without taking a byte", "too_wide", multiplying(8, 40)],
  ["a record of two thousand fields", "too_wide", multiplying(1, 2_000)],
  ["a reference to nothing", "unknown_type", record("Lost", [field("a", "Nowhere")])],
  ["no schema at all", "malformed", 42],
  ["a record without fields", "malformed", record("Bare", undefined)],
  ["a union in a union", "malformed", ["null", ["int", "string"]]],
  ["a union of two strings", "malformed", ["string", "string"]],
  ["a field called like a prototype", "illegal_name", record("Trap", [field("__proto__", "int")])],
  ["a record with a space in its name", "illegal_name", record("Bad Name", [])],
  ["a field twice", "redefined", record("Twice", [field("a", "int"), field("a", "int")])],
  [
    "a name twice",
    "redefined",
    record("Pair", [field("a", record("Same", [])), field("b", record("Same", []))]),
  ],
  ["a negative size", "malformed", { type: "fixed", name: "tidegauge.Less", size: -1 }],
];

const UNTIDY: readonly [title: string, rule: SchemaRule, schema: unknown][] = [
  ["a field without doc", "no_doc", record("A", [field("a", "int", { doc: " " })])],
  ["a record without doc", "no_doc", record("A", [field("a", "int")], { doc: undefined })],
  ["another namespace", "wrong_namespace", record("A", [field("a", "int")], { namespace: "x" })],
  ["a map: keys like __proto__", "map", record("A", [field("a", { type: "map", values: "int" })])],
  [
    "an enum without default",
    "enum_without_default",
    record("A", [field("a", { type: "enum", name: "E", doc: "An enum.", symbols: ["X"] })]),
  ],
  [
    "an enum whose default is no symbol",
    "enum_without_default",
    record("A", [
      field("a", { type: "enum", name: "E", doc: "An enum.", symbols: ["X"], default: "Y" }),
    ]),
  ],
  ["a null without default", "null_without_default", record("A", [field("a", ["null", "int"])])],
];

describe("a schema that could hurt a reader is refused", () => {
  test.each(BAD)("%s: %s", (_title, rule, schema) => {
    expect(bombsIn(schema).map((problem) => problem.rule)).toContain(rule);
    expect(lintSchema(schema).map((problem) => problem.rule)).toContain(rule);
  });
});

describe("a schema of ours that is untidy is refused, a stranger's is not", () => {
  test.each(UNTIDY)("%s: %s", (_title, rule, schema) => {
    expect(bombsIn(schema)).toEqual([]);
    expect(lintSchema(schema).map((problem) => problem.rule)).toContain(rule);
  });
});

test("a problem says where it is", () => {
  const schema = record("Deep", [
    field("rows", array(record("Row", [field("none", array("null"))]))),
  ]);
  expect(bombsIn(schema)).toEqual([{ rule: "zero_size_items", path: "$.rows[].none" }]);
});

test("four levels are enough for everybody and allowed", () => {
  const schema = record("Fine", [field("a", array(array(array(array("int")))))]);
  expect(lintSchema(schema)).toEqual([]);
});
