import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { BIN, jsonLines, runTidegauge } from "../support/run-tidegauge.ts";
import { skipVisibly } from "../support/skip-visibly.ts";
import { writeConfig } from "../support/live/up-process.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tidegauge-ship-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("tidegauge ship", () => {
  it.each([
    [["--to", "syslog://relay"], "HOST:PORT"],
    [["--to", "http://relay:514"], "HOST:PORT"],
    [["--to", "syslog://user@relay:514"], "HOST:PORT"],
    [["--lines", "--samples"], "cannot be used with"],
    [["--interval", "1"], "100ms to 10m"],
  ])("%s is a mistake of usage", async (flags, says) => {
    const ran = await runTidegauge(["ship", ...flags], { cwd: folder });
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain(says);
  });

  it("without a cluster in the configuration says what to add", async () => {
    const config = writeConfig(folder, { ship: { sources: [] } });
    const ran = await runTidegauge(["ship", "--config", config]);
    expect(ran.code).toBe(78);
    expect(ran.stderr).toContain("cluster_missing");
  });

  it("leaves inputs that read Kafka to ingest", async () => {
    const kafka = { name: "central", type: "kafka", topics: ["syslog"], brokers: ["127.0.0.1:9"] };
    const config = writeConfig(folder, { inputs: [kafka] });
    const ran = await runTidegauge(["ship", "--to", "-", "--config", config]);
    expect(ran.code).toBe(78);
    expect(ran.stderr).toContain("input_not_shipped");
  });

  it("prints what it would send, as lines that every reader takes", async () => {
    const line = "Nov 20 08:30:00 fra1-web-001 kernel: Limiting icmp ping response from 9 to 5";
    const messages = join(folder, "messages");
    writeFileSync(messages, `${line} packets/sec\nNov 20 08:30:00 fra1-web-001 cron: hello\n`);
    const input = { name: "messages", type: "file", path: messages, host: "relay-1" };
    const config = writeConfig(folder, { inputs: [input] });
    const ship = spawn(process.execPath, [BIN, "ship", "--to", "-", "--config", config]);
    const [printed] = (await once(createInterface(ship.stdout), "line")) as [string];
    ship.kill("SIGTERM");
    const [code] = (await once(ship, "close")) as [number];
    expect(code).toBe(0);
    expect(JSON.parse(printed)).toEqual({
      type: "line",
      host: "relay-1",
      time: null,
      text: `${line} packets/sec`,
    });
    const parsed = await runTidegauge(["parse", "--reference-time", "2026-11-21T00:00:00Z"], {
      input: printed,
    });
    expect(jsonLines(parsed.stdout)[0]).toMatchObject({
      outcome: "pass",
      class: "icmp_ping",
      host: "fra1-web-001",
      time: "2026-11-20T08:30:00.000Z",
    });
  });

  it("samples this machine's counters, as every reader of samples takes them", async (context) => {
    if (process.platform !== "linux") return skipVisibly(context, "needs Linux");
    const config = writeConfig(folder, { ship: { host: "fra1-web-001" } });
    const flags = ["--to", "-", "--samples", "--interval", "100ms", "--config", config];
    const ship = spawn(process.execPath, [BIN, "ship", ...flags]);
    const printed: string[] = [];
    for await (const line of createInterface(ship.stdout)) {
      if (printed.push(line) === 3) ship.kill("SIGTERM");
    }
    const parsed = await runTidegauge(["parse"], { input: `${printed.join("\n")}\n` });
    const samples = jsonLines(parsed.stdout);
    expect(samples.length).toBeGreaterThanOrEqual(3);
    for (const sample of samples) {
      expect(sample).toMatchObject({ outcome: "pass", kind: "sample", host: "fra1-web-001" });
      expect(sample).toHaveProperty(["counters", "Tcp.OutRsts"]);
    }
    expect(samples[0]).toHaveProperty(["posture", "net.core.somaxconn"]);
    expect(samples[1]).toMatchObject({ posture: {} });
  });

  it("refuses a host name that no syslog header can hold", async () => {
    const config = writeConfig(folder, { ship: { host: "two words" } });
    const ran = await runTidegauge(["ship", "--to", "-", "--config", config]);
    expect(ran.code).toBe(78);
    expect(ran.stderr).toContain("ship.host");
  });
});
