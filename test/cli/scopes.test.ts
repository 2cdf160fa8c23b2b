import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { jsonLines, runTidegauge } from "../support/run-tidegauge.ts";

const CONFIG = fileURLToPath(new URL("../../examples/config/full.yaml", import.meta.url));
const BAD = fileURLToPath(new URL("../vectors/config/five-mistakes.yaml", import.meta.url));

describe("scopes preview", () => {
  test("says of each host which scopes it is in, and null for none", async () => {
    const input = "FRA1-web-009.example.org.\nwww1\n10.0.0.7\n\n";
    const args = ["scopes", "preview", "--config", CONFIG, "-"];
    const { stdout, code } = await runTidegauge(args, { input });
    expect(jsonLines(stdout)).toEqual([
      {
        host: "fra1-web-009",
        realm: "",
        written: "FRA1-web-009.example.org.",
        scopes: { site: "fra1", role: null, fleet: "all" },
      },
      {
        host: "fra1-web-001",
        realm: "",
        written: "www1",
        scopes: { site: "fra1", role: "web", fleet: "all" },
      },
      {
        host: "10.0.0.7",
        realm: "",
        written: "10.0.0.7",
        scopes: { site: null, role: null, fleet: "all" },
      },
    ]);
    expect(code).toBe(0);
  });

  test("without names it shows the inventory", async () => {
    const { stdout } = await runTidegauge(["scopes", "preview", "--config", CONFIG]);
    const hosts = jsonLines(stdout);
    expect(hosts).toHaveLength(5);
    expect(hosts.at(-1)).toMatchObject({ host: "gw-north", realm: "lab" });
  });

  test("for people: values with how many hosts, and every host that is in none", async () => {
    const names = "fra1-a,fra1-b,ams2-a,mail,10.0.0.7,2001:db8::7";
    const { stdout } = await runTidegauge(["scopes", "preview", "--hosts", names, "-o", "human"]);
    expect(stdout).toBe(
      [
        "site:",
        "  ams2         1 host   ams2-a",
        "  fra1         2 hosts  fra1-a, fra1-b",
        "  (none)       3 hosts  mail, 10.0.0.7, 2001:db8::7",
        "",
        "fleet:",
        "  all          6 hosts  fra1-a, fra1-b, ams2-a, …",
        "",
      ].join("\n"),
    );
  });

  test("a line that is no name is refused with its place", async () => {
    const input = "web1\nNov 20 08:30:00 web1 kernel:\n";
    const { stderr, code } = await runTidegauge(["scopes", "preview", "-"], { input });
    expect(stderr).toMatch(/^host_name_bad: standard input:2: is not one host name\n {2}give /);
    expect(code).toBe(1);
  });

  test("no host at all is a question without its object", async () => {
    const { stderr, code } = await runTidegauge(["scopes", "preview"]);
    expect(stderr).toMatch(/^hosts_missing: /);
    expect(code).toBe(2);
  });

  test("a bad configuration ends it with 78 and all its problems", async () => {
    const { stdout, stderr, code } = await runTidegauge(["scopes", "preview", "--config", BAD]);
    expect(stdout).toBe("");
    expect(stderr).toMatch(/^config_invalid: the configuration has 5 problems\n/);
    expect(stderr).toContain("did you mean `tcp_reset`?");
    expect(stderr).not.toMatch(/^ {4}at /m);
    expect(code).toBe(78);
  });
});
