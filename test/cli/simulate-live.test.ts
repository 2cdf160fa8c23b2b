import { createSocket } from "node:dgram";
import { spawn } from "node:child_process";
import { expect, it } from "vitest";
import { BIN, runTidegauge } from "../support/run-tidegauge.ts";
import { until } from "../support/live/up-process.ts";

const LIMIT = /^<5>\w{3} [ \d]\d [\d:]{8} (demo\w+)-\S+ kernel: Limiting .+ packets\/sec$/;
/** Of the demo's opening: within this many seconds many hosts of a site are at their limit. */
const ATTACK_WITHIN_MS = 30_000;

it("ships a fleet under attack to a listener until it is told to stop", async () => {
  const received: string[] = [];
  const listener = createSocket("udp4", (datagram) => received.push(datagram.toString("latin1")));
  await new Promise<void>((resolve) => void listener.bind(0, "127.0.0.1", resolve));
  const { port } = listener.address();
  const args = [BIN, "simulate", "live", "--to", `syslog://127.0.0.1:${port}`];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
  const ended = new Promise((resolve) => void child.once("close", resolve));

  const hostsOf = (site: string) =>
    new Set(
      received
        .filter((line) => LIMIT.exec(line)?.[1] === site)
        .map((line) => line.split(/ +/)[3] ?? ""),
    );
  await until("attack", () => hostsOf("demofra1").size >= 10, ATTACK_WITHIN_MS);
  child.kill("SIGTERM");
  expect(await ended).toBe(0);
  listener.close();
  expect(said).toContain("Nothing of this is real");
  expect(said).toMatch(/plays attack on demofra1: .*; an incident must follow/);
}, 60_000);

it("says which name has no address", async () => {
  const args = ["simulate", "live", "--to", "syslog://nowhere.invalid:5514"];
  const { code, stderr } = await runTidegauge(args);
  expect(code).toBe(75);
  expect(stderr).toContain("host_not_found: nowhere.invalid");
});

it.each(["127.0.0.1:5514", "syslog://127.0.0.1", "syslog://:5514", "http://a:1"])(
  "refuses %s as a target",
  async (target) => {
    const { code, stderr } = await runTidegauge(["simulate", "live", "--to", target]);
    expect(code).toBe(2);
    expect(stderr).toContain("syslog://127.0.0.1:5514");
  },
);
