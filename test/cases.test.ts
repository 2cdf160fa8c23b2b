import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { asExpected, type Expectation, runCase, withoutFigures } from "./support/case-run.ts";

/** The cases of examples/cases: each README's command, run in its folder, gives its expect.json. */
const root = fileURLToPath(new URL("../examples/cases", import.meta.url));
const names = readdirSync(root, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);
const isUpdate = process.env["UPDATE"] === "1";

describe("examples/cases", () => {
  it("has cases, and every one of them says what it expects", () => {
    expect(names.length).toBeGreaterThanOrEqual(22);
    expect(names.filter((name) => !existsSync(join(root, name, "expect.json")))).toEqual([]);
  });

  it.each(names)("%s", async (name) => {
    const folder = join(root, name);
    const file = join(folder, "expect.json");
    const expected = JSON.parse(readFileSync(file, "utf8")) as Expectation;
    const actual = asExpected(await runCase(folder, 1), expected);
    if (isUpdate) {
      expect(withoutFigures(actual), "UPDATE=1 rewrites figures only").toEqual(
        withoutFigures(expected),
      );
      writeFileSync(file, `${JSON.stringify(actual, null, 2)}\n`);
      return;
    }
    expect(actual).toEqual(expected);
    expect(asExpected(await runCase(folder, 3), expected), "on three partitions").toEqual(expected);
  });

  it("has its stories in the list of them", () => {
    const list = readFileSync(join(root, "README.md"), "utf8");
    expect(names.filter((name) => !list.includes(`](${name}/)`))).toEqual([]);
  });
});
