import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { renderJsonSchema, renderReference } from "../../../lib/config/reference.ts";
import { renderPages } from "../../../scripts/docs.ts";

describe("the reference", () => {
  test("pages are fresh; `npm run docs` writes them", async () => {
    expect(await renderPages(true)).toEqual([]);
  });

  test("has a sentence for every field", () => {
    const rows = renderReference().match(/^\| `.*$/gm) ?? [];
    const silent = rows.filter((row) => /\|\s*\|$/.test(row) && !/^\| `(type|from)` /.test(row));
    expect(rows.length).toBeGreaterThan(80);
    expect(silent).toEqual([]);
  });

  test("names every key that the full example uses", () => {
    const path = new URL("../../../examples/config/full.yaml", import.meta.url);
    const example = readFileSync(fileURLToPath(path), "utf8");
    const keys = new Set([...example.matchAll(/([a-z_]+):(?= |$)/gm)].map(([, key]) => key));
    const page = renderReference();
    const unknown = [...keys].filter((key) => !new RegExp(`[\`.]${key}\``).test(page));
    expect(unknown).toEqual([]);
  });

  test("the JSON Schema speaks of what a user writes", () => {
    const schema = JSON.parse(renderJsonSchema()) as {
      properties: { time: { properties: Record<string, object> } };
    };
    expect(schema.properties.time.properties["retain"]).toMatchObject({
      type: "string",
      default: "24h",
    });
  });
});
