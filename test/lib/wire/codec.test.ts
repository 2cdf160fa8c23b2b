import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { Codec } from "../../../lib/wire/codec.ts";
import type { RegisteredSchema, RegisteredSchemas } from "../../../lib/wire/registered-schemas.ts";
import type { SchemaCatalogue } from "../../../lib/wire/schema.ts";

const VECTORS = new URL("../../vectors/avro/", import.meta.url);
const REFERENCE_SCHEMA = JSON.parse(
  readFileSync(new URL("test_schema.avsc", VECTORS), "utf8"),
) as unknown;
const REFERENCE_BYTES = readFileSync(new URL("test_message.bin", VECTORS));

function catalogueOf(current: unknown, ...older: unknown[]): SchemaCatalogue {
  const versions = older.map((schema, index) => ({ version: index + 1, schema }));
  return { current: new Map([["thing", current]]), history: new Map([["thing", versions]]) };
}

function thing(...fields: object[]): unknown {
  return { type: "record", name: "Thing", namespace: "tidegauge", fields };
}

const ID = { name: "id", type: "long" };
const colour = (...symbols: string[]): object => ({
  name: "colour",
  type: { type: "enum", name: "Colour", symbols, default: "GREY" },
  default: "GREY",
});

describe("the Avro project's reference message", () => {
  const codec = new Codec(catalogueOf(REFERENCE_SCHEMA));

  test("is read", () => {
    expect(codec.decode(REFERENCE_BYTES)).toMatchObject({
      ok: true,
      value: { id: 42, name: "Bill", tags: ["dog_lover", "cat_hater"] },
    });
  });

  test("is written byte for byte", () => {
    const value = { id: 42, name: "Bill", tags: ["dog_lover", "cat_hater"] };
    expect(Buffer.from(codec.encode("thing", value))).toEqual(REFERENCE_BYTES);
  });

  test.each([
    ["nothing", REFERENCE_BYTES.subarray(0, 0), "not_avro"],
    ["half a marker", REFERENCE_BYTES.subarray(0, 1), "not_avro"],
    ["half a header", REFERENCE_BYTES.subarray(0, 9), "truncated"],
    ["a header and no body", REFERENCE_BYTES.subarray(0, 10), "truncated"],
    ["all but the last byte", REFERENCE_BYTES.subarray(0, -1), "truncated"],
    ["one byte more", Buffer.concat([REFERENCE_BYTES, Buffer.of(0)]), "trailing_data"],
    ["text", Buffer.from("Limiting tcp reset response"), "not_avro"],
    ["another fingerprint", Buffer.from("c3010000000000000000", "hex"), "unknown_schema"],
  ] as const)("%s is %s", (_title, bytes, reason) => {
    expect(codec.decode(bytes)).toMatchObject({ ok: false, reason });
  });
});

describe("writers and readers of three versions", () => {
  const v1 = thing(ID);
  const v2 = thing(ID, colour("GREY", "RED"));
  const v3 = thing(ID, colour("GREY", "RED", "BLUE"), { name: "size", type: "int", default: 5 });
  const versions = [v1, v2, v3];
  const codecs = versions.map((current) => new Codec(catalogueOf(current, ...versions)));
  const values = [{ id: 1 }, { id: 2, colour: "RED" }, { id: 3, colour: "BLUE", size: 9 }];
  const written = codecs.map((codec, index) => codec.encode("thing", values[index]));

  test.each([
    ["the newest reads the oldest: defaults fill", 2, 0, { id: 1, colour: "GREY", size: 5 }],
    ["the newest reads the one before", 2, 1, { id: 2, colour: "RED", size: 5 }],
    ["an unknown symbol reads as the default", 1, 2, { id: 3, colour: "GREY" }],
    ["the oldest drops what it does not know", 0, 2, { id: 3 }],
    ["the middle one reads the oldest", 1, 0, { id: 1, colour: "GREY" }],
    ["the oldest reads the middle one", 0, 1, { id: 2 }],
  ] as const)("%s", (_title, reader, writer, expected) => {
    const record = codecs[reader]!.decode(written[writer]!);
    expect(record.ok && { ...(record.value as object) }).toEqual(expected);
  });
});

