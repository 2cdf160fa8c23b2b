import { GAUGES, type Gauge } from "../lib/domain/gauge.ts";
import type { Random } from "../lib/process/random.ts";
import type { Era, SimulatedHost } from "./fleet.ts";

/** What the limiter of sys/netinet/ip_icmp.c prints; the jitter is net.inet.icmp.icmplim_jitter. */
const JITTER = 16;

/** No single host of a real fleet answers more than a busy 10 Gbit/s port can ask. */
const OFFERED_MAX = 2_000_000;

const CLASS_TEXT: Readonly<Partial<Record<Gauge, string>>> = {
  tcp_reset: "tcp reset",
  closed_port_rst: "closed port RST",
  open_port_rst: "open port RST",
  icmp_unreach: "icmp unreach",
  icmp_ping: "icmp ping",
  icmp_tstamp: "icmp tstamp",
  icmp6_unreach: "icmp6 unreach",
  sctp_ootb: "sctp ootb",
};

const OTHER_GAUGES = ["icmp_unreach", "icmp_ping", "icmp_tstamp"] as const;
const NEWER_OTHER_GAUGES = [...OTHER_GAUGES, "icmp6_unreach", "sctp_ootb"] as const;

/** Index into GAUGES → the words between `Limiting ` and ` response`. */
const TEXT_BY_GAUGE: readonly (string | undefined)[] = GAUGES.map((gauge) => CLASS_TEXT[gauge]);

/** `Limiting tcp reset response from 422 to 192 packets/sec` */
export function limitText(gauge: number, offered: number, allowed: number, era: Era): string {
  const unit = era === "per_second" ? "packets per second" : "packets/sec";
  return `Limiting ${TEXT_BY_GAUGE[gauge]} response from ${offered} to ${allowed} ${unit}`;
}

/** The class under which a kernel of this age reports resets it would have sent. */
export function resetGauge(random: Random, era: Era): Gauge {
  if (era === "merged") return "tcp_reset";
  return random.chance(0.8) ? "closed_port_rst" : "open_port_rst";
}

/** A class outside the tcp_reset family. */
export function otherGauge(random: Random, era: Era): Gauge {
  return random.pick(era === "per_second" ? OTHER_GAUGES : NEWER_OTHER_GAUGES);
}

/** Newer kernels draw the cap anew around the limit (192 = 200 - 8), older ones print it as is. */
export function drawAllowed(random: Random, host: SimulatedHost): number {
  if (host.era !== "merged") return host.limit;
  const jitter = Math.min(JITTER, host.limit - 1);
  return host.limit + random.between(-jitter, jitter);
}

/** Always above the cap: heavy-tailed, with a median excess near that of a small flood. */
export function drawOffered(random: Random, allowed: number): number {
  const excess = 120 * (1 / Math.sqrt(1 - random.next()) - 1) * (1 + 3 * random.next());
  return Math.min(OFFERED_MAX, allowed + 1 + Math.floor(excess));
}

/** At most the cap: some kernels print the next second's cap, so such lines are real. */
export function drawCalmOffered(random: Random, allowed: number): number {
  return Math.max(1, allowed - random.below(Math.min(12, allowed)));
}
