import { describe, expect, it } from "vitest";
import { describedAs, REFERENCE } from "../described.ts";

const LIMITING = "Limiting tcp reset response from 422 to 192 packets/sec";
const LINE = `<5>Nov 20 08:30:00 fw1 kernel: ${LIMITING}`;
/** 2026-11-20T08:31:00.250Z */
const TIME = 1_795_163_460.25;
const OURS = { outcome: "pass", kind: "limit", class: "tcp_reset", suppressed: 230, host: "fw1" };
const WRITTEN = { ...OURS, time: "2026-11-20T08:30:00.000Z", timeSource: "line" };
const SENT = { ...OURS, time: "2026-11-20T08:31:00.250Z", timeSource: "shipper" };

describe("events of Splunk's HTTP Event Collector", () => {
  it.each<[string, object, object]>([
    [
      "Vector splunk_hec_logs, text",
      { event: LINE, fields: {}, host: "fw1", time: TIME, source: "syslog" },
      WRITTEN,
    ],
    [
      "Vector splunk_hec_logs, json",
      {
        event: { appname: "kernel", hostname: "fw1", message: LIMITING, source_type: "syslog" },
        host: "collector",
        time: TIME,
      },
      SENT,
    ],
    ["Fluent Bit, a file", { time: TIME, event: { log: LINE } }, WRITTEN],
    [
      "Fluent Bit, syslog",
      { time: TIME, event: { pri: "5", host: "fw1", ident: "kernel", message: LIMITING } },
      SENT,
    ],
    ["Fluent Bit, event_key", { time: TIME, host: "fw1", event: `kernel: ${LIMITING}` }, SENT],
    [
      "Fluentd splunk_hec, its own name as host",
      { host: "collector", source: "syslog", time: String(TIME), event: { message: LINE } },
      WRITTEN,
    ],
    [
      "OpenTelemetry splunk_hec, attributes in fields",
      {
        time: TIME,
        host: "unknown",
        source: "otel",
        sourcetype: "otel",
        event: LIMITING,
        fields: { appname: "kernel", hostname: "fw1", message: LIMITING, priority: "5" },
      },
      SENT,
    ],
    ["OpenTelemetry, the whole line", { time: TIME, event: LINE, fields: { a: "b" } }, WRITTEN],
    ["syslog-ng splunk-hec", { time: TIME, host: "fw1", source: "s_net", event: LIMITING }, SENT],
    [
      "syslog-ng splunk-hec, format-json",
      { time: TIME, event: { HOST: "fw1", PROGRAM: "kernel", MESSAGE: LIMITING } },
      SENT,
    ],
    ["rsyslog omhttp, %rawmsg%", { event: LINE }, WRITTEN],
    ["Cribl, _raw as event", { host: "fw1", time: TIME, event: LINE, index: "main" }, WRITTEN],
    ["an event within an event", { time: TIME, event: { host: "fw1", event: LIMITING } }, SENT],
    [
      "a sample of ours",
      { host: "fw1", time: TIME, event: { type: "sample", counters: { "Tcp.OutRsts": 6928 } } },
      { outcome: "pass", kind: "sample", host: "fw1" },
    ],
  ])("%s", (_who, object, expected) => {
    expect(describedAs(JSON.stringify(object))).toMatchObject([expected]);
  });

  it.each([
    [
      "a `source` is no program, but `appname` is",
      { event: LIMITING, fields: { appname: "sshd" } },
    ],
    ["a metric", { event: "metric", fields: { "metric_name:cpu": 1 }, time: TIME }],
    ["an event of four layers", { event: { event: { event: { event: LIMITING } } } }],
    ["a number", { event: 7 }],
    ["an event of nothing", { event: {} }],
  ])("drops %s", (_what, object) => {
    expect(describedAs(JSON.stringify(object))).toMatchObject([{ outcome: "drop" }]);
  });

  it("leaves the field `event` of other shippers to them", () => {
    const object = { message: LINE, event: { dataset: "system.syslog" }, agent: { type: "beat" } };
    expect(describedAs(JSON.stringify(object))).toMatchObject([WRITTEN]);
  });

  it("reads several events of one array, each with its own host", () => {
    const events = ["fw1", "fw2"].map((host) => ({ host, event: { message: LIMITING } }));
    const described = describedAs(JSON.stringify(events), {
      ...REFERENCE,
      arrivalMs: REFERENCE.referenceMs,
    });
    expect(described).toMatchObject([
      { host: "fw1", part: 1 },
      { host: "fw2", part: 2 },
    ]);
  });
});
