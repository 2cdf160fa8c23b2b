import { gaugeMask, type Signal, SIGNALS, signalsOf } from "../../../lib/domain/gauge.ts";
import { countOf, formatCount } from "./words.ts";

export interface SignalWords {
  /** After "37 of 50 visible hosts", while it lasts. */
  readonly now: string;
  /** The same when it is over; after "have" it must read well too. */
  readonly past: string;
  /** The same for one host. */
  readonly nowOfOne: string;
  readonly pastOfOne: string;
  /** What happened in the worst second, and in all. */
  readonly measure: (figures: Measured) => string;
}

export interface Measured {
  readonly offeredPeakPerSecond: number;
  readonly suppressed: number;
}

/** X of a limit line is how many packets there were to refuse, X - Y how many got no answer. */
function limited(packets: string): SignalWords {
  return {
    now: `are refusing more ${packets} than their limit`,
    past: `refused more ${packets} than their limit`,
    nowOfOne: `is refusing more ${packets} than its limit`,
    pastOfOne: `refused more ${packets} than its limit`,
    measure: ({ offeredPeakPerSecond, suppressed }) =>
      `${countOf(offeredPeakPerSecond, "packet")} to refuse in the worst second, ` +
      `${formatCount(suppressed)} left without an answer in all`,
  };
}

/** These lines say how often something happened, not how much was wanted. */
function counted(now: string, past: string, noun: string): SignalWords {
  return {
    now: `are ${now}`,
    past,
    nowOfOne: `is ${now}`,
    pastOfOne: past,
    measure: ({ offeredPeakPerSecond, suppressed }) =>
      `${countOf(suppressed, noun)} in all, ` +
      `at most ${formatCount(offeredPeakPerSecond)} in a second`,
  };
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
    "turning connections away because a listen queue is full",
    "turned connections away because a listen queue was full",
    "connection",
  ),
  syn_flood: counted("reporting a full SYN queue", "reported a full SYN queue", "report"),
  conntrack_full: counted(
    "dropping packets because the connection table is full",
    "dropped packets because the connection table was full",
    "report",
  ),
  pf_limit: counted(
    "at a limit of the packet filter",
    "hit a limit of the packet filter",
    "report",
  ),
  mbuf_limit: counted("short of network buffers", "lacked network buffers", "report"),
};

export function wordsOf(mask: number): SignalWords {
  const signals = signalsOf(mask);
  return WORDS[signals.length === 1 ? signals[0]! : "limit"];
}

/** Whether all gauges of a rule belong to the FreeBSD-style limiter. */
export function isLimiterOnly(mask: number): boolean {
  return (mask & ~gaugeMask(SIGNALS.limit)) === 0;
}
