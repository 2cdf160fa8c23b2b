import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { canonicalForm, fingerprint } from "../../../lib/wire/fingerprint.ts";

interface Vector {
  readonly number: string;
  readonly input: unknown;
  readonly canonical: string;
  readonly fingerprint: bigint | null;
}

/** The Apache Avro project's own vectors; share/test/data/schema-tests.txt. */
function readVectors(): Vector[] {
  const text = readFileSync(
    new URL("../../vectors/avro/schema-tests.txt", import.meta.url),
    "utf8",
  );
  return text
    .split(/^\/\/ (?=\d{3}$)/m)
    .slice(1)
    .map((block) => {
      const input = /^<<INPUT(?: (.*)|\n([\s\S]*?)\nINPUT)$/m.exec(block);
      const crc = /^<<fingerprint (-?\d+)$/m.exec(block)?.[1];
      return {
        number: block.slice(0, 3),
        input: JSON.parse(input?.[1] ?? input?.[2] ?? "") as unknown,
        canonical: /^<<canonical (.*)$/m.exec(block)?.[1] ?? "",
        fingerprint: crc === undefined ? null : BigInt.asUintN(64, BigInt(crc)),
      };
    });
}

describe("the Avro project's vectors", () => {
  const vectors = readVectors();

  test("all are there", () => {
    expect(vectors.map((vector) => vector.number)).toEqual(
      Array.from({ length: 34 }, (_, index) => String(index).padStart(3, "0")),
    );
    expect(vectors.filter((vector) => vector.fingerprint !== null)).toHaveLength(26);
  });

  test.each(vectors)("$number has its canonical form", ({ input, canonical }) => {
    expect(canonicalForm(input)).toBe(canonical);
  });

  test.each(vectors.filter((vector) => vector.fingerprint !== null))(
    "$number has its fingerprint",
    (vector) => {
      expect(fingerprint(vector.input)).toBe(vector.fingerprint);
    },
  );
});

test("references take the namespace of the definition around them", () => {
  const schema = {
    type: "record",
    name: "a.b.Outer",
    namespace: "ignored",
    fields: [
      { name: "first", type: { type: "enum", name: "Colour", symbols: ["RED"] } },
      { name: "second", type: ["null", "Colour"] },
    ],
  };
  expect(canonicalForm(schema)).toContain('["null","a.b.Colour"]');
});
