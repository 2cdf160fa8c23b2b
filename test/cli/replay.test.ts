import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { jsonLines, runTidegauge } from "../support/run-tidegauge.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

function limitLine(second: number, host: string): string {
  const text = "Limiting tcp reset response from 422 to 192 packets/sec";
  return `2026-11-20T08:30:${String(second).padStart(2, "0")}Z ${host} kernel: ${text}`;
}

describe("replay", () => {
  test("prints what README.md says that it prints", async () => {
    const readme = readFileSync(`${root}/README.md`, "utf8");
    const args = /^\$ npx tidegauge (replay -o human .+)$/m.exec(readme)?.[1]?.split(" ") ?? [];
    const { stdout, stderr, code } = await runTidegauge(args, { cwd: root });
    expect(readme).toContain(`$ npx tidegauge ${args.join(" ")}\n${stdout}${stderr}`);
    expect(code).toBe(0);
  });

  test("finds the same incident in lines, in JSON and in a table", async () => {
    const hosts = ["fra1-a", "fra1-b", "fra1-c"];
    const lines = hosts.map((host, at) => limitLine(at, host));
    const json = lines.map((text) => JSON.stringify({ message: text }));
    const table = ["_time,host,_raw", ...lines.map((text) => `2026-11-20,-,"${text}"`)];
    const answers = await Promise.all(
      [lines, json, table].map(async (input) => {
        const args = ["replay", "--config", "test/vectors/rules/three-hosts.yaml"];
        const { stdout } = await runTidegauge(args, { input: input.join("\n") });
        const [incident, ...others] = jsonLines(stdout);
        expect(others).toEqual([]);
        return { ...incident, evidence: null };
      }),
    );
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
  });

  test("an input with nothing in it is done, and says so", async () => {
    const { stdout, stderr, code } = await runTidegauge(["replay"], { input: "hello\n" });
    expect(stderr).toBe("1 line: 0 ours, 1 not ours, 0 rejected; 0 hosts, no incident\n");
    expect({ stdout, code }).toEqual({ stdout: "", code: 0 });
  });
});
