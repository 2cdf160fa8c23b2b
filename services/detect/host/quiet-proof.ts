import type { HostStage } from "./host-stage.ts";
import { NO_TRACK } from "./track-cells.ts";

/** The last second in [from, to] in which a host was hot in one of the gauges; null for none. */
export function lastHotBetween(
  stage: HostStage,
  host: number,
  gaugeMask: number,
  from: number,
  to: number,
): number | null {
  const { tracks } = stage;
  let last = Number.NEGATIVE_INFINITY;
  for (let track = stage.firstTrack(host); track !== NO_TRACK; track = tracks.next(track)) {
    if (((gaugeMask >>> tracks.gauge(track)) & 1) === 0) continue;
    tracks.findNeighbours(track, to + 1);
    last = Math.max(last, tracks.hotBefore);
  }
  return last >= from ? last : null;
}

/** Whether a host that was hot last in that second has sent samples since, and does so still. */
export function isProvenQuiet(stage: HostStage, host: number, lastHot: number): boolean {
  return stage.counters.hosts.newestSecond(host) > lastHot && !stage.silent.isSilent(host);
}
