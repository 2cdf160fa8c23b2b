import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { createEvents } from "../../../lib/telemetry/events.ts";
import { otelMeters } from "../../../lib/telemetry/otel.ts";
import { startTelemetry, type Telemetry } from "../../../lib/telemetry/sdk.ts";
import { otelTracing } from "../../../lib/telemetry/tracing.ts";

const SILENT = { write() {} };
const SERVICE = { service: "tidegauge-up", version: "0.1.0" };
let telemetry: Telemetry | null = null;
afterEach(async () => {
  await telemetry?.stop();
  telemetry = null;
});

function start(tracesUrl: string | null, failed: (what: string) => void = () => {}): Telemetry {
  return (telemetry = startTelemetry({ ...SERVICE, tracesUrl, failed }));
}

describe("metrics through the SDK", () => {
  test("come out as Prometheus text, under the names of the catalogue", async () => {
    const sdk = start(null);
    const { ingest, stream, notify } = createEvents(otelMeters(), SILENT);
    ingest.linesRead("udp", 10, 1_000);
    ingest.connectionOpened("tcp", "tls", 3);
    stream.batchFolded("host", { records: [] });
    notify.delivered({ sink: "pager", incidentId: "tg-1", revision: 1, attempts: 1 }, 250);
    const lines = (await sdk.metricsText()).split("\n");
    expect(lines).toContain('tidegauge_ingest_lines_read_total{input="udp"} 10');
    expect(lines).toContain('tidegauge_ingest_connections_open{input="tcp"} 3');
    expect(lines).toContain('tidegauge_log_batches_total{stage="host"} 1');
    expect(lines).toContain("# TYPE tidegauge_notify_delivery_seconds histogram");
    expect(lines).toContain('tidegauge_notify_delivery_seconds_bucket{sink="pager",le="0.25"} 1');
    expect(lines).toContain('tidegauge_notify_delivery_seconds_bucket{sink="pager",le="0.1"} 0');
  });

  test("series that are known beforehand begin with 0", async () => {
    const sdk = start(null);
    otelMeters();
    expect(await sdk.metricsText()).toContain('tidegauge_log_batches_total{stage="scope"} 0\n');
  });

  test("a value outside its closed set becomes `other`, and no series of its own", async () => {
    const sdk = start(null);
    const { notify } = createEvents(otelMeters(), SILENT);
    notify.suppressed("pager", "evil-host-7" as "silenced");
    const text = await sdk.metricsText();
    expect(text).toContain('tidegauge_notify_suppressed_total{sink="pager",reason="other"} 1');
    expect(text).not.toContain("evil-host-7");
  });

  test("without the SDK they go nowhere", () => {
    const { ingest } = createEvents(otelMeters(), SILENT);
    expect(() => ingest.linesRead("udp", 10, 1_000)).not.toThrow();
  });
});

describe("traces through the SDK", () => {
  test("are sent when it stops, with links to what they come from", async () => {
    const bodies: string[] = [];
    const collector = createServer((request, response) => {
      let body = "";
      request.on("data", (bytes) => (body += String(bytes)));
      request.on("end", () => {
        bodies.push(body);
        response.setHeader("content-type", "application/json").end("{}");
      });
    });
    await new Promise<void>((resolve) => collector.listen(0, "127.0.0.1", resolve));
    const { port } = collector.address() as AddressInfo;
    const sdk = start(`http://127.0.0.1:${port}/v1/traces`);
    const tracing = otelTracing();
    const headers = await tracing.during("publish", {}, async () => tracing.headers());
    expect(headers["traceparent"]).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    const secret = Object.assign(new Error("said by 192.0.2.1"), { code: "timeout" });
    const failing = tracing.during("deliver", { from: [headers, {}] }, () =>
      Promise.reject(secret),
    );
    await expect(failing).rejects.toBe(secret);
    await sdk.stop();
    collector.close();
    const text = bodies.join();
    expect(text).toContain('"name":"publish"');
    expect(text).toContain(`"links":[{`);
    expect(text).toContain('"message":"timeout"');
    expect(text).not.toContain("192.0.2.1");
  });

  test("a collector that is away costs spans, is told, and holds up no stop", async () => {
    const told: string[] = [];
    const sdk = start("http://127.0.0.1:1/v1/traces", (what) => told.push(what));
    await otelTracing().during("publish", {}, () => Promise.resolve());
    await sdk.stop();
    expect(told.join()).toContain("ECONNREFUSED");
  });

  test("without the SDK work is done all the same, and headers are empty", async () => {
    const tracing = otelTracing();
    expect(await tracing.during("deliver", {}, async () => tracing.headers())).toEqual({});
  });
});
