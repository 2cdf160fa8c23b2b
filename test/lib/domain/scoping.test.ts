import { describe, expect, test } from "vitest";
import { createInventory, EMPTY_INVENTORY } from "../../../lib/domain/inventory.ts";
import { DEFAULT_SCOPES } from "../../../lib/domain/scope.ts";
import { createScoping } from "../../../lib/domain/scoping.ts";

describe("scopes of a host", () => {
  test.each([
    ["fra1-web-001", ["fra1", "all"]],
    ["db7", [null, "all"]],
    ["-web", [null, "all"]],
    ["10.1.2.3", [null, "all"]],
    ["2001:db8::1", [null, "all"]],
    ["fe80::1%em0", [null, "all"]],
    [`a${"b".repeat(300)}-web`, [null, "all"]],
  ])("by default %s is in %j", (host, scopes) => {
    expect(createScoping(DEFAULT_SCOPES, EMPTY_INVENTORY).scopesOf("", host)).toEqual(scopes);
  });

  test("an address is in no host-pattern scope even where the pattern would match it", () => {
    const scoping = createScoping(
      [{ name: "net", from: "host", pattern: "^([0-9a-f]+)[.:]" }],
      EMPTY_INVENTORY,
    );
    expect(scoping.scopesOf("", "10.1.2.3")).toEqual([null]);
    expect(scoping.scopesOf("", "[2001:db8::1]")).toEqual([null]);
    expect(scoping.scopesOf("", "10.example")).toEqual(["10"]);
  });

  test("an empty or absent first capture is no value", () => {
    const scoping = createScoping(
      [{ name: "site", from: "host", pattern: "^([a-z]*)-|^x(y)?" }],
      EMPTY_INVENTORY,
    );
    expect(scoping.scopesOf("", "-web")).toEqual([null]);
    expect(scoping.scopesOf("", "xy")).toEqual([null]);
  });

  test("an inventory column is read by realm and name", () => {
    const host = { aliases: [], role: null, os: null, owner: null, state: null };
    const inventory = createInventory([
      { ...host, host: "web1", realm: "", site: "fra1" },
      { ...host, host: "web1", realm: "b", site: "ams2" },
    ]);
    const scoping = createScoping([{ name: "site", from: "inventory", column: "site" }], inventory);
    expect(scoping.scopesOf("", "web1")).toEqual(["fra1"]);
    expect(scoping.scopesOf("b", "web1")).toEqual(["ams2"]);
    expect(scoping.scopesOf("c", "web1")).toEqual([null]);
    expect(scoping.scopesOf("", "web2")).toEqual([null]);
  });
});
