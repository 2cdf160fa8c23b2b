import { COUNTED_FIRST_GAUGE } from "../../../lib/domain/counted.ts";
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
  readonly suppressedAtPeak?: number;
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

/** What reads alike for one host and for many. */
function done(now: string, past: string, measure: SignalWords["measure"]): SignalWords {
  return { now: `are ${now}`, past, nowOfOne: `is ${now}`, pastOfOne: past, measure };
}

/** These lines say how often something happened, not how much was wanted. */
function counted(now: string, past: string, noun: string): SignalWords {
  return done(
    now,
    past,
    ({ offeredPeakPerSecond, suppressed }) =>
      `${countOf(suppressed, noun)} in all, ` +
      `at most ${formatCount(offeredPeakPerSecond)} in a second`,
  );
}

function normalText(rate: number, excess: number | undefined): string {
  return excess === undefined ? "" : `, ${formatCount(rate - excess)} being normal`;
}

/** A counter far above what is normal for its host: what it grew by, and how much of it is new. */
function raised(now: string, past: string, noun: string): SignalWords {
  return done(
    now,
    past,
    ({ offeredPeakPerSecond, suppressed, suppressedAtPeak }) =>
      `at most ${countOf(offeredPeakPerSecond, noun)} in a second` +
      `${normalText(offeredPeakPerSecond, suppressedAtPeak)}, ` +
      `${formatCount(suppressed)} more than normal in all`,
  );
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
  resets_sent: raised(
    "sending far more TCP resets than normal",
    "sent far more TCP resets than normal",
    "reset",
  ),
  attempt_fails: raised(
    "seeing far more connections fail while opening than normal",
    "saw far more connections fail while opening than normal",
    "failed connection",
  ),
  estab_resets: raised(
    "losing far more connections to resets than normal",
    "lost far more connections to resets than normal",
    "connection",
  ),
  syn_cookies: raised(
    "answering SYNs with cookies because a queue is full",
    "answered SYNs with cookies because a queue was full",
    "SYN",
  ),
  syn_drops: raised(
    "dropping SYNs because a queue is full",
    "dropped SYNs because a queue was full",
    "SYN",
  ),
  listen_drops: raised(
    "dropping connections at a listener",
    "dropped connections at a listener",
    "packet",
  ),
  segments_in: raised(
    "receiving far more TCP segments than normal",
    "received far more TCP segments than normal",
    "segment",
  ),
  udp_refused: raised(
    "receiving far more packets to closed UDP ports than normal",
    "received far more packets to closed UDP ports than normal",
    "packet",
  ),
  resets: raised(
    "resetting or losing far more connections than normal",
    "reset or lost far more connections than normal",
    "event",
  ),
};

/** Several gauges together, some of which are counters: a line knows no normal. */
const MIXED = done(
  "refusing or dropping far more packets than normal",
  "refused or dropped far more packets than normal",
  ({ offeredPeakPerSecond, suppressed }) =>
    `at most ${countOf(offeredPeakPerSecond, "packet")} in a second, ` +
    `${formatCount(suppressed)} beyond limit or normal in all`,
);

export function wordsOf(mask: number): SignalWords {
  const signals = signalsOf(mask);
  if (signals.length === 1) return WORDS[signals[0]!];
  if (isLimiterOnly(mask)) return WORDS.limit;
  return (mask & ~gaugeMask(SIGNALS.resets)) === 0 ? WORDS.resets : MIXED;
}

/** Whether a kernel line can be among what made a host hot. */
export function hasLines(mask: number): boolean {
  return (mask & ((1 << COUNTED_FIRST_GAUGE) - 1)) !== 0;
}

/** Whether a counter can. */
export function hasCounters(mask: number): boolean {
  return mask >>> COUNTED_FIRST_GAUGE !== 0;
}

/** Whether all gauges of a rule belong to the FreeBSD-style limiter. */
export function isLimiterOnly(mask: number): boolean {
  return (mask & ~gaugeMask(SIGNALS.limit)) === 0;
}
