import { once } from "node:events";
import type net from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { NO_IDENTITY_RULES } from "../../../lib/domain/host-identity.ts";
import type { Clock } from "../../../lib/process/clock.ts";
import { wallClock } from "../../../lib/process/clock.ts";
import { ManualClock } from "../../../lib/process/manual-clock.ts";
import type { MemoryFaults } from "../../../lib/stream/memory.ts";
import { LIMITS } from "../../../services/ingest/limits.ts";
import { StreamListener } from "../../../services/ingest/listen/stream-listener.ts";
import {
  batchesOf,
  connect,
  limitLine,
  linesOf,
  listenWorld,
  rejectedOf,
  until,
} from "./listen-world.ts";

const IDENTITY = { name: "edge", realm: "", keep: "candidates" as const };
const running: StreamListener[] = [];
const sockets: net.Socket[] = [];

async function listener(
  options: { connectionsMax?: number; clock?: Clock; faults?: MemoryFaults; keep?: "all" } = {},
) {
  const world = listenWorld(options.faults, options.clock ?? wallClock);
  const input = new StreamListener(world.world, {
    identity: { ...IDENTITY, keep: options.keep ?? "candidates" },
    listen: { host: "127.0.0.1", port: 0 },
    tls: null,
    connectionsMax: options.connectionsMax ?? 4_096,
    rules: NO_IDENTITY_RULES,
  });
  await input.start(world.context);
  running.push(input);
  const open = async () => {
    const socket = await connect(input.address.port);
    sockets.push(socket);
    return socket;
  };
  return { ...world, input, open };
}

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const input of running.splice(0)) await input.stop();
});

const counted = (text: string) => `${text.length} ${text}`;

