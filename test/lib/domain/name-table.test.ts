import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NameTable } from "../../../lib/domain/name-table.ts";

/** Few different bytes, NUL among them, so that names are often alike up to their ends. */
const byte = fc.constantFrom(0x00, 0x61, 0x62, 0xff);
const name = fc.array(byte, { maxLength: 140 }).map((bytes) => Uint8Array.from(bytes));

describe("NameTable", () => {
  it("gives equal bytes of one seed one id, from 0 on, and gives them back", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(name, fc.constantFrom(1, 2)), { maxLength: 60 }), (asked) => {
        const table = new NameTable();
        const ids = new Map<string, number>();
        for (const [bytes, seed] of asked) {
          const key = `${seed}/${bytes.join()}`;
          const known = ids.get(key) ?? ids.size;
          ids.set(key, known);
          const around = Uint8Array.from([0x61, ...bytes, 0x61]);
          expect(table.intern(around, 1, around.length - 1, seed)).toBe(known);
          expect(table.bytesOf(known)).toEqual(bytes);
        }
        expect(table.size).toBe(ids.size);
      }),
    );
  });

  it("finds every one of many names again, whatever grew since", () => {
    const table = new NameTable();
    const names = Array.from({ length: 50_000 }, (_, i) => `host-${i}.site-${i % 7}.example.org`);
    expect(names.map((text) => table.internText(text))).toEqual(names.map((_, i) => i));
    expect(names.map((text) => table.internText(text))).toEqual(names.map((_, i) => i));
    expect(names.map((_, i) => table.nameOf(i))).toEqual(names);
  });
});
