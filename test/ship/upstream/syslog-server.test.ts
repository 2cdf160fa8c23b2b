import net from "node:net";
import { afterEach, expect, test, vi } from "vitest";
import { wallClock } from "../../../lib/process/clock.ts";
import { SHIP_METRICS } from "../../../lib/telemetry/events/ship.ts";
import { Recorder } from "../../../lib/telemetry/recorder.ts";
import { encodeMessage } from "../../../lib/wire/message.ts";
import { SyslogServer } from "../../../services/ship/upstream/syslog-server.ts";
import { codec } from "../../ingest/listen/listen-world.ts";
import { freePort } from "../../support/live/up-process.ts";

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** A server that keeps what it reads. */
async function listen(port: number) {
  const heard = { text: "", sockets: [] as net.Socket[] };
  const server = net.createServer((socket) => {
    heard.sockets.push(socket);
    socket.on("error", () => {});
    socket.setEncoding("utf8").on("data", (text: string) => (heard.text += text));
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const hangUp = () => {
    for (const socket of heard.sockets) socket.destroy();
    server.close();
  };
  closers.push(hangUp);
  return { heard, hangUp };
}

function upstreamTo(port: number) {
  const told = new Recorder();
  const options = { host: "127.0.0.1", port, codec, clock: wallClock, events: told.events.ship };
  const upstream = new SyslogServer(options);
  closers.push(() => upstream.close());
  return { upstream, told };
}

function batch(...lines: string[]) {
  const segments = [{ lines: lines.length, arrivalMs: 0, peer: null, trust: "connected" as const }];
  const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(""));
  const origin = { input: "kmsg", realm: "", host: null, shipper: "tidegauge test" };
  return { key: null, value: encodeMessage(codec, "line-batch", { ...origin, segments, bytes }) };
}

test("lines go as frames that count their bytes", async () => {
  const port = await freePort();
  const { heard } = await listen(port);
  const { upstream } = upstreamTo(port);
  await upstream.append("lines", 0, [batch("<4>1 one", "<4>1 zwölf"), batch("<4>1 three")]);
  await vi.waitFor(() => expect(heard.text).toBe("8 <4>1 one11 <4>1 zwölf10 <4>1 three"));
});

test("samples go as lines of the sampler's form", async () => {
  const port = await freePort();
  const { heard } = await listen(port);
  const { upstream } = upstreamTo(port);
  const sample = {
    sampledAtMs: Date.parse("2026-11-20T08:30:00Z"),
    boot: null,
    uptimeSeconds: null,
    counters: [{ name: "Tcp.OutRsts", value: 6928 }],
    gauges: [],
    posture: [],
  };
  const origin = { input: "counters", realm: "", host: "h1", os: null, shipper: "test" };
  const how = { arrivalMs: 0, peer: null, trust: "connected" as const, samples: [sample] };
  const value = encodeMessage(codec, "sample-batch", { ...origin, ...how });
  await upstream.append("samples", 0, [{ key: "/h1", value }]);
  const line =
    '<30>1 2026-11-20T08:30:00.000Z h1 tidegauge - - - {"type":"sample","host":"h1",' +
    '"time":"2026-11-20T08:30:00.000Z","counters":{"Tcp.OutRsts":6928}}';
  await vi.waitFor(() => expect(heard.text).toBe(`${line.length} ${line}`));
});

test("while nobody listens it says so; then the lines go", async () => {
  const port = await freePort();
  const { upstream } = upstreamTo(port);
  await expect(upstream.append("lines", 0, [batch("<4>1 one")])).rejects.toMatchObject({
    code: "syslog_unreachable",
  });
  const { heard } = await listen(port);
  await upstream.append("lines", 0, [batch("<4>1 one")]);
  await vi.waitFor(() => expect(heard.text).toBe("8 <4>1 one"));
});

test("a connection that broke is counted, and made anew for the next lines", async () => {
  const port = await freePort();
  const first = await listen(port);
  const { upstream, told } = upstreamTo(port);
  await upstream.append("lines", 0, [batch("<4>1 one")]);
  await vi.waitFor(() => expect(first.heard.text).not.toBe(""));
  first.hangUp();
  await vi.waitFor(() => expect(told.counted(SHIP_METRICS.cuts)).toBe(1));
  const second = await listen(port);
  await upstream.append("lines", 0, [batch("<4>1 two")]);
  await vi.waitFor(() => expect(second.heard.text).toBe("8 <4>1 two"));
});