describe("syslog over TCP", () => {
  it("takes counted frames and lines on one connection, and tells who sent them", async () => {
    const { log, open } = await listener();
    const socket = await open();
    const sent = ["a1-1", "a1-2", "a1-3", "a1-4"].map((host) => limitLine(host));
    socket.write(`${counted(sent[0]!)}${sent[1]}\n${counted(sent[2]!)}${sent[3]}\r\n`);
    await until(() => linesOf(log).length === 4);
    expect(linesOf(log)).toEqual(sent);
    const { localAddress, localPort } = socket;
    for (const { input, segments } of batchesOf(log)) {
      expect(input).toBe("edge");
      expect(segments[0]).toMatchObject({
        peer: `${localAddress}:${localPort}`,
        trust: "connected",
      });
    }
  });

  it("reads a sender that writes byte by byte", async () => {
    const { log, open } = await listener();
    const socket = await open();
    socket.setNoDelay(true);
    const lines = [limitLine("a1-1"), limitLine("a1-2")];
    for (const byte of Buffer.from(`${counted(lines[0]!)}${lines[1]}\n`)) {
      if (!socket.write(Buffer.from([byte]))) await once(socket, "drain");
    }
    await until(() => linesOf(log).length === 2);
    expect(linesOf(log)).toEqual(lines);
  });

  it("stores what may be ours and counts the rest; `keep: all` stores that too", async () => {
    const other = "<13>Nov 20 08:30:00 a1-1 sshd[1]: session opened";
    const wire = `${limitLine("a1-1")}\n${other}\n\n${other}\n`;
    const some = await listener();
    (await some.open()).end(wire);
    await until(() => linesOf(some.log).length === 1);
    await until(() => some.input.openConnections === 0);
    await some.input.stop();
    running.splice(running.indexOf(some.input), 1);
    expect(some.told).toMatchObject({ lines: 4, dropped: 3, passed: 0, rejected: 0 });
    const all = await listener({ keep: "all" });
    (await all.open()).end(wire);
    await until(() => linesOf(all.log).length === 3);
  });

  it("makes one line of a frame with newlines in it: nobody forges a second one", async () => {
    const { log, open } = await listener();
    const forged = `${limitLine("a1-1")}\n${limitLine("victim")}`;
    (await open()).write(counted(forged));
    await until(() => linesOf(log).length > 0);
    expect(linesOf(log)).toEqual([forged.replace("\n", "#012")]);
  });

  it("takes a last line without its newline when the sender hangs up", async () => {
    const { log, open } = await listener();
    (await open()).end(limitLine("a1-1"));
    await until(() => linesOf(log).length === 1);
  });

  it("counts a frame that a broken connection cut off", async () => {
    const { log, told, open, input } = await listener();
    const socket = await open();
    socket.write(`${limitLine("a1-1")}\n400 <13>only a part of it`);
    await until(() => linesOf(log).length === 1);
    socket.resetAndDestroy();
    await until(() => input.openConnections === 0);
    await input.stop();
    running.splice(0);
    expect(told).toMatchObject({ lines: 2, dropped: 1 });
  });

  it("rejects what is too long with its first bytes, and keeps the connection", async () => {
    const { log, told, open } = await listener();
    const socket = await open();
    const long = `<13>${"x".repeat(20_000)}`;
    socket.write(`${long}\n${counted(long)}${limitLine("a1-1")}\n`);
    await until(() => rejectedOf(log).length === 2 && linesOf(log).length === 1);
    for (const rejected of rejectedOf(log)) {
      expect(rejected).toMatchObject({ reason: "line_too_long", originalBytes: long.length });
      expect(rejected.bytes.length).toBe(LIMITS.lineBytesMax);
    }
    expect(told.of("connectionClosed")).toEqual([]);
  });

  it.each([
    ["999999999 <13>x", "frame_too_long"],
    ["0 <13>x", "bad_frame"],
    ["00042 <13>x", "bad_frame"],
  ])("closes a connection whose count is %j, and serves the others", async (wire, reason) => {
    const { log, told, open } = await listener();
    const good = await open();
    const bad = await open();
    bad.write(wire);
    await once(bad, "close");
    await until(() => told.of("connectionClosed").length === 1);
    expect(told.of("connectionClosed")[0]).toMatchObject(["edge", reason, expect.any(String), 1]);
    good.write(`${limitLine("a1-1")}\n`);
    await until(() => linesOf(log).length === 1);
  });

  it("closes who does not finish a frame, who is quiet for too long, and nobody else", async () => {
    const clock = new ManualClock(1_800_000_000_000);
    const { log, told, open } = await listener({ clock });
    const dripping = await open();
    const quiet = await open();
    const talking = await open();
    await until(() => told.of("connectionOpened").length === 3);
    dripping.write("<");
    const closings = () => told.of("connectionClosed").map(([, reason]) => reason);
    await until(() => {
      dripping.write("x");
      clock.advance(1_000);
      return closings().length === 1;
    });
    expect(closings()).toEqual(["frame_unfinished"]);
    clock.advance((LIMITS.idleSeconds - 60) * 1_000);
    talking.write(`${limitLine("a1-1")}\n`);
    await until(() => {
      clock.advance(20);
      return linesOf(log).length === 1;
    });
    clock.advance(120_000);
    await until(() => closings().length === 2);
    expect(closings()[1]).toBe("idle");
    await until(() => quiet.readableEnded || quiet.destroyed);
    expect(talking.readable).toBe(true);
    // A clock that is set forward by hours closes nobody.
    clock.step(36_000_000);
    clock.advance(2_000);
    expect(closings()).toHaveLength(2);
    running.splice(0).forEach((input) => void input.stop());
    clock.advance(10_000);
  });

  it("lets 2,000 connections that drip a byte have 32 places, and serves the others", async () => {
    const { log, told, open, input } = await listener();
    const good = await open();
    await until(() => told.of("connectionOpened").length === 1);
    for (let batch = 0; batch < 20; batch++) {
      await Promise.all(
        Array.from({ length: 100 }, async () => {
          const socket = await open();
          socket.write("<");
        }),
      );
    }
    await until(() => told.of("connectionRefused").length === 2_000 - 31);
    expect(input.openConnections).toBe(LIMITS.connectionsPerPeerMax);
    expect(new Set(told.of("connectionRefused").map(([, reason]) => reason))).toEqual(
      new Set(["per_peer_limit"]),
    );
    good.write(`${limitLine("a1-1")}\n`);
    await until(() => linesOf(log).length === 1);
  });

  it("bounds all connections together", async () => {
    const { told, open } = await listener({ connectionsMax: 2 });
    for (let i = 0; i < 3; i++) await open();
    await until(() => told.of("connectionRefused").length === 1);
    expect(told.of("connectionRefused")[0]![1]).toBe("total_limit");
  });

  it("makes senders wait while the log refuses, and loses nothing when it comes back", async () => {
    let isFull = true;
    const faults: MemoryFaults = { onAppend: () => (isFull ? "disk_full" : "none") };
    const { log, told, open, deaths } = await listener({ faults });
    const socket = await open();
    const total = 120_000;
    let sent = 0;
    const sending = (async () => {
      while (sent < total) {
        const block = Array.from(
          { length: 500 },
          (_, i) => `${limitLine("a1-1", 500 + sent + i)}\n`,
        );
        sent += 500;
        if (!socket.write(block.join(""))) await once(socket, "drain");
      }
    })();
    await until(() => told.of("inputPaused").length > 0);
    // The kernel's buffers fill up behind it, and then the sender stands still.
    await until(() => socket.writableNeedDrain);
    expect(sent).toBeLessThan(total);
    isFull = false;
    await sending;
    await until(() => linesOf(log).length >= total);
    const offered = new Set(linesOf(log).map((line) => line.split(" ").at(-4)));
    expect(offered.size).toBe(total);
    expect(deaths).toEqual([]);
  });

  it("tells why it cannot listen: another process has the port", async () => {
    const first = await listener();
    const { world, context } = listenWorld();
    const second = new StreamListener(world, {
      identity: IDENTITY,
      listen: { host: "127.0.0.1", port: first.input.address.port },
      tls: null,
      connectionsMax: 10,
      rules: NO_IDENTITY_RULES,
    });
    await expect(second.start(context)).rejects.toMatchObject({
      code: "port_in_use",
      remedy: expect.stringContaining("listen"),
    });
  });

  it("dies of what no retry can mend", async () => {
    const { log, open, deaths, input } = await listener();
    log.faults.onAppend = () => {
      throw new Error("planted");
    };
    (await open()).write(`${limitLine("a1-1")}\n`);
    await until(() => deaths.length > 0);
    expect(deaths[0]).toMatchObject({ message: "planted" });
    running.splice(running.indexOf(input), 1);
    await expect(input.stop()).rejects.toThrow("planted");
  });
});
