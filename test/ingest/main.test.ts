import dgram from "node:dgram";
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NO_IDENTITY_RULES } from "../../lib/domain/host-identity.ts";
import { utcZone } from "../../lib/domain/zone.ts";
import { wallClock } from "../../lib/process/clock.ts";
import { runParts } from "../../lib/process/parts.ts";
import { decodeMessage } from "../../lib/wire/message.ts";
import { Framing } from "../../services/ingest/envelopes/framing.ts";
import { LIMITS } from "../../services/ingest/limits.ts";
import { InputPath } from "../../services/ingest/listen/input.ts";
import type { LineOrigin } from "../../services/ingest/listen/line-writer.ts";
import { MemoryPositions } from "../../services/ingest/listen/positions.ts";
import type { StreamListener } from "../../services/ingest/listen/stream-listener.ts";
import type { UdpListener } from "../../services/ingest/listen/udp-listener.ts";
import { createIngest } from "../../services/ingest/main.ts";
import {
  codec,
  connect,
  limitLine,
  LINES,
  listenWorld,
  OBSERVATIONS,
  REJECTED,
  until,
} from "./listen/listen-world.ts";

const COMMON = { realm: "", keep: "candidates" as const, zone: utcZone };
const LOOPBACK = { host: "127.0.0.1", port: 0 };

function service(stdin = new PassThrough(), path = "/nowhere") {
  const made = listenWorld();
  const ingest = createIngest({
    log: made.log.connect(),
    codec,
    clock: wallClock,
    events: made.told.events,
    lines: LINES,
    observations: OBSERVATIONS,
    rejected: REJECTED,
    group: "ingest",
    inputs: [
      {
        ...COMMON,
        type: "syslog",
        name: "edge",
        listen: LOOPBACK,
        protocols: ["udp", "tcp"],
        tls: null,
      },
      { ...COMMON, type: "file", name: "messages", path, host: null, from: "beginning" },
      { ...COMMON, type: "stdin", name: "pipe", host: "piped-host" },
    ],
    positions: new MemoryPositions(),
    connectionsMax: 64,
    rules: () => NO_IDENTITY_RULES,
    retainMs: 40 * 86_400_000,
    shipper: "tidegauge test",
    stdin,
  });
  const stop = new AbortController();
  const hosts = () =>
    new Set(
      [0, 1, 2, 3].flatMap((partition) =>
        made.log
          .slice({ topic: OBSERVATIONS.topic, partition, offset: 0 }, Infinity)
          .records.flatMap(({ value }) => {
            const message = decodeMessage(codec, value!, ["observation-batch"]);
            return message.ok ? message.value.hosts.map(({ name }) => name) : [];
          }),
      ),
    );
  return { ...made, ...ingest, stop, hosts };
}

