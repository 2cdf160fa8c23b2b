import type { Gauge } from "../../lib/domain/gauge.ts";
import type { MeasuredHost } from "./measured-fleet.ts";
import type { PressureKind } from "./pressure.ts";

/** One counter of a kernel, as a sample calls it (contracts.md section 3). */
export interface KernelCounter {
  readonly name: string;
  /** How fast it grows on an ordinary day, as a multiple of the host's level. */
  readonly share: number;
  /** What moves it besides. */
  readonly kinds: readonly PressureKind[];
}

type System = MeasuredHost["os"];

/** FreeBSD counts no resets sent: its lines tell of those. */
export const KERNEL_COUNTERS: Readonly<Record<System, readonly KernelCounter[]>> = {
  linux: [
    { name: "Tcp.OutRsts", share: 1, kinds: ["resets"] },
    { name: "Tcp.AttemptFails", share: 0.2, kinds: ["fails"] },
    { name: "Tcp.EstabResets", share: 0.1, kinds: ["fails"] },
    { name: "Tcp.InSegs", share: 200, kinds: ["resets", "syn", "fails"] },
    { name: "TcpExt.ListenDrops", share: 0, kinds: [] },
    { name: "TcpExt.SyncookiesSent", share: 0, kinds: ["syn"] },
    { name: "Udp.NoPorts", share: 0.1, kinds: ["udp"] },
  ],
  freebsd: [
    { name: "tcp.embryonic-connections-dropped", share: 0.2, kinds: ["fails"] },
    { name: "tcp.connection-drops", share: 0.1, kinds: ["fails"] },
    { name: "tcp.received-packets", share: 200, kinds: ["resets", "syn", "fails"] },
    { name: "tcp.listen-queue-overflows", share: 0, kinds: [] },
    { name: "tcp.syncookies.sent-cookies", share: 0, kinds: ["syn"] },
    { name: "udp.dropped-no-socket", share: 0.1, kinds: ["udp"] },
  ],
};

/** The limiter's class that a pressure falls under; its resets have one by the kernel's age. */
export const LIMITED: Readonly<Partial<Record<PressureKind, Gauge | "resets">>> = {
  resets: "resets",
  udp: "icmp_unreach",
};

/** More than this above the threshold: what differs from second to second does not hide it. */
const CLEAR = 1.5;

/** Whether some gauge of the host must see so many packets a second of a kind. */
export function isSeen(host: MeasuredHost, kind: PressureKind, pps: number): boolean {
  if (LIMITED[kind] !== undefined && pps > host.limit * CLEAR) return true;
  if (host.sampleSeconds === 0) return false;
  return KERNEL_COUNTERS[host.os].some(({ name, share, kinds }) => {
    if (!kinds.includes(kind) || isTraffic(name)) return false;
    // Three times normal at the day's busiest, of which the ordinary rate is a part.
    return pps > CLEAR * 3 * Math.max(5, share * host.level);
  });
}

/** Ordinary work moves it as well, by far more than any flood here. */
function isTraffic(name: string): boolean {
  return name === "Tcp.InSegs" || name === "tcp.received-packets";
}
