import type { Severity } from "../../../lib/domain/severity.ts";
import { LIMITS } from "../limits.ts";
import { countOf, formatCount } from "./words.ts";

/** How broad a flood is, and how strong. */
export interface Extent {
  readonly hosts: number;
  /** Hosts that the scope is known to have; at least those. */
  readonly hostsSeen: number;
  /** The largest per-second sum of what was wanted. */
  readonly offeredPeakPerSecond: number;
}

/** `medium` where few of the hosts are hit, and weakly; `critical` where most are, and hard. */
export function floodSeverity(extent: Extent): Severity {
  const { hosts, hostsSeen } = extent;
  const isStrong = strengthOf(extent) >= LIMITS.torrentRate;
  const isMost = hosts > hostsSeen * LIMITS.severityMostShare;
  if (isStrong && isMost && hosts >= LIMITS.severityCriticalHostsMin) return "critical";
  return isStrong || hosts >= hostsSeen * LIMITS.severityBroadShare ? "high" : "medium";
}

/** What was wanted of each host on average in the worst second. */
function strengthOf({ hosts, offeredPeakPerSecond }: Extent): number {
  return offeredPeakPerSecond / Math.max(1, hosts);
}

/** `normalPerSecond` is what the hosts would have counted in that second; null where unknown. */
export function floodReasons(extent: Extent, normalPerSecond: number | null): string[] {
  const { hosts, hostsSeen, offeredPeakPerSecond } = extent;
  const normal = normalPerSecond === null ? "" : `, normal ${formatCount(normalPerSecond)}/s`;
  return [
    `${formatCount(hosts)} of ${countOf(hostsSeen, "visible host")}`,
    `${formatCount(offeredPeakPerSecond)}/s in the worst second${normal}: ` +
      `${formatCount(strengthOf(extent))}/s a host`,
  ];
}
