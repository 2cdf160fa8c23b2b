import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readCsv } from "../../../lib/config/csv.ts";
import { loadInventory, parseInventory } from "../../../lib/config/inventory.ts";

function problemsOf(text: string): string[] {
  return parseInventory(text, "hosts.csv", ["example.org"]).problems.map(
    ({ line, path, problem }) => `${line} ${path}: ${problem}`,
  );
}

describe("an inventory", () => {
  test("gives identities, aliases and columns", () => {
    const text = [
      "host,realm,aliases,site,role,os,owner,state",
      'FRA1-Web-001.example.org,,www;www2.example.org 10.0.0.1,fra1,web,freebsd,"Web, team",active',
      "db1,lab,,ams2,,,,",
    ].join("\r\n");
    const { inventory, problems } = parseInventory(text, "hosts.csv", ["example.org"]);
    expect(problems).toEqual([]);
    expect(inventory.valueOf("", "fra1-web-001", "owner")).toBe("Web, team");
    expect(inventory.valueOf("", "fra1-web-001", "aliases")).toBeNull();
    expect(inventory.valueOf("lab", "db1", "site")).toBe("ams2");
    expect(inventory.valueOf("lab", "db1", "role")).toBeNull();
    expect([...inventory.aliasesOf("")]).toEqual([
      ["www", "fra1-web-001"],
      ["www2", "fra1-web-001"],
      ["10.0.0.1", "fra1-web-001"],
    ]);
  });

  test("needs no column but host, in any order", () => {
    const { inventory } = parseInventory("site,host\nfra1,web1\n", "hosts.csv", []);
    expect(inventory.valueOf("", "web1", "site")).toBe("fra1");
  });

  test.each([
    ["host\nweb1\nweb2\nWEB1.\n", "4 host: stands on line 4 and already on line 2"],
    ["host,aliases\na,x\nb,x\n", "3 aliases: stands on line 3 and already on line 2"],
    ["host,aliases\na,b\nb,\n", "2 aliases: stands on line 2 and already on line 3"],
    ["host\na.example.org\na\n", "3 host: stands on line 3 and already on line 2"],
    ["host,siet\na,b\n", "1 siet: is not a column that is known"],
    ["name,site\na,b\n", "1 host: this column is missing"],
    ["host,host\na,b\n", "1 host: stands twice"],
    ["host,site\na\n", "2 : has 1 fields, and there are 2 columns"],
    ['host,site\na,"b\nc,d\n', "2 : has a quote that does not end where its field ends"],
    ["host,site\n,b\n", "2 host: is not a host name"],
    ["host,realm\na,Mein Netz\n", "2 realm: is not a realm"],
    ["", "null : is empty"],
  ])("%j: %s", (text, problem) => {
    expect(problemsOf(text)).toContain(problem);
  });

  test("hosts of one name in two realms are two hosts", () => {
    expect(problemsOf("host,realm,aliases\na,x,w\na,y,w\n")).toEqual([]);
  });

  test("a file that is wrong throughout says so in a bounded number of problems", () => {
    const problems = problemsOf(`host\n${"a\n".repeat(100_000)}`);
    expect(problems).toHaveLength(101);
    expect(problems.at(-1)).toContain("99899 more problems");
  });

  test("a file that does not exist is a problem with a remedy", () => {
    const { problems } = loadInventory({ inventoryPath: "/nonexistent/hosts.csv", domains: [] });
    expect(problems).toMatchObject([
      { source: "/nonexistent/hosts.csv", problem: "cannot be read (ENOENT)" },
    ]);
  });
});

describe("CSV", () => {
  test("any fields come back as they were written", () => {
    const field = fc.string({ unit: fc.constantFrom("a", '"', ",", "\n", "\r", " ", "é") });
    const records = fc.array(fc.array(field, { minLength: 2, maxLength: 4 }), { maxLength: 5 });
    fc.assert(
      fc.property(records, fc.constantFrom("\n", "\r\n"), (written, newline) => {
        const quote = (text: string): string => `"${text.replaceAll('"', '""')}"`;
        const text = written.map((fields) => fields.map(quote).join(",") + newline).join("");
        expect([...readCsv(text)].map((record) => record.fields)).toEqual(written);
      }),
    );
  });

  test("any text ends, and lines are counted", () => {
    const text = fc.string({ unit: fc.constantFrom("a", '"', ",", "\n", "\r") });
    fc.assert(
      fc.property(text, (input) => {
        const lines = [...readCsv(input)].map((record) => record.line);
        expect(lines.every((line) => line >= 1 && line <= input.length + 1)).toBe(true);
      }),
    );
  });
});
