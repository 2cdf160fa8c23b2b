import type { HostStage } from "./host-stage.ts";
import { NO_TRACK } from "./track-cells.ts";

/** One run of hot seconds of one gauge: no two neighbours lie further apart than `within`. */
export interface HostRun {
  readonly gauge: number;
  readonly fromSecond: number;
  readonly toSecond: number;
  readonly offeredPeak: number;
  readonly offeredPeakSecond: number;
  readonly suppressed: number;
}

/** The runs of one host that touch [from, to], whole, under a cover's gauges and window. */
export function runsTouching(
  stage: HostStage,
  host: number,
  gaugeMask: number,
  withinSeconds: number,
  from: number,
  to: number,
): HostRun[] {
  const runs: HostRun[] = [];
  const { tracks } = stage;
  for (let track = stage.firstTrack(host); track !== NO_TRACK; track = tracks.next(track)) {
    const gauge = tracks.gauge(track);
    if (((gaugeMask >>> gauge) & 1) === 0) continue;
    let run: Mutable<HostRun> | null = null;
    const close = (): void => {
      if (run !== null && run.fromSecond <= to && run.toSecond >= from) runs.push(run);
      run = null;
    };
    // Newest first; everything is walked that a run touching the range could reach back to.
    tracks.visitWhile(track, (second, offered, suppressed) => {
      if (suppressed === 0) return true;
      if (run !== null && run.fromSecond - second > withinSeconds) close();
      if (run === null && second < from - withinSeconds) return false;
      if (run === null) run = emptyRun(gauge, second);
      run.fromSecond = second;
      run.suppressed += suppressed;
      if (offered >= run.offeredPeak) {
        run.offeredPeak = offered;
        run.offeredPeakSecond = second;
      }
      return true;
    });
    close();
  }
  return runs;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

function emptyRun(gauge: number, second: number): Mutable<HostRun> {
  return {
    gauge,
    fromSecond: second,
    toSecond: second,
    offeredPeak: 0,
    offeredPeakSecond: second,
    suppressed: 0,
  };
}
