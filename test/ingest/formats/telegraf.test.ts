import { describe, expect, it } from "vitest";
import { utcZone } from "../../../lib/domain/zone.ts";
import { describeLine } from "../../../services/ingest/describe.ts";

const TIME = "2026-11-20T08:30:00.000Z";
const SECONDS = Date.parse(TIME) / 1_000;
const STAMP = `${SECONDS}000000000`;
const context = { referenceMs: Date.parse(TIME), zone: utcZone, arrivalMs: null };

function read(value: unknown) {
  const bytes = Buffer.from(typeof value === "string" ? value : JSON.stringify(value));
  return describeLine(bytes, 0, bytes.length, context, 1);
}

const nstat = (half: string, fields: object, host = "web3") => ({
  name: "nstat",
  tags: { host, name: half },
  fields,
  timestamp: SECONDS,
});
const SNMP = nstat("snmp", {
  TcpOutRsts: 6928,
  TcpAttemptFails: 4005,
  TcpMaxConn: -1,
  UdpNoPorts: 7,
});
const NETSTAT = nstat("netstat", { TcpExtListenDrops: 5, IpExtInOctets: 9, SomethingNew: 1 });
const COUNTERS = { "Tcp.OutRsts": 6928, "Tcp.AttemptFails": 4005, "Udp.NoPorts": 7 };
const sample = { outcome: "pass", kind: "sample", host: "web3", time: TIME, os: "linux" };

describe("counters of Telegraf", () => {
  it("have the kernel's names, and an unknown one its own", () => {
    expect(read(SNMP)).toMatchObject([{ ...sample, counters: COUNTERS }]);
    expect(read(NETSTAT)[0]!["counters"]).toEqual({
      "TcpExt.ListenDrops": 5,
      "IpExt.InOctets": 9,
      SomethingNew: 1,
    });
  });

  it("are one sample where both halves come together", () => {
    const [both, ...rest] = read({ metrics: [SNMP, NETSTAT] });
    expect(rest).toEqual([]);
    expect(both).toMatchObject({ ...sample, counters: { ...COUNTERS, "TcpExt.ListenDrops": 5 } });
  });

  it("are two samples where they are of two hosts or times, or the same twice", () => {
    const other = { ...NETSTAT, tags: { host: "web4", name: "netstat" } };
    const later = { ...NETSTAT, timestamp: SECONDS + 1 };
    for (const second of [other, later, SNMP]) {
      expect(read({ metrics: [SNMP, second] }).map(({ kind }) => kind)).toEqual([
        "sample",
        "sample",
      ]);
    }
  });

  it("come as line protocol too", () => {
    const fields = "TcpOutRsts=6928i,TcpAttemptFails=4005i";
    const line = `nstat,host=web3,name=snmp ${fields} ${STAMP}`;
    expect(read(line)).toMatchObject([
      { ...sample, counters: { "Tcp.OutRsts": 6928, "Tcp.AttemptFails": 4005 } },
    ]);
    const net = `net,host=web3,interface=all tcp_outrsts=6928i,tcp_maxconn=-1i,udp_new=3i ${STAMP}`;
    expect(read(net)[0]).toMatchObject({ counters: { "Tcp.OutRsts": 6928, udp_new: 3 } });
    const states = `netstat,host=web3 tcp_syn_recv=3i,tcp_established=17i ${STAMP}`;
    expect(read(states)[0]).toMatchObject({
      counters: {},
      gauges: { synRecv: 3, tcp_established: 17 },
    });
  });

  it("are no counters of one interface, nor other plugins", () => {
    const net = {
      name: "net",
      tags: { host: "web3", interface: "eth0" },
      fields: { bytes_recv: 1 },
    };
    const cpu = { name: "cpu", tags: { host: "web3" }, fields: { usage_idle: 97.5 } };
    for (const metric of [net, cpu]) expect(read(metric)).toMatchObject([{ outcome: "drop" }]);
    expect(read({ metrics: [cpu, SNMP] }).map(({ outcome }) => outcome)).toEqual(["drop", "pass"]);
  });

  it.each([
    ["runs below zero", { TcpOutRsts: -5 }],
    ["is no number", { TcpOutRsts: "many" }],
    ["is no whole number", { TcpOutRsts: 1.5 }],
    ["is larger than any counter", { TcpOutRsts: 1e30 }],
    ["is not there", {}],
  ])("are rejected where one %s", (_why, fields) => {
    expect(read(nstat("snmp", fields))).toMatchObject([
      { outcome: "reject", reason: "bad_sample" },
    ]);
  });
});
