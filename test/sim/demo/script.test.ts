import { describe, expect, test } from "vitest";
import { DemoScript, type DemoSecond } from "../../../sim/demo/script.ts";
import { PLANTED_RULE } from "../../../sim/planted-rule.ts";
import { jsonLines, runTidegauge } from "../../support/run-tidegauge.ts";

const START_SECOND = Date.UTC(2026, 10, 20, 8, 30) / 1_000;
const HALF_AN_HOUR = 1_800;

function played(seed: number): DemoSecond[] {
  const script = new DemoScript(seed, START_SECOND);
  return Array.from({ length: HALF_AN_HOUR }, (_, second) => script.play(START_SECOND + second));
}

describe("the demo's script", () => {
  const seconds = played(1);
  const scenes = seconds.flatMap(({ scene }) => scene ?? []);

  test("is a pure function of its seed", () => {
    expect(played(1)).toEqual(seconds);
    expect(played(2)).not.toEqual(seconds);
  });

  test("names every host, and so every site, as one of a demo", () => {
    const { fleet } = new DemoScript(1, START_SECOND);
    for (const { name } of fleet.hosts) expect(name).toMatch(/^demo[a-z0-9]+-/);
    for (const site of fleet.sites) expect(site).toMatch(/^demo/);
  });

  test("floods within 20 seconds, and plays attacks and decoys later", () => {
    expect(scenes[0]?.behaviour.label).toBe("attack");
    expect(scenes[0]!.from - START_SECOND).toBeLessThan(20);
    expect(new Set(scenes.map(({ behaviour }) => behaviour.label)).size).toBe(2);
  });

  test("attacks are found, each once, and decoys are not", async () => {
    const config = { TIDEGAUGE_RULES_HOSTS_LIMITING_HOSTS: String(PLANTED_RULE.hosts) };
    const rules = ["--config", "test/vectors/rules/three-hosts.yaml"];
    const args = ["replay", ...rules, "--reference-time", "2026-11-20T12:00:00Z"];
    const input = seconds.flatMap(({ lines }) => lines.map((line) => `${line}\n`)).join("");
    const { stdout } = await runTidegauge(args, { input, env: config });
    const found = jsonLines(stdout).filter(({ kind }) => kind === "host_count");
    const ended = START_SECOND + HALF_AN_HOUR - 300;
    const attacks = scenes.filter(({ behaviour }) => behaviour.label === "attack");
    const over = attacks.filter(({ from }) => from < ended);
    expect(over.length).toBeGreaterThan(3);
    expect(
      found.filter(({ startedAt }) => Date.parse(String(startedAt)) < ended * 1_000),
    ).toHaveLength(over.reduce((sum, { behaviour }) => sum + behaviour.episodes, 0));
  });
});
