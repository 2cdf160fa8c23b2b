import fc from "fast-check";
import { expect, test } from "vitest";
import { printable, printableJson } from "../../../lib/domain/printable.ts";

const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

test("an escape sequence is shown, not obeyed", () => {
  expect(printable("\u001b[2Jhost\u0007\r")).toBe("\\u001b[2Jhost\\u0007\\u000d");
  expect(printable("\u009b31m")).toBe("\\u009b31m");
});

test("text that turns its direction is shown in the order of its bytes", () => {
  expect(printable("web\u202egpj.exe")).toBe("web\\u202egpj.exe");
});

test("lines, tabs and letters of any language stay", () => {
  expect(printable("Zürich\t東京\n")).toBe("Zürich\t東京\n");
});

test("nothing that controls a terminal passes, and JSON stays the same value", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(CONTROL.test(printable(text))).toBe(false);
      expect(CONTROL.test(printableJson({ text }))).toBe(false);
      expect(JSON.parse(printableJson({ text }))).toEqual({ text });
    }),
  );
});
