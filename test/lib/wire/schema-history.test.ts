import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Codec, incompatibility } from "../../../lib/wire/codec.ts";
import { canonicalForm } from "../../../lib/wire/fingerprint.ts";
import { decodeMessage } from "../../../lib/wire/message.ts";
import { lintSchema } from "../../../lib/wire/schema-lint.ts";
import { loadSchemas, MESSAGE_NAMES, schemaFolder } from "../../../lib/wire/schema.ts";
import { MESSAGE_SAMPLES } from "./message-samples.ts";

const catalogue = loadSchemas();
const codec = new Codec(catalogue);

/** Everything that a reader acts on: names, types and defaults, but no words for people. */
function withoutDocs(schema: unknown): unknown {
  return JSON.parse(
    JSON.stringify(schema, (key, value: unknown) =>
      key === "doc" && typeof value === "string" ? undefined : value,
    ),
  );
}

describe.each(MESSAGE_NAMES)("%s", (name) => {
  const current = catalogue.current.get(name);
  const versions = catalogue.history.get(name) ?? [];

  test("is harmless and documented", () => {
    expect(lintSchema(current)).toEqual([]);
    for (const { schema } of versions) expect(lintSchema(schema)).toEqual([]);
  });

  test("is the newest released version: freeze a new one under schemas/history instead", () => {
    expect(withoutDocs(current)).toEqual(withoutDocs(versions.at(-1)?.schema));
  });

  test("every version reads every other", () => {
    for (const reader of versions) {
      for (const writer of versions) {
        expect(incompatibility(reader.schema, writer.schema)).toBeNull();
      }
    }
  });

  test("no two versions are the same", () => {
    const forms = versions.map((version) => canonicalForm(version.schema));
    expect(new Set(forms).size).toBe(forms.length);
  });

  test("what the first release wrote is read as it was meant", () => {
    const first = `v${versions[0]!.version}`;
    const hex = readFileSync(join(schemaFolder(), "history", first, `${name}.hex`), "utf8").trim();
    const message = decodeMessage(codec, Buffer.from(hex, "hex"), [name]);
    expect(message).toMatchObject({ ok: true, name });
    if (message.ok) expect(plain(message.value)).toEqual(plain(MESSAGE_SAMPLES[name]));
  });

  test("every released version has its sample", () => {
    for (const { version } of versions) {
      const path = join(schemaFolder(), "history", `v${version}`, `${name}.hex`);
      const bytes = Buffer.from(readFileSync(path, "utf8").trim(), "hex");
      expect(decodeMessage(codec, bytes, [name])).toMatchObject({ ok: true, name });
    }
  });
});

/** Buffer and Uint8Array hold the same bytes. */
function plain(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_key, inner: unknown) =>
      inner instanceof Uint8Array ? Buffer.from(inner).toString("hex") : inner,
    ).replaceAll(/\{"type":"Buffer","data":\[([\d,]*)\]\}/g, (_whole, list: string) =>
      JSON.stringify(Buffer.from(list === "" ? [] : list.split(",").map(Number)).toString("hex")),
    ),
  );
}

const record = (fields: object[]): object => ({ type: "record", name: "tidegauge.T", fields });

describe("the compatibility check itself", () => {
  const base = record([{ name: "a", type: "int" }]);

  test.each([
    [
      "a field without default is added",
      record([
        { name: "a", type: "int" },
        { name: "b", type: "int" },
      ]),
    ],
    ["a type changes", record([{ name: "a", type: "string" }])],
    ["a field is renamed", record([{ name: "c", type: "int" }])],
  ])("refuses when %s", (_title, changed) => {
    const problems = [incompatibility(changed, base), incompatibility(base, changed)];
    expect(problems.some((problem) => problem !== null)).toBe(true);
  });

  test("allows a field with a default, in both directions", () => {
    const grown = record([
      { name: "a", type: "int" },
      { name: "b", type: "int", default: 7 },
    ]);
    expect(incompatibility(grown, base)).toBeNull();
    expect(incompatibility(base, grown)).toBeNull();
  });
});
