import { gaugeMask, type Signal, signalOf } from "../../../lib/domain/gauge.ts";
import type { Run } from "./participant-book.ts";
import type { ParticipantView, Quote, SignalSums } from "./reader.ts";

/** The end of what lasted longest says whether all of it is over. */
export function isEndProven(runs: readonly Run[]): boolean {
  const last = Math.max(...runs.map(({ toSecond }) => toSecond));
  return runs.some(({ toSecond, isOverProven }) => toSecond === last && isOverProven);
}

/** One host's part in [from, to] by its runs. */
export function viewOf(
  host: string,
  runs: readonly Run[],
  from: number,
  to: number,
): ParticipantView {
  return {
    host,
    firstSecond: Math.max(from, Math.min(...runs.map((run) => run.fromSecond))),
    lastSecond: Math.min(to, Math.max(...runs.map((run) => run.toSecond))),
    gaugeMask: gaugeMask(runs.map((run) => run.gauge)),
    offeredPeak: Math.max(...runs.map((run) => run.offeredPeak)),
    suppressed: runs.reduce((sum, run) => sum + run.suppressed, 0),
  };
}

/** The first line of a host that was kept, to be quoted. */
export function quotesOf(host: string, runs: readonly Run[]): Quote[] {
  const first = runs.find((run) => run.text !== null);
  if (first === undefined) return [];
  return [{ host, second: first.fromSecond, text: first.text ?? "", at: first.at ?? "" }];
}

/** Per signal, by runs: their peaks may lie in different seconds, so the largest one stands. */
export function signalSumsOf(hosts: readonly (readonly [string, readonly Run[]])[]): SignalSums[] {
  const bySignal = new Map<Signal, { hosts: Set<string>; peak: number; suppressed: number }>();
  for (const [host, runs] of hosts) {
    for (const run of runs) {
      const signal = signalOf(run.gauge);
      const total = bySignal.get(signal) ?? { hosts: new Set(), peak: 0, suppressed: 0 };
      total.hosts.add(host);
      total.peak = Math.max(total.peak, run.offeredPeak);
      total.suppressed += run.suppressed;
      bySignal.set(signal, total);
    }
  }
  return [...bySignal]
    .map(([signal, total]) => ({
      signal,
      hosts: total.hosts.size,
      offeredPeakPerSecond: total.peak,
      suppressed: total.suppressed,
    }))
    .toSorted((a, b) => b.suppressed - a.suppressed || (a.signal < b.signal ? -1 : 1));
}
