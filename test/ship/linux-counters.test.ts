import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { LinuxCounters } from "../../services/ship/linux-counters.ts";
import { NamedNamespace, ownNamespace } from "../../services/ship/network-namespace.ts";
import { skipVisibly } from "../support/skip-visibly.ts";

const VECTORS = new URL("../vectors/counters/linux-6.18-", import.meta.url).pathname;

let proc: string;
beforeEach(() => {
  proc = mkdtempSync(join(tmpdir(), "tidegauge-proc-"));
  writeNet("self");
  mkdirSync(join(proc, "sys/kernel/random"), { recursive: true });
  writeFileSync(join(proc, "sys/kernel/random/boot_id"), "8c1f\n");
  writeFileSync(join(proc, "uptime"), "86400.52 1.00\n");
});
afterEach(() => rmSync(proc, { recursive: true }));

function writeNet(process: string): void {
  const net = join(proc, process, "net");
  mkdirSync(net, { recursive: true });
  for (const file of ["snmp", "netstat", "sockstat", "tcp"]) {
    cpSync(VECTORS + file, join(net, file));
  }
}

describe("counters of Linux", () => {
  it("are read from procfs, with the boot, without tcp6 where there is none", async () => {
    const reading = await new LinuxCounters({ namespace: ownNamespace(proc), proc }).read();
    if (typeof reading === "string") throw new Error(reading);
    expect(reading).toMatchObject({ boot: "8c1f", uptimeSeconds: 86_400.52 });
    const { counters, gauges } = reading.numbers;
    const names = counters.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["Tcp.OutRsts", "TcpExt.ListenDrops"]));
    expect(gauges).toContainEqual({ name: "synRecv", value: 2 });
  });

  it("are not read from half a file", async () => {
    truncateSync(join(proc, "self/net/netstat"), 1_000);
    expect(await new LinuxCounters({ namespace: ownNamespace(proc), proc }).read()).toBe(
      "cut_short",
    );
  });

  it("leave half-open connections out where there are too many sockets to look at", async () => {
    writeFileSync(
      join(proc, "self/net/sockstat"),
      "TCP: inuse 9000 orphan 0 tw 2000 alloc 9 mem 0\n",
    );
    const reading = await new LinuxCounters({ namespace: ownNamespace(proc), proc }).read();
    if (typeof reading === "string") throw new Error(reading);
    expect(reading.numbers.gauges.map(({ name }) => name)).not.toContain("synRecv");
  });

  it("come with the settings that this kernel has", async () => {
    mkdirSync(join(proc, "sys/net/ipv4"), { recursive: true });
    writeFileSync(join(proc, "sys/net/ipv4/tcp_syncookies"), "1\n");
    const counters = new LinuxCounters({ namespace: ownNamespace(proc), proc });
    expect(await counters.posture()).toEqual([{ name: "net.ipv4.tcp_syncookies", value: 1 }]);
  });

  it("can be read of the kernel that runs this test", async (context) => {
    if (process.platform !== "linux") return skipVisibly(context, "needs Linux");
    const reading = await new LinuxCounters({ namespace: ownNamespace() }).read();
    if (typeof reading === "string") throw new Error(reading);
    expect(reading.uptimeSeconds).toBeGreaterThan(0);
    expect(reading.numbers.counters.length).toBeGreaterThan(50);
  });
});

describe("a network namespace", () => {
  function enter(process: string, inode: number): void {
    writeNet(process);
    mkdirSync(join(proc, process, "ns"), { recursive: true });
    symlinkSync(`net:[${inode}]`, join(proc, process, "ns/net"));
  }

  it("is read through any process in it, and through another when that ends", async () => {
    const file = join(proc, "blue");
    writeFileSync(file, "");
    const { ino } = statSync(file);
    enter("17", 1);
    enter("23", ino);
    const namespace = new NamedNamespace(file, proc);
    expect(await namespace.find()).toEqual({ path: `${proc}/23/net`, id: String(ino) });
    const reading = await new LinuxCounters({ namespace, proc }).read();
    // One of the same name that is made anew counts from 0: it is another boot.
    expect(reading).toMatchObject({ boot: `8c1f/${ino}` });
    rmSync(join(proc, "23"), { recursive: true });
    await expect(namespace.find()).rejects.toMatchObject({ code: "namespace_missing" });
    enter("42", ino);
    expect(await namespace.find()).toMatchObject({ path: `${proc}/42/net` });
  });

  it("has settings that only who lives in it can see", async () => {
    mkdirSync(join(proc, "sys/net/ipv4"), { recursive: true });
    writeFileSync(join(proc, "sys/net/ipv4/tcp_syncookies"), "1\n");
    const file = join(proc, "blue");
    writeFileSync(file, "");
    enter("23", statSync(file).ino);
    const namespace = new NamedNamespace(file, proc);
    expect(await new LinuxCounters({ namespace, proc }).posture()).toEqual([]);
  });

  it("that is not there says so", async () => {
    const namespace = new NamedNamespace(join(proc, "red"), proc);
    await expect(namespace.find()).rejects.toMatchObject({ code: "namespace_missing" });
  });
});
