/**
 * The gauges a host has: what can make it hot. The nine limit classes come first, in the order of
 * the contract, then the other kernel lines, then what is counted (lib/domain/counted.ts). The
 * numbers are wire values (schemas/observation-batch.avsc), never reorder.
 */
export const GAUGES = [
  "tcp_reset",
  "closed_port_rst",
  "open_port_rst",
  "icmp_unreach",
  "icmp_ping",
  "icmp_tstamp",
  "icmp6_unreach",
  "sctp_ootb",
  "icmp_response",
  "listen_overflow",
  "syn_flood",
  "conntrack_full",
  "pf_limit",
  "mbuf_limit",
  "resets_sent",
  "attempt_fails",
  "estab_resets",
  "syn_cookies",
  "syn_drops",
  "listen_drops",
  "segments_in",
  "udp_refused",
  "surge",
  "line_missing",
  "torrent",
  "limit_torrent",
  "tenfold",
] as const;

export type Gauge = (typeof GAUGES)[number];

/**
 * How many of GAUGES are classes of the FreeBSD-style limiter (kernel.md section 1, forms A to H).
 */
export const LIMIT_CLASS_COUNT = 9;

/**
 * Classes of strength (detection.md section 6) of any counter that a flood moves (segments received
 * say too little) and that is far above its host's normal: at 200 a second, as strong as a line of
 * the limiter; at 800; at ten times normal. Counted by rules, named in no incident: the counter
 * itself is.
 */
export const SURGE: Gauge = "surge";
export const SURGE_GAUGE = GAUGES.indexOf(SURGE);
export const TORRENT: Gauge = "torrent";
export const TORRENT_GAUGE = GAUGES.indexOf(TORRENT);
export const TENFOLD: Gauge = "tenfold";
export const TENFOLD_GAUGE = GAUGES.indexOf(TENFOLD);
export const COUNTER_CLASSES: readonly number[] = [SURGE_GAUGE, TORRENT_GAUGE, TENFOLD_GAUGE];

/** A line of the limiter that tells of 800 a second; apart, because samples cool only theirs. */
export const LIMIT_TORRENT: Gauge = "limit_torrent";
export const LIMIT_TORRENT_GAUGE = GAUGES.indexOf(LIMIT_TORRENT);

/**
 * A counter of a host says that the kernel must have written a line, and none came
 * (lib/domain/fusion.ts). No rule counts it: an incident names such hosts.
 */
export const LINE_MISSING: Gauge = "line_missing";
export const LINE_MISSING_GAUGE = GAUGES.indexOf(LINE_MISSING);

/** A signal is a family of gauges; `class:` in a rule names one gauge exactly. */
export const SIGNALS = {
  tcp_reset: ["tcp_reset", "closed_port_rst", "open_port_rst"],
  icmp_unreach: ["icmp_unreach", "icmp6_unreach"],
  icmp_ping: ["icmp_ping"],
  icmp_tstamp: ["icmp_tstamp"],
  icmp_response: ["icmp_response"],
  sctp_ootb: ["sctp_ootb"],
  listen_overflow: ["listen_overflow"],
  syn_flood: ["syn_flood"],
  conntrack_full: ["conntrack_full"],
  pf_limit: ["pf_limit"],
  mbuf_limit: ["mbuf_limit"],
  resets_sent: ["resets_sent"],
  attempt_fails: ["attempt_fails"],
  estab_resets: ["estab_resets"],
  syn_cookies: ["syn_cookies"],
  syn_drops: ["syn_drops"],
  listen_drops: ["listen_drops"],
  segments_in: ["segments_in"],
  udp_refused: ["udp_refused"],
  /** What the alarm of the same name looks at: resets sent, and connections that failed. */
  resets: ["resets_sent", "attempt_fails"],
  /** Any class of the limiter. */
  limit: [
    "tcp_reset",
    "closed_port_rst",
    "open_port_rst",
    "icmp_unreach",
    "icmp_ping",
    "icmp_tstamp",
    "icmp6_unreach",
    "sctp_ootb",
    "icmp_response",
  ],
} as const satisfies Record<string, readonly Gauge[]>;

export type Signal = keyof typeof SIGNALS;

/** A set of gauges as bits: bit n stands for GAUGES[n]. */
export function gaugeMask(gauges: readonly Gauge[]): number {
  let mask = 0;
  for (const gauge of gauges) mask |= 1 << GAUGES.indexOf(gauge);
  return mask;
}

/** None of them is a signal of its own: what they say is said of another gauge as well. */
const UNNAMED: ReadonlySet<number> = new Set([
  ...COUNTER_CLASSES,
  LIMIT_TORRENT_GAUGE,
  LINE_MISSING_GAUGE,
]);

const SIGNAL_OF = new Map<Gauge, Signal>();
for (const [signal, gauges] of Object.entries(SIGNALS) as [Signal, readonly Gauge[]][]) {
  for (const gauge of gauges) if (!SIGNAL_OF.has(gauge)) SIGNAL_OF.set(gauge, signal);
}

/** The signal that a single gauge is shown under in an incident. */
export function signalOf(gauge: Gauge): Signal {
  return SIGNAL_OF.get(gauge) ?? "limit";
}

/** The signals that a set of gauges belongs to, in the order of GAUGES. */
export function signalsOf(mask: number): Signal[] {
  const signals = new Set<Signal>();
  GAUGES.forEach((gauge, bit) => {
    if (((mask >>> bit) & 1) === 1 && !UNNAMED.has(bit)) signals.add(signalOf(gauge));
  });
  return [...signals];
}
