import { describe, expect, test } from "vitest";
import { parseInventory } from "../../../lib/config/inventory.ts";
import { validate } from "../../../lib/config/validate.ts";
import { findWarnings } from "../../../lib/config/warnings.ts";

function warningsOf(raw: object, hosts: readonly string[] = []): string[] {
  const { config, findings } = validate({ inventory: "hosts.csv", ...raw });
  if (config === null) throw new Error(JSON.stringify(findings));
  const { inventory } = parseInventory(["host,realm,site", ...hosts].join("\n"), "hosts.csv", []);
  return findWarnings(config, inventory).map(({ path, warning }) => `${path}: ${warning}`);
}

describe("warnings", () => {
  test("a fleet that is named by place has none", () => {
    expect(warningsOf({}, ["fra1-web-001,,", "ams2-db-001,,"])).toEqual([]);
  });

  test("site values that look like roles", () => {
    expect(warningsOf({}, ["web-fra1,,", "db01-fra1,,", "ams2-x,,"])).toEqual([
      "scopes[0]: its values look like roles, not like places: db01, web",
    ]);
  });

  test("a scope that no host is in", () => {
    expect(warningsOf({}, ["web1,,", "web2,,"])).toEqual([
      "scopes[0]: no host of the inventory is in it",
    ]);
  });

  test("a route behind one that takes everything, and a sink that gets nothing", () => {
    const sinks = ["a", "b"].map((name) => ({ name, type: "stdout" }));
    const routes = [{ sinks: ["a"] }, { match: { severity: ["high"] }, sinks: ["a"] }];
    expect(warningsOf({ sinks, routes })).toEqual([
      "routes[1]: is never reached: routes[0] takes everything",
      "sinks[1]: gets nothing: no route names the sink `b`",
    ]);
  });

  test("an input of a realm that the inventory does not know", () => {
    const inputs = [{ name: "a", type: "stdin", realm: "lab" }];
    expect(warningsOf({ inputs }, ["fra1-web-001,,"])).toEqual([
      "inputs[0].realm: the inventory has no host of this realm, so it says nothing of this input",
    ]);
  });
});
