import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { loadConfig, type LoadedConfig } from "../../../lib/config/load.ts";

const FILE = `
time: { retain: 24h }
inputs:
  - { name: syslog-udp, type: syslog, listen: "127.0.0.1:5514" }
rules:
  - { name: ten-hosts, type: host_count, signal: tcp_reset, hosts: 10, within: 60s, scope: site }
sinks:
  - { name: pager, type: alertmanager, urls: ["http://am:9093"] }
  - { name: hook, type: webhook, url: "https://hooks.example.org/" }
`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tidegauge-environment-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function load(env: Record<string, string>, file = FILE): LoadedConfig {
  const path = join(folder, "tidegauge.yaml");
  writeFileSync(path, file);
  return loadConfig({ path, env, workingDirectory: folder });
}

describe("the environment overrides", () => {
  test("a field, also of a section that the file does not have", () => {
    const { config } = load({
      TIDEGAUGE_TIME_RETAIN: "48h",
      TIDEGAUGE_STREAM_ENGINE: "memory",
      TIDEGAUGE_LIMITS_PAGES_PER_MINUTE: "5",
    });
    expect(config?.time.retainSeconds).toBe(172_800);
    expect(config?.stream.engine).toBe("memory");
    expect(config?.limits.pagesPerMinute).toBe(5);
  });

  test("items of lists by name, dashes as underscores", () => {
    const { config } = load({
      TIDEGAUGE_SINKS_PAGER_URLS: "http://am-1:9093, http://am-2:9093",
      TIDEGAUGE_RULES_TEN_HOSTS_HOSTS: "12",
      TIDEGAUGE_RULES_TEN_HOSTS_REOPEN_WITHIN: "5m",
      TIDEGAUGE_INPUTS_SYSLOG_UDP_PROTOCOLS: "udp",
      TIDEGAUGE_DOMAINS: '["example.org"]',
    });
    expect(config?.sinks[0]).toMatchObject({ urls: ["http://am-1:9093", "http://am-2:9093"] });
    expect(config?.rules[0]).toMatchObject({ hosts: 12, reopenWithinSeconds: 300 });
    expect(config?.inputs[0]).toMatchObject({ protocols: ["udp"] });
    expect(config?.domains).toEqual(["example.org"]);
  });

  test("what only a default says", () => {
    const { config } = load(
      { TIDEGAUGE_RULES_SINGLE_HOST_WITHIN: "5m", TIDEGAUGE_SINKS_STDOUT_FORMAT: "json" },
      "time: {}",
    );
    expect(config?.rules).toMatchObject([{ name: "flood" }, { withinSeconds: 300 }]);
    expect(config?.sinks).toMatchObject([{ name: "stdout", format: "json" }]);
  });

  test("a secret from a file, without the newline at its end", () => {
    const path = join(folder, "hook-secret");
    writeFileSync(path, "hunter2\n");
    const { config } = load({ TIDEGAUGE_SINKS_HOOK_SECRET_FILE: path });
    const sink = config?.sinks[1];
    expect(sink?.type === "webhook" && sink.secret?.reveal()).toBe("hunter2");
  });

  test("nothing with what Kubernetes sets for a service of that name", () => {
    const { problems } = load({
      TIDEGAUGE_SERVICE_HOST: "10.0.0.1",
      TIDEGAUGE_SERVICE_PORT_HTTP: "80",
      TIDEGAUGE_PORT: "tcp://10.0.0.1:80",
      TIDEGAUGE_PORT_80_TCP_ADDR: "10.0.0.1",
      TIDEGAUGE_CONSOLE_SERVICE_HOST: "10.0.0.1",
    });
    expect(problems).toEqual([]);
  });
});

describe("a bad variable", () => {
  test.each([
    ["TIDEGAUGE_TIME_RETIAN", "did you mean `TIDEGAUGE_TIME_RETAIN`?"],
    ["TIDEGAUGE_SINKS_PAGERS_URLS", "did you mean `TIDEGAUGE_SINKS_PAGER_URLS`?"],
    ["TIDEGAUGE_SINKS_HOOK_SECRETS_FILE", "did you mean `TIDEGAUGE_SINKS_HOOK_SECRET_FILE`?"],
  ])("%s names no field: %s", (source, remedy) => {
    expect(load({ [source]: "1" }).problems).toMatchObject([
      { source, problem: "names no field of the configuration", remedy },
    ]);
  });

  test("is named as the source of its bad value", () => {
    expect(load({ TIDEGAUGE_TIME_RETAIN: "a day" }).problems).toMatchObject([
      { source: "TIDEGAUGE_TIME_RETAIN", line: null, path: "time.retain", value: '"a day"' },
    ]);
  });

  test("a secret's file that cannot be read is a problem", () => {
    const variable = "TIDEGAUGE_SINKS_HOOK_SECRET_FILE";
    expect(load({ [variable]: join(folder, "none") }).problems).toMatchObject([
      { source: variable, problem: "cannot be read (ENOENT)" },
    ]);
  });

  test("only secrets come from files", () => {
    expect(load({ TIDEGAUGE_TIME_RETAIN_FILE: "/etc/passwd" }).problems).toHaveLength(1);
  });
});
