/** Kernel names of a dimension's id, and of the name that Netdata shows for it, by chart. */
const LINUX: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  tcphandshake: {
    EstabResets: "Tcp.EstabResets",
    OutRsts: "Tcp.OutRsts",
    AttemptFails: "Tcp.AttemptFails",
    TCPSynRetrans: "TcpExt.TCPSynRetrans",
    SynRetrans: "TcpExt.TCPSynRetrans",
    ActiveOpens: "Tcp.ActiveOpens",
    PassiveOpens: "Tcp.PassiveOpens",
  },
  tcpopens: {
    ActiveOpens: "Tcp.ActiveOpens",
    active: "Tcp.ActiveOpens",
    PassiveOpens: "Tcp.PassiveOpens",
    passive: "Tcp.PassiveOpens",
  },
  tcp_syn_queue: {
    TCPReqQFullDrop: "TcpExt.TCPReqQFullDrop",
    drops: "TcpExt.TCPReqQFullDrop",
    TCPReqQFullDoCookies: "TcpExt.TCPReqQFullDoCookies",
    cookies: "TcpExt.TCPReqQFullDoCookies",
  },
  tcp_accept_queue: {
    ListenOverflows: "TcpExt.ListenOverflows",
    overflows: "TcpExt.ListenOverflows",
    ListenDrops: "TcpExt.ListenDrops",
    drops: "TcpExt.ListenDrops",
  },
  tcpsyncookies: {
    SyncookiesRecv: "TcpExt.SyncookiesRecv",
    received: "TcpExt.SyncookiesRecv",
    SyncookiesSent: "TcpExt.SyncookiesSent",
    sent: "TcpExt.SyncookiesSent",
    SyncookiesFailed: "TcpExt.SyncookiesFailed",
    failed: "TcpExt.SyncookiesFailed",
  },
  tcppackets: {
    InSegs: "Tcp.InSegs",
    received: "Tcp.InSegs",
    OutSegs: "Tcp.OutSegs",
    sent: "Tcp.OutSegs",
  },
  tcperrors: { InErrs: "Tcp.InErrs", RetransSegs: "Tcp.RetransSegs" },
};

/** The same charts on FreeBSD show other counters (kernel.md section 6). */
const FREEBSD: typeof LINUX = {
  tcphandshake: {
    EstabResets: "tcp.connection-drops",
    AttemptFails: "tcp.embryonic-connections-dropped",
    ActiveOpens: "tcp.connection-requests",
    PassiveOpens: "tcp.connections-accepts",
  },
  tcplistenissues: {
    ListenOverflows: "tcp.listen-queue-overflows",
    overflows: "tcp.listen-queue-overflows",
  },
};

/** One number of a chart. */
export interface Dimension {
  /** `tcphandshake`, behind its family (`ip.` or, before v1.43 and on FreeBSD, `ipv4.`). */
  readonly chart: string;
  readonly name: string;
  readonly value: unknown;
}

/** A chart's id without its family; null where it is none of TCP's. */
export function chartOf(id: string): string | null {
  const dot = id.indexOf(".");
  const family = id.slice(0, dot);
  if (family !== "ip" && family !== "ipv4") return null;
  const chart = id.slice(dot + 1);
  return Object.hasOwn(LINUX, chart) || Object.hasOwn(FREEBSD, chart) ? chart : null;
}

/** Netdata names no system; FreeBSD's kernel counts no resets sent, so its chart has none. */
export function systemOf(dimensions: readonly Dimension[]): "linux" | "freebsd" {
  const ofHandshake = dimensions.filter(({ chart }) => chart === "tcphandshake");
  const countsResets = ofHandshake.some(({ name }) => name === "OutRsts");
  return ofHandshake.length > 0 && !countsResets ? "freebsd" : "linux";
}

/** What the kernel calls a dimension; null where nothing is known of it. */
export function nameOfDimension(
  os: "linux" | "freebsd",
  { chart, name }: Dimension,
): string | null {
  const names = (os === "linux" ? LINUX : FREEBSD)[chart] ?? {};
  return Object.hasOwn(names, name) ? names[name]! : null;
}
