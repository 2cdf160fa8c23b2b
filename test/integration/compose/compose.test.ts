import { createSocket } from "node:dgram";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Incident } from "../../../lib/domain/incident.ts";
import { timeText } from "../../../sim/log-line.ts";
import { Compose, missingForCompose } from "../../support/compose.ts";
import { until } from "../../support/live/up-process.ts";
import { skipVisibly } from "../../support/skip-visibly.ts";

const SERVICES = ["ingest", "detect", "notify"];
/** Two images are built and a broker starts, on a machine that does other things too. */
const UP_WITHIN_MS = 600_000;
const TOLD_WITHIN_MS = 120_000;
const HOSTS = 12;

const missing = missingForCompose();

describe("docker compose up", () => {
  let compose: Compose;

  beforeAll(async () => {
    if (missing !== null) return;
    compose = await Compose.make();
    await compose.run("up", "--detach", "--build", "--wait");
  }, UP_WITHIN_MS);

  afterAll(async () => {
    await compose?.run("--profile", "demo", "down", "--volumes", "--timeout", "10");
  }, UP_WITHIN_MS);

  /** The last revision of a site's incident that notify has written to its standard output. */
  async function incidentOf(site: string): Promise<Incident> {
    let found: Incident | undefined;
    const told = async () => {
      const logs = await compose.run("logs", "--no-log-prefix", "--no-color", "notify");
      const lines = logs.split("\n").filter((line) => line.includes('"schemaVersion"'));
      const incidents = lines.map((line) => JSON.parse(line) as Incident);
      found = incidents.findLast(({ scope }) => scope.value === site);
      return found !== undefined;
    };
    await until(`incident of ${site}`, told, TOLD_WITHIN_MS);
    return found!;
  }

  it("makes an incident of syslog from outside", { timeout: UP_WITHIN_MS }, async (context) => {
    if (missing !== null) skipVisibly(context, missing);
    const socket = createSocket("udp4");
    const time = timeText(Math.floor(Date.now() / 1_000));
    const text = "kernel: Limiting tcp reset response from 422 to 192 packets/sec";
    for (let host = 0; host < HOSTS; host++) {
      const line = `<5>${time} fra1-web-${host} ${text}`;
      await new Promise((resolve) => socket.send(line, compose.syslogPort, "127.0.0.1", resolve));
    }
    socket.close();
    expect(await incidentOf("fra1")).toMatchObject({ state: "confirmed", kind: "host_count" });
  });

  it("runs services as nobody special, on a root that nobody can write to", async (context) => {
    if (missing !== null) skipVisibly(context, missing);
    const script = `
      let refused = "";
      try { fs.writeFileSync("/app/package.json", ""); } catch (error) { refused = error.code; }
      console.log(process.getuid(), refused);`;
    for (const service of SERVICES) {
      const said = await compose.run("exec", "-T", service, "node", "-e", script);
      expect(said.trim(), service).toBe("1000 EROFS");
    }
  });

  it("has a demo that leads to an incident", { timeout: UP_WITHIN_MS }, async (context) => {
    if (missing !== null) skipVisibly(context, missing);
    await compose.run("--profile", "demo", "up", "--detach", "--no-build", "demo");
    const { hosts, state } = await incidentOf("demofra1");
    expect(state).toBe("confirmed");
    expect(hosts.count).toBeGreaterThanOrEqual(10);
  });
});
