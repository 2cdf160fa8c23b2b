import { describe, expect, test } from "vitest";
import { findPatternFault } from "../../../lib/config/pattern.ts";

describe("patterns of scopes", () => {
  test.each([
    "^([a-z0-9]+)-",
    "^[a-z]+-([a-z]+)-[0-9]+$",
    "^([a-z]{3}[0-9]*)",
    "^(?!test-)([a-z0-9]+)-",
    "-(prod|stage|test)-",
    "^(?<site>[a-z]+)\\d*[.-]",
    "^(?:web|db)-([^-]+)-([^-]+)-([^-]+)-([^-]+)-([^-]+)$",
    "^([a-z]+)-(?:web|db|cache)+-",
    "^(.*)-(.*)$",
  ])("%s is fine", (pattern) => {
    expect(findPatternFault(pattern)).toBeNull();
  });

  test.each([
    ["^([a-z", "is not a regular expression"],
    ["^[a-z]+-", "has no capture group"],
    ["^(?:[a-z]+)-", "has no capture group"],
    ["^(a+)+$", "repeats something that repeats"],
    ["^((a?a?)*)$", "repeats something that repeats"],
    ["^((?:a|a)*)$", "repeats alternatives that begin alike"],
    ["^((?:a|[ab]c)+)$", "repeats alternatives that begin alike"],
    ["^([a-z]+)-\\1$", "refers back to a group"],
    ["^(.*)(.*)(.*)(.*)x$", "too many repeats"],
    ["(.*),(.*),(.*),(.*),", "too many repeats"],
    ["^(\\w*\\w*\\w{0,200}\\w+)-$", "too many repeats"],
  ])("%s %s", (pattern, problem) => {
    expect(findPatternFault(pattern)?.problem).toContain(problem);
  });

  test("a pattern that is accepted answers the longest name at once", () => {
    const pattern = "^(.*)-(.*)-(.*)x$";
    expect(findPatternFault(pattern)).toBeNull();
    expect(new RegExp(pattern).test("-".repeat(253))).toBe(false);
  });
});
