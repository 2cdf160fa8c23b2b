import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { ManualClock } from "../../../lib/process/manual-clock.ts";
import { Recorder } from "../../../lib/telemetry/recorder.ts";
import { encodeMessage } from "../../../lib/wire/message.ts";
import type { CounterReader } from "../../../services/ship/counter-reader.ts";
import { FreebsdCounters } from "../../../services/ship/freebsd-counters.ts";
import { LinuxCounters } from "../../../services/ship/linux-counters.ts";
import { ownNamespace } from "../../../services/ship/network-namespace.ts";
import { SampleSource } from "../../../services/ship/sample-source.ts";
import { SampleWriter } from "../../../services/ship/sample-writer.ts";
import { codec, LINES, SAMPLES } from "../../ingest/listen/listen-world.ts";
import { pipeline, readingsOf, settle, START_MS } from "../../ingest/samples-world.ts";
import { skipVisibly } from "../../support/skip-visibly.ts";

const run = promisify(execFile);
const SAMPLER = new URL("../../../deploy/sampler/tidegauge-sampler", import.meta.url).pathname;
const recorded = (name: string) =>
  readFileSync(new URL(`../../vectors/counters/${name}-netstat.json`, import.meta.url), "utf8");

/** Two samples of a reader, all the way to what the host stage is given. */
async function shipped(reader: CounterReader, startMs: number) {
  const { log, put, stop } = pipeline(startMs);
  const clock = new ManualClock(startMs);
  const { ship: events } = new Recorder().events;
  const spool = {
    append: async (topic: string, _partition: number, records: readonly { value: unknown }[]) => {
      for (const { value } of records) put(topic, value as Uint8Array);
      return { firstOffset: 0, arrivalMs: startMs };
    },
  };
  const identity = { input: "counters", realm: "", host: "fra1-web-001", os: reader.os };
  const around = { codec, clock, events, log: spool, topic: SAMPLES.topic, shipper: "test" };
  const writer = new SampleWriter({ ...around, ...identity, packWithinMs: 0 });
  const source = new SampleSource({ ...around, name: "c", reader, writer, intervalMs: 1_000 });
  const written = () =>
    log.slice({ topic: SAMPLES.topic, partition: 0, offset: 0 }, Infinity).records.length;
  source.start({ died: () => undefined, stopping: new AbortController().signal });
  while (written() < 1) await settle();
  clock.advance(1_000);
  while (written() < 2) await settle();
  await source.stop();
  return (await stop()).filter(({ host }) => host.length > 0);
}

describe("counters of a host, through to observations", () => {
  it("by the sampler, of the kernel that runs this", async (context) => {
    if (process.platform !== "linux") return skipVisibly(context, "needs Linux");
    const flags = ["--to", "-", "--samples", "2", "--host", "fra1-web-001"];
    const { stdout } = await run("sh", [SAMPLER, ...flags]);
    const { put, stop } = pipeline(Date.now());
    const segment = { lines: 3, arrivalMs: 0, peer: "192.0.2.7:514", trust: "unverified" as const };
    const around = { input: "edge", realm: "", host: null, shipper: "test", segments: [segment] };
    put(LINES.topic, encodeMessage(codec, "line-batch", { ...around, bytes: Buffer.from(stdout) }));
    const [observed] = (await stop()).filter(({ host }) => host.length > 0);
    expect(observed!.hosts).toEqual([{ realm: "", name: "fra1-web-001" }]);
    const [sample, posture, next] = readingsOf(observed!.readings);
    expect(sample).toMatchObject({ os: "linux", sampler: "edge" });
    expect(sample!.boot).toBe(readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim());
    expect(posture!.numbers).toHaveProperty(["posture net.ipv4.tcp_syncookies"]);
    const segments = [sample, next].map((each) => each!.numbers["counter Tcp.InSegs"]!);
    expect(segments[1]).toBeGreaterThanOrEqual(segments[0]!);
    expect(next!.uptimeSeconds).toBeGreaterThan(sample!.uptimeSeconds);
  });

  it("by ship, of the kernel that runs this", async (context) => {
    if (process.platform !== "linux") return skipVisibly(context, "needs Linux");
    const observed = await shipped(new LinuxCounters({ namespace: ownNamespace() }), START_MS);
    const readings = observed.flatMap((each) => readingsOf(each.readings));
    expect(readings).toHaveLength(2);
    expect(readings[0]!.numbers).toHaveProperty(["counter TcpExt.ListenDrops"]);
    expect(readings[0]!.numbers).toHaveProperty(["posture net.core.somaxconn"]);
  });

  it.each(["freebsd-11", "freebsd-14", "opnsense-26.7"])("by ship, of %s", async (release) => {
    const clock = new ManualClock(START_MS);
    const reader = new FreebsdCounters(clock, async (command, args) => {
      if (command === "netstat") return recorded(release);
      if (command === "pfctl") return "Status: Enabled for 1 days";
      return args.includes("kern.boottime") ? "" : "net.inet.icmp.icmplim_output: 0\n";
    });
    const observed = await shipped(reader, START_MS);
    const [first] = observed.flatMap((each) => readingsOf(each.readings));
    expect(first).toMatchObject({ os: "freebsd", boot: null });
    expect(first!.numbers).toMatchObject({
      "counter tcp.embryonic-connections-dropped": 4005,
      "counter tcp.syncache.dropped": 5,
      "posture net.inet.icmp.icmplim_output": 0,
      "posture pf.enabled": 1,
    });
  });
});
