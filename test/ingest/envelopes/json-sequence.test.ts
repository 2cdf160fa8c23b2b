import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { JsonSequence } from "../../../services/ingest/envelopes/json-sequence.ts";

function objectsOf(text: string): { found: readonly unknown[]; last: string } {
  const bytes = new TextEncoder().encode(text);
  const sequence = new JsonSequence(bytes);
  const found: unknown[] = [];
  for (;;) {
    const next = sequence.next();
    if (next !== "object") return { found, last: next };
    const object = new TextDecoder().decode(bytes.subarray(sequence.start, sequence.end));
    found.push(JSON.parse(object));
  }
}

const object = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }), { noNullPrototype: true });
const blank = fc.constantFrom("", " ", "\n", "\r\n\t");

describe("objects one after the other", () => {
  it("are found whatever stands between them and however they are printed", () => {
    const part = fc.record({
      objects: fc.array(object, { minLength: 1, maxLength: 4 }),
      isArray: fc.boolean(),
      indent: fc.constantFrom(0, 2),
      blank,
    });
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        const text = parts.map(({ objects, isArray, indent, blank }) => {
          const printed = objects.map((each) => JSON.stringify(each, null, indent));
          return isArray
            ? `${blank}[${blank}${printed.join(`${blank},${blank}`)}${blank}]${blank}`
            : printed.map((each) => `${blank}${each}${blank}`).join("");
        });
        const expected = parts.flatMap(({ objects }) => objects);
        const { found, last } = objectsOf(text.join(""));
        expect(last).toBe("end");
        expect(found).toEqual(JSON.parse(JSON.stringify(expected)));
      }),
    );
  });

  it("end at the first byte that belongs to none", () => {
    fc.assert(
      fc.property(
        object,
        fc.constantFrom("x", "]", ",", '"', "1", "{", "[", '{"a":"'),
        (good, bad) => {
          const text = JSON.stringify(good);
          expect(objectsOf(`${text}${bad}`)).toMatchObject({ last: "bad" });
          expect(objectsOf(`${text} ${bad}`).found).toHaveLength(1);
        },
      ),
    );
  });

  it.each(["[{}", "[{} {}]", "[,{}]", "[{},,{}]", "{}]", "[[{}]]", '{"a":[}'])(
    "%s is no such sequence",
    (text) => {
      expect(objectsOf(text).last).toBe("bad");
    },
  );

  it("never looks beyond the end, whatever the bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const sequence = new JsonSequence(bytes);
        for (let calls = 0; sequence.next() === "object"; calls++) {
          expect(sequence.end).toBeGreaterThan(sequence.start);
          expect(calls).toBeLessThanOrEqual(bytes.length);
        }
        expect(sequence.end).toBeLessThanOrEqual(bytes.length);
      }),
    );
  });
});
