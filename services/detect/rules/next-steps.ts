import type { NextStep } from "../../../lib/domain/incident.ts";
import { type Signal, signalsOf } from "../../../lib/domain/gauge.ts";

/** Commands are constants: nothing that a log line says ever enters one (reliability.md 6.5). */
function look(title: string, os: string, command: string): NextStep {
  return { title, os, command, risk: "read_only", undo: null };
}

const WHOM_WE_REFUSE = look(
  "See whom these hosts refuse, and on which ports",
  "freebsd",
  "tcpdump -n -c 200 'tcp[tcpflags] & tcp-rst != 0'",
);

const WHO_SENDS_ICMP = look(
  "See who makes these hosts answer with ICMP",
  "freebsd",
  "tcpdump -n -c 200 'icmp or icmp6'",
);

const WHO_SENDS_SCTP = look("See who sends these packets", "freebsd", "tcpdump -n -c 200 sctp");

const LIMITER_SETTINGS = look(
  "Check that the limiter is on and still writes its lines",
  "freebsd",
  "sysctl net.inet.icmp.icmplim net.inet.icmp.icmplim_output net.inet.tcp.blackhole",
);

const LINUX_COUNTERS = look(
  "Look at the counters of Linux hosts in the same place: Linux writes no line for refused packets",
  "linux",
  "nstat -az TcpOutRsts TcpExtListenDrops TcpExtSyncookiesSent TcpExtTCPReqQFullDrop",
);

const LINUX_SYN_QUEUES = look("See which listener's queues are full", "linux", "ss -ltn");

const LINUX_WHO_IS_RESET = look(
  "See whom these hosts reset, and on which ports",
  "linux",
  "tcpdump -n -c 200 'tcp[tcpflags] & tcp-rst != 0'",
);

const LINUX_RESET_CAUSES = look(
  "See why connections are reset: by whom, and for what reason",
  "linux",
  "nstat -az | grep -E 'OutRsts|AttemptFails|EstabResets|TCPAbort'",
);

const LINUX_SYNS = look(
  "See who opens connections, and to which ports",
  "linux",
  "tcpdump -n -c 200 'tcp[tcpflags] & (tcp-syn|tcp-ack) == tcp-syn'",
);

const LINUX_UDP = look(
  "See which closed UDP ports are asked for",
  "linux",
  "tcpdump -n -c 200 udp",
);

const ASK_AROUND: NextStep = {
  title: "Ask whether a deploy, a restart or a failover began at the start time",
  os: null,
  command: null,
  risk: "read_only",
  undo: null,
};

const ICMP = [WHO_SENDS_ICMP, LIMITER_SETTINGS];

const STEPS: Readonly<Record<Signal, readonly NextStep[]>> = {
  tcp_reset: [WHOM_WE_REFUSE, LIMITER_SETTINGS, LINUX_COUNTERS],
  icmp_unreach: ICMP,
  icmp_ping: ICMP,
  icmp_tstamp: ICMP,
  icmp_response: [WHOM_WE_REFUSE, ...ICMP],
  sctp_ootb: [WHO_SENDS_SCTP, LIMITER_SETTINGS],
  limit: [WHOM_WE_REFUSE, ...ICMP, LINUX_COUNTERS],
  listen_overflow: [look("See which listener's queue is full", "freebsd", "netstat -Lan")],
  syn_flood: [
    LINUX_SYN_QUEUES,
    look(
      "See whether SYNs keep coming: the line is written once per listener",
      "linux",
      "nstat -az TcpExtTCPReqQFullDoCookies TcpExtTCPReqQFullDrop TcpExtSyncookiesSent",
    ),
  ],
  conntrack_full: [
    look(
      "See how full the connection table is",
      "linux",
      "sysctl net.netfilter.nf_conntrack_count net.netfilter.nf_conntrack_max",
    ),
  ],
  pf_limit: [look("See which limit of pf is reached", "freebsd", "pfctl -s info; pfctl -s memory")],
  resets_sent: [LINUX_WHO_IS_RESET, LINUX_RESET_CAUSES],
  attempt_fails: [LINUX_RESET_CAUSES, LINUX_SYNS],
  estab_resets: [LINUX_RESET_CAUSES],
  syn_cookies: [LINUX_SYN_QUEUES, LINUX_SYNS],
  syn_drops: [LINUX_SYN_QUEUES, LINUX_SYNS],
  listen_drops: [LINUX_SYN_QUEUES],
  segments_in: [LINUX_SYNS],
  udp_refused: [LINUX_UDP],
  resets: [LINUX_WHO_IS_RESET, LINUX_RESET_CAUSES],
  mbuf_limit: [look("See which network buffers are short", "freebsd", "netstat -m")],
};

export function nextStepsFor(gaugeMask: number): NextStep[] {
  const steps = signalsOf(gaugeMask).flatMap((signal) => STEPS[signal]);
  return [...new Set([...steps, ASK_AROUND])];
}
