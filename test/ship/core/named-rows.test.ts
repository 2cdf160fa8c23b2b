import fc from "fast-check";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { isFault } from "../../../services/ship/core/host-counters.ts";
import { readNamedRows } from "../../../services/ship/core/named-rows.ts";

const VECTORS = new URL("../../vectors/counters/", import.meta.url);
const snmp = readFileSync(new URL("linux-6.18-snmp", VECTORS), "utf8");
const netstat = readFileSync(new URL("linux-6.18-netstat", VECTORS), "utf8");

function read(text: string): ReadonlyMap<string, number | string> {
  const numbers = readNamedRows(text);
  if (isFault(numbers)) throw new Error(numbers);
  return new Map(numbers.counters.map(({ name, value }) => [name, value]));
}

describe("/proc/net/snmp and /proc/net/netstat", () => {
  it("names every counter as the kernel does", () => {
    const names = [...read(snmp).keys(), ...read(netstat).keys()];
    expect(names).toEqual(
      expect.arrayContaining([
        "Tcp.OutRsts",
        "Tcp.AttemptFails",
        "Tcp.InSegs",
        "Udp.NoPorts",
        "Icmp.OutRateLimitGlobal",
        "TcpExt.ListenDrops",
        "TcpExt.SyncookiesSent",
        "TcpExt.TCPReqQFullDoCookies",
      ]),
    );
    expect(new Set(names).size).toBe(names.length);
  });

  it("takes neither gauges nor parameters of the stack for counters", () => {
    const text = "Tcp: RtoAlgorithm MaxConn CurrEstab OutRsts\nTcp: 1 -1 7 6928\n";
    expect(readNamedRows(text)).toEqual({
      counters: [{ name: "Tcp.OutRsts", value: 6928 }],
      gauges: [{ name: "Tcp.CurrEstab", value: 7 }],
    });
  });

  it("goes by name: fields that moved, went or are new change no other", () => {
    expect(read("TcpExt: New ListenDrops\nTcpExt: 1 2\nNext: A\nNext: 3\n")).toEqual(
      new Map([
        ["TcpExt.New", 1],
        ["TcpExt.ListenDrops", 2],
        ["Next.A", 3],
      ]),
    );
  });

  it("keeps every digit up to 2^64 - 1, and no more", () => {
    const of = (value: string) => readNamedRows(`Ip: InReceives\nIp: ${value}\n`);
    expect(of("18446744073709551615")).toMatchObject({
      counters: [{ value: "18446744073709551615" }],
    });
    for (const value of ["18446744073709551616", "-1", "1e30", "x", "", "999999999999999999999"]) {
      expect(of(value)).toBe("not_a_number");
    }
  });

  it("believes nothing of a file that was cut anywhere but between two groups", () => {
    fc.assert(
      fc.property(fc.constantFrom(snmp, netstat), fc.nat(), (text, at) => {
        const cut = text.slice(0, at % text.length);
        const numbers = readNamedRows(cut);
        const isWhole = cut.endsWith("\n") && cut.split("\n").length % 2 === 1 && cut !== "";
        expect(isFault(numbers)).toBe(!isWhole);
      }),
    );
  });

  it("never throws", () => {
    const words = fc.constantFrom("Tcp:", "TcpExt:", "1", "-1", " ", "\n", "A", ":", "\0");
    fc.assert(fc.property(fc.array(words), (parts) => void readNamedRows(parts.join(""))));
  });

  it.each([
    ["Tcp: A\nUdp: 1\n", "unknown_shape"],
    ["Tcp A\nTcp 1\n", "unknown_shape"],
    ["Tcp: A B\nTcp: 1\n", "cut_short"],
    ["", "cut_short"],
  ])("%j is %s", (text, reason) => expect(readNamedRows(text)).toBe(reason));
});
