import { format, inspect } from "node:util";
import { expect, test } from "vitest";
import { Secret } from "../../../lib/config/secret.ts";

test("a secret prints as [secret], however it is printed", () => {
  const secret = new Secret("hunter2");
  const printed = [
    String(secret),
    JSON.stringify({ secret }),
    inspect({ secret }, { showHidden: true, depth: 9 }),
    format("%s %o %j", secret, secret, secret),
  ];
  expect(printed.join("\n")).not.toContain("hunter2");
  expect(printed[0]).toBe("[secret]");
  expect(secret.reveal()).toBe("hunter2");
});
