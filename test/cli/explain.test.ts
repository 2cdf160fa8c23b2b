import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { freshDirectory } from "../sim/simulation.ts";
import { jsonLines, runTidegauge } from "../support/run-tidegauge.ts";

const CONFIG = `
rules:
  - { name: four, type: host_count, signal: tcp_reset, hosts: 4, within: 10s, scope: site }
`;

function limitLine(second: number, host: string): string {
  const time = `08:${String(Math.floor(second / 60)).padStart(2, "0")}`;
  const clock = `${time}:${String(second % 60).padStart(2, "0")}`;
  return `Nov 20 ${clock} ${host} kernel: Limiting tcp reset response from 422 to 192 packets/sec`;
}

/** Five hosts of fra1 at once, three of ams2 at once and a fourth 12 s later, two of par1. */
const LINES = [
  ...[1, 2, 3, 4, 5].map((n) => limitLine(60, `fra1-web-00${n}`)),
  ...[1, 2, 3].map((n) => limitLine(120 + n, `ams2-web-00${n}`)),
  limitLine(135, "ams2-web-004"),
  limitLine(200, "par1-web-001"),
  limitLine(200, "par1-web-002"),
  limitLine(300, "lhr1-web-001"),
].join("\n");

async function explain(...flags: string[]) {
  const directory = freshDirectory();
  const config = join(directory, "rules.yaml");
  writeFileSync(config, CONFIG);
  const reference = ["--reference-time", "2026-11-20T12:00:00Z"];
  return runTidegauge(["explain", "--config", config, ...reference, ...flags], { input: LINES });
}

describe("explain", { timeout: 30_000 }, () => {
  it("says how far incidents and near misses were from the threshold, and when", async () => {
    const { stdout, code } = await explain();
    expect(code).toBe(0);
    const [incident, wide, narrow, ...others] = jsonLines(stdout);
    expect(others).toEqual([]);
    expect(incident).toMatchObject({
      type: "incident",
      rule: { name: "four", hosts: 4, withinSeconds: 10, signal: "tcp_reset" },
      scope: { name: "site", value: "fra1" },
      metAt: "2026-11-20T08:01:00.000Z",
      needed: 4,
      over: 1,
      peak: { count: 5, at: "2026-11-20T08:01:00.000Z" },
    });
    expect(wide).toMatchObject({
      type: "near_miss",
      scope: { name: "site", value: "ams2" },
      needed: 4,
      short: 1,
      peak: {
        count: 3,
        at: "2026-11-20T08:02:03.000Z",
        hosts: ["ams2-web-001", "ams2-web-002", "ams2-web-003"],
      },
      wider: { withinSeconds: 20, met: true, metAt: "2026-11-20T08:02:15.000Z" },
    });
    expect(narrow).toMatchObject({
      type: "near_miss",
      scope: { name: "site", value: "par1" },
      short: 2,
      peak: { count: 2, hosts: ["par1-web-001", "par1-web-002"] },
      wider: { met: false, metAt: null },
    });
  });

  it("reads well", async () => {
    const { stdout, stderr } = await explain("-o", "human");
    expect(stdout).toContain('NEAR MISS  site ams2, rule "four": 1 host short');
    expect(stdout).toContain("Asks for 4 hosts with tcp_reset within 10 s; most at once were 3,");
    expect(stdout).toContain("They were ams2-web-001, ams2-web-002, ams2-web-003.");
    expect(stdout).toContain("With twice the window (20 s) it would have been met at 08:02:15 UTC");
    expect(stdout).toContain("1 incident, 2 near misses.");
    expect(stderr).toContain("12 lines: 12 ours");
  });

  it("says of a flood which hosts in how long were enough", async () => {
    const config = join(freshDirectory(), "flood.yaml");
    writeFileSync(config, "rules:\n  - { name: flood, type: flood, scope: site }\n");
    const seconds = Array.from({ length: 40 }, (_, second) => second);
    const hosts = [1, 2, 3, 4].map((n) => `fra1-web-00${n}`);
    const input = seconds.flatMap((at) => hosts.map((host) => limitLine(at, host))).join("\n");
    const flags = ["--config", config, "--reference-time", "2026-11-20T12:00:00Z"];
    const json = await runTidegauge(["explain", ...flags], { input });
    expect(jsonLines(json.stdout)).toMatchObject([
      {
        metAt: "2026-11-20T08:00:30.000Z",
        step: { strength: "strong", dwellSeconds: 30, needed: 4, hosts: 4 },
      },
    ]);
    const human = await runTidegauge(["explain", "-o", "human", ...flags], { input });
    expect(human.stdout).toContain(
      "4 hosts with lines of the limiter, or a counter at 200/s and more, had lasted for 30 s",
    );
  });

  it("tells of a host alone what it is by", async () => {
    const directory = freshDirectory();
    const { stdout, code } = await runTidegauge(["explain", "-o", "human"], {
      input: `${limitLine(1, "fra1-web-001")}\n`,
      cwd: directory,
    });
    expect(code).toBe(0);
    expect(stdout).toContain('INCIDENT  host fra1-web-001, rule "single-host"');
    expect(stdout).toContain("Met at 08:00:01 UTC on 2026-11-20 by this host alone");
    expect(stdout).toContain("1 incident, no near miss.");
  });
});

describe("replay --rules --against", { timeout: 30_000 }, () => {
  const OLD = CONFIG.replace("hosts: 4", "hosts: 5").replace("four", "five");
  const ONE = "name: one, type: host_count, signal: tcp_reset, hosts: 2, within: 5s, scope: site";
  const NEW = `${CONFIG}  - { ${ONE} }\n`;

  async function compare(newRules: string, oldRules: string, ...flags: string[]) {
    const directory = freshDirectory();
    const files = { "new.yaml": newRules, "old.yaml": oldRules };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
    const against = ["--rules", "new.yaml", "--against", "old.yaml"];
    const reference = ["--reference-time", "2026-11-20T12:00:00Z"];
    const args = ["replay", ...against, ...reference, ...flags];
    return runTidegauge(args, { input: LINES, cwd: directory });
  }

  it("tells what only one of them finds, and what both do", async () => {
    const { stdout, code } = await compare(NEW, OLD);
    expect(code).toBe(0);
    expect(jsonLines(stdout)).toMatchObject([
      { type: "both", new: [{ rule: "four" }, { rule: "one" }], old: [{ rule: "five", hosts: 5 }] },
      { type: "only_new", incident: { rule: "one", scope: { value: "ams2" } } },
      { type: "only_new", incident: { rule: "one", scope: { value: "par1" } } },
    ]);
    const swapped = await compare(OLD, NEW);
    expect(jsonLines(swapped.stdout).map(({ type }) => type)).toEqual([
      "both",
      "only_old",
      "only_old",
    ]);
  });

  it("sums it up for a person", async () => {
    const { stdout } = await compare(NEW, OLD, "-o", "human");
    expect(stdout).toContain("1 found by both, 2 only by the new rules, 0 only by the old ones.");
  });

  it("refuses what contradicts", async () => {
    const lacking = await runTidegauge(["replay", "--against", "old.yaml"]);
    expect(lacking.code).toBe(2);
    expect(lacking.stderr).toContain("--rules");
    const both = await compare(NEW, OLD, "--revisions");
    expect(both.code).toBe(2);
    expect(both.stderr).toContain("leave out --revisions");
  });
});
