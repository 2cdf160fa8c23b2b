import type { NextStep } from "../../../lib/domain/incident.ts";
import { isLimiterOnly } from "./signal-words.ts";

/** Commands are constants: nothing that a log line says ever enters one (reliability.md 6.5). */
const WHOM_WE_REFUSE: NextStep = {
  title: "See whom these hosts refuse, and on which ports",
  os: "freebsd",
  command: "tcpdump -n -c 200 'tcp[tcpflags] & tcp-rst != 0'",
  risk: "read_only",
  undo: null,
};

const LIMITER_SETTINGS: NextStep = {
  title: "Check that the limiter is on and still writes its lines",
  os: "freebsd",
  command: "sysctl net.inet.icmp.icmplim net.inet.icmp.icmplim_output net.inet.tcp.blackhole",
  risk: "read_only",
  undo: null,
};

const LINUX_COUNTERS: NextStep = {
  title: "Look at the counters of Linux hosts in the same place: they write no such line",
  os: "linux",
  command: "nstat -az TcpOutRsts TcpExtListenDrops TcpExtSyncookiesSent TcpExtTCPReqQFullDrop",
  risk: "read_only",
  undo: null,
};

const LISTENERS: NextStep = {
  title: "See which listener's queue is full",
  os: "freebsd",
  command: "netstat -Lan",
  risk: "read_only",
  undo: null,
};

const ASK_AROUND: NextStep = {
  title: "Ask whether a deploy, a restart or a failover began at the start time",
  os: null,
  command: null,
  risk: "read_only",
  undo: null,
};

export function nextStepsFor(gaugeMask: number): NextStep[] {
  const first = isLimiterOnly(gaugeMask) ? [WHOM_WE_REFUSE, LIMITER_SETTINGS] : [LISTENERS];
  return [...first, LINUX_COUNTERS, ASK_AROUND];
}
