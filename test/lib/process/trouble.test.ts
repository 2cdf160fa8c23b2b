import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { AssertionError } from "../../../lib/domain/assert.ts";
import { reportOf, Trouble } from "../../../lib/process/trouble.ts";

function caught(action: () => unknown): unknown {
  try {
    return action();
  } catch (error) {
    return error;
  }
}

describe("an error that reached the top", () => {
  test("trouble outside is a code, a message and a remedy, without a stack", () => {
    const trouble = new Trouble("config_invalid", "the file has 2 problems", "mend them", 78);
    expect(reportOf(trouble)).toEqual({
      text: "config_invalid: the file has 2 problems\n  mend them",
      exitCode: 78,
    });
  });

  test("an error of another part needs only code and remedy; one to try again is 75", () => {
    const error = Object.assign(new Error("the disk is full: free some space"), {
      code: "disk_full",
      remedy: "free some space",
      retriable: true,
    });
    expect(reportOf(error)).toEqual({
      text: "disk_full: the disk is full: free some space",
      exitCode: 75,
    });
  });

  test("what the system says is told once", () => {
    const { text } = reportOf(caught(() => readFileSync("/nonexistent/a")));
    expect(text).toBe("ENOENT: no such file or directory, open '/nonexistent/a'");
  });

  test("a bug of ours shows its stack and asks for a report", () => {
    const { text, exitCode } = reportOf(new AssertionError("tallies overlap"));
    expect(text).toMatch(/^bug: AssertionError: tallies overlap\n {4}at /);
    expect(text).toContain("please report it");
    expect(exitCode).toBe(1);
  });
});
