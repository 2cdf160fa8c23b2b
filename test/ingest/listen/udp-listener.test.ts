import dgram from "node:dgram";
import { once } from "node:events";
import { afterEach, describe, expect, it } from "vitest";
import type { MemoryFaults } from "../../../lib/stream/memory.ts";
import { dropsIn, readUdpDrops } from "../../../services/ingest/listen/udp-drops.ts";
import { UdpListener } from "../../../services/ingest/listen/udp-listener.ts";
import { skipVisibly } from "../../support/skip-visibly.ts";
import { batchesOf, limitLine, linesOf, listenWorld, rejectedOf, until } from "./listen-world.ts";

const running: UdpListener[] = [];
const senders: dgram.Socket[] = [];

async function listener(faults: MemoryFaults = {}) {
  const world = listenWorld(faults);
  const input = new UdpListener(
    world.world,
    { name: "edge", realm: "", keep: "candidates" },
    { host: "127.0.0.1", port: 0 },
  );
  await input.start(world.context);
  running.push(input);
  const sender = dgram.createSocket("udp4");
  senders.push(sender);
  sender.connect(input.address.port, "127.0.0.1");
  await once(sender, "connect");
  const send = (datagram: string) =>
    new Promise<void>((resolve, reject) => {
      sender.send(datagram, (error) => (error ? reject(error) : resolve()));
    });
  return { ...world, input, send, sender };
}

afterEach(async () => {
  for (const sender of senders.splice(0)) sender.close();
  for (const input of running.splice(0)) await input.stop();
});

async function stopped(input: UdpListener): Promise<void> {
  running.splice(running.indexOf(input), 1);
  await input.stop();
}

describe("syslog over UDP", () => {
  it("takes one line per datagram, with or without a newline, and trusts no sender", async () => {
    const { log, send } = await listener();
    const line = limitLine("a1-1");
    await send(line);
    await send(`${line}\n`);
    await send(`${line}\0`);
    await until(() => linesOf(log).length === 3);
    expect(linesOf(log)).toEqual([line, line, line]);
    expect(batchesOf(log)[0]!.segments[0]).toMatchObject({ trust: "unverified", lines: 3 });
  });

  it("counts a datagram of zero bytes, and one that is too long", async () => {
    const { log, told, send, input } = await listener();
    await send("");
    await send(`<13>${"x".repeat(30_000)}`);
    await send(limitLine("a1-1"));
    await until(() => linesOf(log).length === 1 && rejectedOf(log).length === 1);
    expect(rejectedOf(log)[0]).toMatchObject({ reason: "line_too_long", originalBytes: 30_004 });
    await stopped(input);
    expect(told).toMatchObject({ lines: 3, dropped: 1, rejected: 1 });
    expect(input.counts.drops[1]).toBe(1);
    expect(told.of("datagramsRead").reduce((sum, [, n]) => sum + (n as number), 0)).toBe(3);
  });

  it("never waits: what finds no room is counted, in = kept + dropped", async () => {
    let isFull = true;
    const { log, told, send, input } = await listener({
      onAppend: () => (isFull ? "disk_full" : "none"),
    });
    const line = `${limitLine("a1-1")}${" ".repeat(7_000)}`;
    while (told.dropped === 0) {
      await send(line);
      // A send may end at once, and then the listener would never get its turn.
      await new Promise((resolve) => setImmediate(resolve));
    }
    isFull = false;
    await until(() => linesOf(log).length > 0);
    await stopped(input);
    const { lines, pass, dropped } = input.counts;
    expect(dropped).toBeGreaterThan(0);
    expect(pass).toBe(linesOf(log).length);
    expect(lines).toBe(pass + dropped);
  });

  it("counts by the kernel what it lost: all that was sent is in one count", async (context) => {
    const { told, input, sender } = await listener();
    const { address, port } = input.address;
    if ((await readUdpDrops(address, port)) === null) {
      skipVisibly(context, "this system has no /proc/net/udp");
    }
    const total = 60_000;
    const line = limitLine("a1-1");
    // Without yielding to the listener, so that the socket's buffer overflows.
    await new Promise<void>((resolve, reject) => {
      let left = total;
      for (let sent = 0; sent < total; sent++) {
        sender.send(line, (error) => (error ? reject(error) : --left === 0 && resolve()));
      }
    });
    const lost = () => told.of("datagramsLost").reduce((sum, [, n]) => sum + (n as number), 0);
    await until(() => {
      const read = told.of("datagramsRead").reduce((sum, [, n]) => sum + (n as number), 0);
      return read + lost() === total;
    });
    expect(input.lostDatagrams).toBe(lost());
  });

  it("finds the socket in the kernel's table", () => {
    const head =
      "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid";
    const row = (local: string, drops: number) =>
      `  12: ${local} 00000000:0000 07 00000000:00000000 00:00000000 00000000 0 0 1 2 0 ${drops}`;
    const table = [head, row("00000000:1F90", 5), row("0100007F:158A", 91_778)].join("\n");
    expect(dropsIn(table, "0100007F", 5514)).toBe(91_778);
    expect(dropsIn(table, "00000000", 5514)).toBeNull();
    expect(dropsIn(table, null, 8080)).toBe(5);
    expect(dropsIn("", null, 1)).toBeNull();
  });
});
