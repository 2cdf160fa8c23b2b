import fc from "fast-check";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readScraped } from "../../../services/ingest/formats/scraped.ts";

const vector = (name: string) =>
  readFileSync(new URL(`../../vectors/counters/${name}`, import.meta.url), "utf8");

const NODE = vector("node-exporter-linux.prom");

const NODE_FREEBSD = vector("node-exporter-freebsd.prom");

const NETDATA = vector("netdata-as-collected.prom");

const counted = (body: string) => {
  const sample = readScraped(body);
  if (typeof sample === "string") throw new Error(sample);
  const byName = (list: readonly { name: string; value: number | string }[]) =>
    Object.fromEntries(list.map(({ name, value }) => [name, value]));
  return { ...sample, counters: byName(sample.counters), gauges: byName(sample.gauges) };
};

describe("node_exporter", () => {
  it("on Linux has the kernel's names, its host and its uptime", () => {
    expect(counted(NODE)).toMatchObject({
      host: "fra1-web-001",
      os: "linux",
      boot: null,
      sampler: "node_exporter",
      timeMs: 1_795_163_400_500,
      uptimeSeconds: 100.5,
    });
    expect(counted(NODE).counters).toEqual({
      "Tcp.OutRsts": 6928,
      "Tcp.InSegs": 98_113_207,
      "TcpExt.ListenDrops": 5,
      "TcpExt.SomethingNew": 1,
    });
    expect(counted(NODE).gauges).toEqual({
      "Tcp.CurrEstab": 17,
      "sockstat.TCP.inuse": 21,
      synRecv: 3,
    });
  });

  it("on FreeBSD has what there is", () => {
    const { os, counters, gauges } = counted(NODE_FREEBSD);
    expect({ os, counters, gauges }).toEqual({
      os: "freebsd",
      counters: { "tcp.sent-packets": 91, "tcp.received-packets": 98 },
      gauges: { synRecv: 3 },
    });
  });
});

describe("Netdata", () => {
  it("exports counters as collected, and they are counters", () => {
    expect(counted(NETDATA)).toMatchObject({
      host: "fra1-web-001",
      os: "linux",
      sampler: "netdata",
      timeMs: 1_795_163_400_000,
      counters: { "Tcp.OutRsts": 6928, "Tcp.AttemptFails": 4005, "TcpExt.SyncookiesSent": 12 },
      gauges: {},
    });
  });

  it("exports rates by default: gauges, for nobody can make counters of them again", () => {
    const rates = NETDATA.replaceAll("_persec_total{", "_persec_average{").replace(
      "12 179",
      "-11.6 179",
    );
    expect(counted(rates)).toMatchObject({
      counters: {},
      gauges: {
        "perSecond.Tcp.OutRsts": 6928,
        "perSecond.Tcp.AttemptFails": 4005,
        "perSecond.TcpExt.SyncookiesSent": 12,
      },
    });
  });

  const chart = (context: string, dimensions: object) => ({
    name: context,
    context,
    units: "events/s",
    last_updated: 1_795_163_400,
    dimensions,
  });
  const value = (number: number | null) => ({ name: "x", value: number });

  it("answers /api/v1/allmetrics with rates", () => {
    const charts = {
      "ip.tcphandshake": chart("ip.tcphandshake", {
        OutRsts: value(421.6),
        EstabResets: value(0),
        AttemptFails: value(null),
      }),
      "ip.tcp_accept_queue": chart("ip.tcp_accept_queue", { drops: value(3) }),
      "system.cpu": chart("system.cpu", { user: value(1.5) }),
    };
    const { host, os, timeMs, counters, gauges } = counted(JSON.stringify(charts));
    expect({ host, os, timeMs, counters }).toEqual({
      host: null,
      os: "linux",
      timeMs: 1_795_163_400_000,
      counters: {},
    });
    expect(gauges).toEqual({
      "perSecond.Tcp.OutRsts": 422,
      "perSecond.Tcp.EstabResets": 0,
      "perSecond.TcpExt.ListenDrops": 3,
    });
  });

  it("shows FreeBSD's counters under Linux's names, and they get their own back", () => {
    const charts = {
      "ipv4.tcphandshake": chart("ipv4.tcphandshake", {
        EstabResets: value(1),
        AttemptFails: value(2),
      }),
      "ipv4.tcplistenissues": chart("ipv4.tcplistenissues", { ListenOverflows: value(4) }),
    };
    expect(counted(JSON.stringify(charts))).toMatchObject({
      os: "freebsd",
      gauges: {
        "perSecond.tcp.connection-drops": 1,
        "perSecond.tcp.embryonic-connections-dropped": 2,
        "perSecond.tcp.listen-queue-overflows": 4,
      },
    });
  });
});

describe("what is neither", () => {
  it.each([
    ["", "nothing"],
    ["<html>", "a page"],
    ["{}", "no chart"],
    ["[1]", "a list"],
    ['{"ip.tcphandshake":', "half of it"],
    [NODE.slice(0, -20), "a cut body"],
    ["node_netstat_Tcp_OutRsts NaN\n", "no number"],
    ["node_netstat_Tcp_OutRsts 1e30\n", "no counter"],
    ["node_netstat_Tcp_OutRsts -4\n", "a counter below zero"],
  ])("%j: %s", (body) => expect(readScraped(body)).toBe("bad_sample"));

  it("throws nothing and hangs on nothing", () => {
    const piece = fc.constantFrom(
      "node_netstat_Tcp_",
      "netdata_ip_",
      "netdata_info{",
      'chart="ip.tcphandshake"',
      "{",
      "}",
      '"',
      "\\",
      "=",
      ",",
      " ",
      "\n",
      "1",
      "-",
      "e9",
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 40 }),
        (pieces) => void readScraped(pieces.join("")),
      ),
      { numRuns: 2_000 },
    );
  });
});
