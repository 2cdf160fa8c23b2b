import { GAUGES, gaugeMask, type Signal, SIGNALS, signalOf } from "../../../lib/domain/gauge.ts";

export interface SignalWords {
  /** After "37 of 50 visible hosts", while it lasts. */
  readonly now: string;
  /** The same when it is over. */
  readonly past: string;
  /** What `offered` counts. */
  readonly offered: string;
  /** What `suppressed` counts. */
  readonly suppressed: string;
}

function limited(packets: string): SignalWords {
  return {
    now: `are refusing ${packets} above their limit`,
    past: `refused ${packets} above their limit`,
    offered: "refusals wanted",
    suppressed: "refused without an answer",
  };
}

function counted(now: string, past: string, what: string): SignalWords {
  return { now, past, offered: what, suppressed: what };
}

/** A limit line means packets refused here, not resets received (kernel.md section 1.1). */
const WORDS: Readonly<Record<Signal, SignalWords>> = {
  tcp_reset: limited("TCP packets"),
  icmp_unreach: limited("packets to closed UDP ports"),
  icmp_ping: limited("pings"),
  icmp_tstamp: limited("ICMP timestamp requests"),
  icmp_response: limited("packets"),
  sctp_ootb: limited("SCTP packets"),
  limit: limited("packets"),
  listen_overflow: counted(
    "are turning connections away: a listen queue is full",
    "turned connections away: a listen queue was full",
    "connections turned away",
  ),
  syn_flood: counted(
    "report a full SYN queue",
    "reported a full SYN queue",
    "reports of a full SYN queue",
  ),
  conntrack_full: counted(
    "are dropping packets: the connection table is full",
    "dropped packets: the connection table was full",
    "reports of a full connection table",
  ),
  pf_limit: counted(
    "are at a limit of their packet filter",
    "were at a limit of their packet filter",
    "reports of a packet filter limit",
  ),
  mbuf_limit: counted(
    "are out of network buffers",
    "were out of network buffers",
    "reports of missing network buffers",
  ),
};

export function wordsOf(mask: number): SignalWords {
  const signals = signalsOf(mask);
  return WORDS[signals.length === 1 ? signals[0]! : "limit"];
}

/** The signals that a set of gauges belongs to, in the order of GAUGES. */
export function signalsOf(mask: number): Signal[] {
  const signals = new Set<Signal>();
  GAUGES.forEach((gauge, bit) => {
    if (((mask >>> bit) & 1) === 1) signals.add(signalOf(gauge));
  });
  return [...signals];
}

/** Whether all gauges of a rule belong to the FreeBSD-style limiter. */
export function isLimiterOnly(mask: number): boolean {
  return (mask & ~gaugeMask(SIGNALS.limit)) === 0;
}
