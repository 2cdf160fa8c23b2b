import type { SampleFault, SampleReading } from "../envelopes/json-sample.ts";
import { readExposition, type Series } from "./prometheus-text.ts";
import { SampleNumbers } from "./sample-numbers.ts";

const NETSTAT = "node_netstat_";
const SOCKSTAT = "node_sockstat_";
const TCP_STATES = "node_tcp_connection_states";
const FREEBSD_STATES = "node_netstat_tcp_connections";
const PREFIXES = [
  NETSTAT,
  SOCKSTAT,
  TCP_STATES,
  "node_uname_info",
  "node_time_seconds",
  "node_boot_time_seconds",
];

/** On FreeBSD it has these two, and no counter of resets (kernel.md section 5.3). */
const FREEBSD_NAMES: Readonly<Record<string, string>> = {
  node_netstat_tcp_transmit_packets_total: "tcp.sent-packets",
  node_netstat_tcp_receive_packets_total: "tcp.received-packets",
};

const SYN_RECEIVED = new Set(["syn_recv", "SYN_RCVD"]);

/** Whether a body is one of node_exporter's. */
export function isNodeExporter(text: string): boolean {
  return text.includes("node_netstat_") || text.includes("node_exporter_build_info");
}

/**
 * A scrape of node_exporter. Its default filter leaves out AttemptFails, EstabResets and
 * TCPReqQFull*: absent is absent. The boot is told by the uptime, for its boot time moves with the
 * clock.
 */
export function readNodeExporter(text: string): SampleReading | SampleFault {
  const { series, isWhole } = readExposition(text, PREFIXES);
  if (!isWhole) return "bad_sample";
  const numbers = new SampleNumbers();
  for (const each of series) addSeries(numbers, each);
  if (numbers.isFaulty || numbers.isEmpty) return "bad_sample";
  const uname = series.find(({ name }) => name === "node_uname_info")?.labels;
  const nowSeconds = secondsOf(series, "node_time_seconds");
  const uptimeSeconds = nowSeconds - secondsOf(series, "node_boot_time_seconds");
  const isFreebsd = series.some(({ name }) => Object.hasOwn(FREEBSD_NAMES, name));
  return {
    host: uname?.get("nodename") ?? null,
    timeMs: Number.isNaN(nowSeconds) ? Number.NaN : Math.floor(nowSeconds * 1_000),
    os: uname?.get("sysname")?.toLowerCase() ?? (isFreebsd ? "freebsd" : "linux"),
    boot: null,
    sampler: "node_exporter",
    uptimeSeconds: uptimeSeconds >= 0 ? uptimeSeconds : null,
    counters: numbers.counters,
    gauges: numbers.gauges,
    posture: [],
  };
}

function addSeries(numbers: SampleNumbers, { name, labels, value }: Series): void {
  const freebsd = FREEBSD_NAMES[name];
  if (freebsd !== undefined) return numbers.add(freebsd, value);
  if (name === TCP_STATES || name === FREEBSD_STATES) {
    const state = labels.get("state") ?? "";
    if (SYN_RECEIVED.has(state)) numbers.addGauge("synRecv", value);
    return;
  }
  // Groups have no underscore, and fields of the kernel none either: `TcpExt_ListenDrops`.
  const [group, field] = name.slice(NETSTAT.length).split("_", 2);
  if (name.startsWith(NETSTAT) && field !== undefined)
    return numbers.add(`${group}.${field}`, value);
  if (!name.startsWith(SOCKSTAT)) return;
  const [protocol, what] = name.slice(SOCKSTAT.length).split("_", 2);
  const isOfTcp = protocol === "TCP" || protocol === "TCP6";
  if (isOfTcp && what !== undefined) numbers.addGauge(`sockstat.${protocol}.${what}`, value);
}

function secondsOf(series: readonly Series[], name: string): number {
  const value = series.find((each) => each.name === name)?.value;
  return value === undefined ? Number.NaN : Number(value);
}
