import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hostIdentity, NO_IDENTITY_RULES } from "../../../lib/domain/host-identity.ts";

const rules = {
  domains: ["example.org", "lan.example.org"],
  aliases: new Map([["www", "fra1-web-001"]]),
};

describe("host identity", () => {
  test.each([
    ["fra1-web-001", "fra1-web-001"],
    ["FRA1-Web-001.Example.ORG.", "fra1-web-001"],
    ["fra1-web-001.lan.example.org", "fra1-web-001"],
    ["fra1-web-001.other.org", "fra1-web-001.other.org"],
    ["notexample.org", "notexample.org"],
    ["example.org", "example.org"],
    [".example.org", ".example.org"],
    ["WWW.example.org", "fra1-web-001"],
    ["10.0.0.1", "10.0.0.1"],
    ["2001:DB8::1", "2001:db8::1"],
    [".", "."],
    ["", ""],
  ])("%s is %s", (written, identity) => {
    expect(hostIdentity(written, rules)).toBe(identity);
  });

  test("folds the case of ASCII only, so that no two hosts become one", () => {
    expect(hostIdentity("\u212Aube", NO_IDENTITY_RULES)).toBe("\u212Aube");
  });

  test("without rules a host name is its own identity but for case and one dot", () => {
    const name = fc.stringMatching(/^[A-Za-z0-9]([A-Za-z0-9.-]{0,40}[A-Za-z0-9])?$/);
    fc.assert(
      fc.property(name, (written) => {
        expect(hostIdentity(`${written}.`, NO_IDENTITY_RULES)).toBe(written.toLowerCase());
      }),
    );
  });
});
