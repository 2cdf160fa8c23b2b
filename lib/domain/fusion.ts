import { COUNTED_FIRST_GAUGE } from "./counted.ts";
import { type Gauge, GAUGES } from "./gauge.ts";

/**
 * A counter and a kernel line of FreeBSD that tell of the same packets. Below the limit only the
 * counter speaks; above it the line does, and a counter that grows that fast says that the line
 * must be there (sys/netinet/ip_icmp.c badport_bandlim, sys/kern/uipc_socket.c sonewconn).
 */
export interface Fusion {
  readonly counter: Gauge;
  readonly line: Gauge;
  /** From this growth a second on there must be a line: the limit, its jitter, and some more. */
  readonly lineCertainRate: number;
  /** How far from the second the line may be written: it is limited itself. */
  readonly toleranceSeconds: number;
}

export const FUSIONS: readonly Fusion[] = [
  { counter: "udp_refused", line: "icmp_unreach", lineCertainRate: 300, toleranceSeconds: 2 },
  { counter: "listen_drops", line: "listen_overflow", lineCertainRate: 5, toleranceSeconds: 60 },
];

const BY_GAUGE = new Map<number, Fusion>();
for (const fusion of FUSIONS) {
  BY_GAUGE.set(GAUGES.indexOf(fusion.counter), fusion);
  BY_GAUGE.set(GAUGES.indexOf(fusion.line), fusion);
}

/** Bits of GAUGES that are part of a fusion. */
export const FUSED_MASK = [...BY_GAUGE.keys()].reduce((mask, gauge) => mask | (1 << gauge), 0);

/** The fusion that a gauge is part of, as counter or as line. */
export function fusionOf(gauge: number): Fusion | null {
  return BY_GAUGE.get(gauge) ?? null;
}

/** The same by a counter's slot. */
export function fusionOfSlot(slot: number): Fusion | null {
  return fusionOf(COUNTED_FIRST_GAUGE + slot);
}