describe("the service", () => {
  it("takes lines from every kind of input to observations, and counts each one once", async () => {
    const folder = mkdtempSync(join(tmpdir(), "tidegauge-ingest-"));
    const path = join(folder, "messages");
    writeFileSync(path, `${limitLine("from-file")}\nnot ours\n`);
    const stdin = new PassThrough();
    const { parts, inputs, stop, hosts, told } = service(stdin, path);
    const running = runParts({ parts, stop: stop.signal, clock: wallClock });
    await until(() => told.of("inputStarted").length === 4);
    const [udp, tcp] = inputs as unknown as [UdpListener, StreamListener];
    const sender = dgram.createSocket("udp4");
    sender.send(limitLine("from-udp"), udp.address.port, "127.0.0.1");
    const socket = await connect(tcp.address.port);
    socket.write(`${limitLine("from-tcp")}\n<13>not ours\n`);
    stdin.end(limitLine("from-pipe"));
    appendFileSync(path, `${limitLine("from-file-too")}\n`);
    const wanted = ["from-file", "from-file-too", "from-udp", "from-tcp", "from-pipe"];
    await until(() => wanted.every((host) => hosts().has(host)));
    stop.abort();
    await running;
    sender.close();
    socket.destroy();
    rmSync(folder, { recursive: true });
    expect(told.lines).toBe(7);
    expect(told).toMatchObject({ passed: 5, dropped: 2, rejected: 0 });
    expect(told.of("inputEnded")).toEqual([["pipe"]]);
  });

  it("has nothing running after it was stopped, and what was read is in the log", async () => {
    const { parts, inputs, stop, told, hosts } = service();
    const running = runParts({ parts, stop: stop.signal, clock: wallClock });
    await until(() => told.of("inputStarted").length === 4);
    const tcp = inputs[1] as unknown as StreamListener;
    const { port } = tcp.address;
    const socket = await connect(port);
    socket.write(`${limitLine("last-word")}\n`);
    await until(() => hosts().has("last-word"));
    stop.abort();
    await running;
    await until(() => socket.readableEnded || socket.destroyed);
    await expect(connect(port)).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });

  it("lets a backlog of a slow log stop within its time", async () => {
    const { log, parts, inputs, stop, told } = service();
    log.faults.onAppend = () => "disk_full";
    const running = runParts({ parts, stop: stop.signal, clock: wallClock });
    await until(() => told.of("inputStarted").length === 4);
    inputs[0]!.inject({ input: "edge/udp", sentMs: 0 }, () => undefined);
    await until(() => told.of("appendRetried").length > 0);
    stop.abort();
    await expect(running).rejects.toMatchObject({ code: "disk_full" });
  });
});

describe("what comes in", () => {
  it("ends in one outcome, whatever the bytes, their sizes and the framing", async () => {
    const part = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc
        .constantFrom(
          `${limitLine("a1-1")}\n`,
          `${limitLine("a1-1").length} ${limitLine("a1-1")}`,
          "<13>Nov 20 08:30:00 a1 sshd: x\n",
          "\n",
          '{"a":1}\n',
          `${"y".repeat(9_000)}\n`,
          "12 ",
        )
        .map((text) => Buffer.from(text)),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(part, { maxLength: 30 }),
        fc.integer({ min: 1, max: 4_000 }),
        fc.boolean(),
        async (parts, size, octetCounting) => {
          const { world, told, log } = listenWorld();
          const path = new InputPath(world, { name: "x", ...COMMON }, "x", () => {});
          const origin: LineOrigin = { peer: null, trust: "connected", host: null };
          const options = { octetCounting, frameBytesMax: LIMITS.lineBytesMax, countMax: 10_000 };
          let frames = 0;
          const framing = new Framing(options, (bytes, start, end, excess) => {
            frames += 1;
            path.sieve.take(bytes, start, end, excess, origin, null);
          });
          const bytes = Buffer.concat(parts);
          for (let at = 0; at < bytes.length; at += size) {
            const end = Math.min(bytes.length, at + size);
            framing.push(bytes, at, end);
          }
          framing.finish();
          await path.flush();
          const { lines, pass, dropped, rejected } = path.sieve.counts;
          expect(lines).toBe(frames);
          expect(told.lines).toBe(frames);
          expect(pass + dropped + rejected).toBe(lines);
          const stored = [0, 1, 2].flatMap(
            (partition) => log.slice({ topic: "lines", partition, offset: 0 }, Infinity).records,
          );
          let kept = 0;
          for (const { value } of stored) {
            const message = decodeMessage(codec, value!, ["line-batch"]);
            if (!message.ok) throw new Error(message.detail);
            const inBytes = message.value.bytes.filter((byte) => byte === 0x0a).length;
            const inSegments = message.value.segments.reduce((sum, each) => sum + each.lines, 0);
            expect(inBytes).toBe(inSegments);
            kept += inBytes;
          }
          expect(kept).toBe(pass);
        },
      ),
      { numRuns: 300 },
    );
  });
});
