import { FUSED_MASK } from "../../../lib/domain/fusion.ts";
import { GAUGES, LINE_MISSING_GAUGE, type Signal, signalOf } from "../../../lib/domain/gauge.ts";
import type { ParticipantView, Quote, SignalSums } from "../scope/reader.ts";
import { LIMITS } from "../limits.ts";
import type { HostStage } from "./host-stage.ts";
import { NO_TRACK, type TrackTotal } from "./track-cells.ts";

/**
 * One host's part in [from, to] by its cells; null where none of them is hot. Its label is asked
 * for only then: names are bytes until somebody must read them.
 */
export function participantOf(
  stage: HostStage,
  host: number,
  gaugeMask: number,
  from: number,
  to: number,
  labelOf: () => string,
): ParticipantView | null {
  const total: TrackTotal = {
    firstSecond: Number.POSITIVE_INFINITY,
    lastSecond: Number.NEGATIVE_INFINITY,
    gaugeMask: 0,
    offeredPeak: 0,
    suppressed: 0,
  };
  const { tracks } = stage;
  for (let track = stage.firstTrack(host); track !== NO_TRACK; track = tracks.next(track)) {
    const gauge = tracks.gauge(track);
    if (((gaugeMask >>> gauge) & 1) === 0) continue;
    tracks.measure(track, from, to, total);
    // Where the line speaks for the same packets, the counter is not added to it.
    if (((FUSED_MASK >>> gauge) & 1) === 0) continue;
    total.suppressed -= stage.hot.fused.spokenFor(host, gauge, gaugeMask, from, to);
  }
  return total.gaugeMask === 0 ? null : { host: labelOf(), ...total };
}

/** The first kept line of a host in [from, to], to be quoted. */
export function quoteOf(
  stage: HostStage,
  host: number,
  gaugeMask: number,
  from: number,
  to: number,
  label: string,
): Quote[] {
  const line = stage.evidence.earliest(host, gaugeMask, from, to);
  if (line === null) return [];
  return [{ host: label, second: line.second, text: line.text, at: line.at }];
}

/** Whether a host has a hot second of the gauges in [from, to]. */
export function isHotBetween(
  stage: HostStage,
  host: number,
  gaugeMask: number,
  from: number,
  to: number,
): boolean {
  const { tracks } = stage;
  for (let track = stage.firstTrack(host); track !== NO_TRACK; track = tracks.next(track)) {
    if (((gaugeMask >>> tracks.gauge(track)) & 1) === 0) continue;
    // The last hot second up to `to` decides: nothing later than it can be in the span.
    tracks.findNeighbours(track, to + 1);
    if (tracks.hotBefore >= from) return true;
  }
  return false;
}

/** Adds up the cells of many hosts by signal: exact per second, so partitions can be merged. */
export class SignalTotals {
  readonly #bySignal = new Map<
    Signal,
    { hosts: number; suppressed: number; offeredBySecond: Map<number, number> }
  >();

  add(stage: HostStage, host: number, gaugeMask: number, from: number, to: number): void {
    const counted = new Set<Signal>();
    const { tracks } = stage;
    for (let track = stage.firstTrack(host); track !== NO_TRACK; track = tracks.next(track)) {
      const gauge = tracks.gauge(track);
      if (((gaugeMask >>> gauge) & 1) === 0) continue;
      const signal = signalOf(GAUGES[gauge]!);
      const total = this.#total(signal);
      tracks.visit(track, from, to, (second, offered, suppressed) => {
        // Of a host that was never hot nobody knows here what it answered: hot seconds only.
        if (suppressed === 0) return;
        total.suppressed += suppressed;
        total.offeredBySecond.set(second, (total.offeredBySecond.get(second) ?? 0) + offered);
        counted.add(signal);
      });
    }
    for (const signal of counted) this.#total(signal).hosts += 1;
  }

  sums(): SignalSums[] {
    return [...this.#bySignal]
      .filter(([, total]) => total.hosts > 0)
      .map(([signal, total]) => ({
        signal,
        hosts: total.hosts,
        offeredPeakPerSecond: Math.max(0, ...total.offeredBySecond.values()),
        suppressed: total.suppressed,
      }))
      .toSorted((a, b) => b.suppressed - a.suppressed || (a.signal < b.signal ? -1 : 1));
  }

  #total(signal: Signal) {
    let total = this.#bySignal.get(signal);
    if (total === undefined) {
      total = { hosts: 0, suppressed: 0, offeredBySecond: new Map() };
      this.#bySignal.set(signal, total);
    }
    return total;
  }
}

/** Whether a host's counters say in [from, to] that lines are missing. */
export function missesLines(stage: HostStage, host: number, from: number, to: number): boolean {
  // Its settings say why already.
  if (stage.postures.of(host) !== 0) return false;
  const { tracks } = stage;
  let missing = 0;
  for (let track = stage.firstTrack(host); track !== NO_TRACK; track = tracks.next(track)) {
    if (tracks.gauge(track) !== LINE_MISSING_GAUGE) continue;
    tracks.visit(track, from, to, (_second, _offered, suppressed) => {
      if (suppressed > 0) missing += 1;
    });
  }
  return missing >= LIMITS.missingLineSecondsMin;
}