describe("limits", () => {
  const schema = thing(ID, { name: "text", type: "string" });

  test("a record above the limit is refused before it is looked at", () => {
    const codec = new Codec(catalogueOf(schema), { recordBytesMax: 64 });
    expect(codec.decode(new Uint8Array(65))).toMatchObject({ ok: false, reason: "too_large" });
  });

  test("writing above the limit is our own bug", () => {
    const codec = new Codec(catalogueOf(schema), { recordBytesMax: 100_000 });
    expect(() => codec.encode("thing", { id: 1, text: "x".repeat(200_000) })).toThrow(/cut before/);
    expect(() => codec.encode("thing", { id: 1 })).toThrow();
  });

  test("a record that outgrows the buffer is whole, and later ones do not touch it", () => {
    const codec = new Codec(catalogueOf(schema));
    const large = { id: 7, text: "ü".repeat(150_000) };
    const first = codec.encode("thing", large);
    codec.encode("thing", { id: 8, text: "z".repeat(400_000) });
    const record = codec.decode(first);
    expect(record.ok && { ...(record.value as object) }).toEqual(large);
  });

  test("an unsafe schema of our own does not start", () => {
    const bomb = thing({ name: "none", type: { type: "array", items: "null" } });
    expect(() => new Codec(catalogueOf(bomb))).toThrow(/zero_size_items/);
  });
});

const framed = (id: number, single: Uint8Array): Uint8Array => {
  const header = Buffer.alloc(5);
  header.writeUInt32BE(id, 1);
  return Buffer.concat([header, single.subarray(10)]);
};

const registryOf = (answer: RegisteredSchema): RegisteredSchemas => ({
  find: () => answer,
  fetch: () => Promise.resolve(),
});

describe("Confluent framing", () => {
  const current = thing(ID, colour("GREY", "RED"));
  const oldBytes = new Codec(catalogueOf(thing(ID))).encode("thing", { id: 5 });

  test("a registered version of ours is resolved, also one that was never released", () => {
    const registry = registryOf({ state: "known", schema: thing(ID) });
    const codec = new Codec(catalogueOf(current), { registry });
    const record = codec.decode(framed(77, oldBytes));
    expect(record).toMatchObject({ ok: true, name: "thing", isOurs: true });
    expect(record.ok && { ...(record.value as object) }).toEqual({ id: 5, colour: "GREY" });
  });

  test("a stranger's schema is read as it was written, also when it takes our name", () => {
    const schema = { type: "record", name: "thing", fields: [ID] };
    const registry = registryOf({ state: "known", schema });
    const record = new Codec(catalogueOf(current), { registry }).decode(framed(77, oldBytes));
    expect(record).toMatchObject({ ok: true, name: "thing", isOurs: false, value: { id: 5 } });
  });

  test.each([
    ["a registry that does not answer", { state: "unavailable" }, "schema_unavailable"],
    ["an id that does not exist", { state: "absent" }, "unknown_schema"],
    ["a bomb", { state: "known", schema: { type: "array", items: "null" } }, "unsafe_schema"],
    [
      "our name with other types",
      { state: "known", schema: thing({ name: "id", type: "bytes" }) },
      "incompatible_schema",
    ],
  ] as const)("%s is told apart", (_title, answer, reason) => {
    const codec = new Codec(catalogueOf(current), { registry: registryOf(answer) });
    expect(codec.decode(framed(77, oldBytes))).toMatchObject({ ok: false, reason });
  });

  test("without a registry it is an unknown schema, and one zero byte is nothing", () => {
    const codec = new Codec(catalogueOf(current));
    expect(codec.decode(framed(77, oldBytes))).toMatchObject({ reason: "unknown_schema" });
    expect(codec.decode(Uint8Array.of(0))).toMatchObject({ reason: "not_avro" });
  });

  test("an id that was unavailable is asked for again", () => {
    let answer: RegisteredSchema = { state: "unavailable" };
    const registry: RegisteredSchemas = { find: () => answer, fetch: () => Promise.resolve() };
    const codec = new Codec(catalogueOf(current), { registry });
    expect(codec.decode(framed(1, oldBytes)).ok).toBe(false);
    answer = { state: "known", schema: thing(ID) };
    expect(codec.decode(framed(1, oldBytes)).ok).toBe(true);
  });
});
