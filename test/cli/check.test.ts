import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { jsonLines, runTidegauge } from "../support/run-tidegauge.ts";

const FIVE_MISTAKES = fileURLToPath(
  new URL("../vectors/config/five-mistakes.yaml", import.meta.url),
);
const FULL = fileURLToPath(new URL("../../examples/config/full.yaml", import.meta.url));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tidegauge-check-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("check", () => {
  test("five mistakes are five problems with path, value and remedy, and a no", async () => {
    const { stdout, stderr, code } = await runTidegauge(["check", "--config", FIVE_MISTAKES]);
    const objects = jsonLines(stdout);
    expect(objects.filter(({ type }) => type === "problem")).toHaveLength(5);
    expect(objects[0]).toEqual({
      type: "problem",
      source: FIVE_MISTAKES,
      line: 1,
      path: "time.retain",
      value: '"24 hours"',
      problem: "is not a duration",
      remedy: "write a whole number and a unit, such as 500ms, 10s, 5m, 24h or 7d",
    });
    expect(objects.at(-1)).toMatchObject({ type: "result", ok: false, problems: 5 });
    expect({ stderr, code }).toEqual({ stderr: "", code: 1 });
  });

  test("a good file is a yes, also offline", async () => {
    const { stdout, code } = await runTidegauge(["check", "--offline", "--config", FULL]);
    expect(jsonLines(stdout)).toMatchObject([{ type: "result", ok: true, inventoryHosts: 5 }]);
    expect(code).toBe(0);
  });

  test("human output says the same in sentences", async () => {
    const args = ["check", "--config", FIVE_MISTAKES, "-o", "human"];
    const { stdout, code } = await runTidegauge(args);
    expect(stdout).toContain(
      'five-mistakes.yaml:5: rules[0].signal: "tcp_rst" is not one of the values it can have\n' +
        "  did you mean `tcp_reset`?\n",
    );
    expect(stdout).toMatch(/five-mistakes\.yaml: 5 problems\n$/);
    expect(code).toBe(1);
  });

  test("a wrong file does not hide what is wrong with its inventory", async () => {
    writeFileSync(join(folder, "hosts.csv"), "host,site\nweb1,fra1\nWEB1.example.org,ams2\n");
    const yaml = "inventory: hosts.csv\ndomains: [example.org]\ntime: { grace: 10 }\n";
    writeFileSync(join(folder, "tidegauge.yaml"), yaml);
    const { stdout, code } = await runTidegauge(["check"], { cwd: folder });
    expect(jsonLines(stdout)).toMatchObject([
      { type: "problem", line: 3, path: "time.grace" },
      { type: "problem", line: 3, path: "host", value: '"web1"' },
      { type: "result", ok: false, problems: 2 },
    ]);
    expect(code).toBe(1);
  });

  test("an inventory with a doubled host is a no that names both lines", async () => {
    writeFileSync(join(folder, "hosts.csv"), "host,site\nweb1,fra1\nweb2,fra1\nWEB1.,ams2\n");
    writeFileSync(join(folder, "tidegauge.yaml"), "inventory: hosts.csv\n");
    const { stdout, code } = await runTidegauge(["check"], { cwd: folder });
    expect(jsonLines(stdout)[0]).toMatchObject({
      line: 4,
      path: "host",
      value: '"web1"',
      problem: "stands on line 4 and already on line 2",
    });
    expect(code).toBe(1);
  });

  test("warnings alone are a yes", async () => {
    writeFileSync(join(folder, "hosts.csv"), "host\nweb-fra1\ndb-fra1\n");
    writeFileSync(join(folder, "tidegauge.yaml"), "inventory: hosts.csv\n");
    const { stdout, code } = await runTidegauge(["check"], { cwd: folder });
    expect(jsonLines(stdout)).toMatchObject([
      { type: "warning", path: "scopes[0]" },
      { type: "result", ok: true, warnings: 1 },
    ]);
    expect(code).toBe(0);
  });

  test("a file that does not exist is a no, not the defaults", async () => {
    const { stdout, code } = await runTidegauge(["check", "--config", join(folder, "none.yaml")]);
    expect(jsonLines(stdout)[0]).toMatchObject({ problem: "cannot be read (ENOENT)" });
    expect(code).toBe(1);
  });

  test("the environment counts", async () => {
    const env = { TIDEGAUGE_TIME_GRACE: "soon" };
    const { stdout, code } = await runTidegauge(["check"], { cwd: folder, env });
    expect(jsonLines(stdout)[0]).toMatchObject({ source: "TIDEGAUGE_TIME_GRACE" });
    expect(code).toBe(1);
  });

  test("escape sequences of a file do not reach a terminal", async () => {
    writeFileSync(join(folder, "tidegauge.yaml"), '"\\e[2Jkey": 1\nscopes: "\\u202Ex"\n');
    for (const format of ["human", "json"]) {
      const { stdout } = await runTidegauge(["check", "-o", format], { cwd: folder });
      expect(stdout).not.toMatch(/[\u001b\u202e]/);
      expect(stdout).toContain("\\u001b[2Jkey");
    }
  });
});
