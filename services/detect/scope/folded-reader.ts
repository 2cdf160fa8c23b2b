import { gaugeMask, type Signal, signalOf } from "../../../lib/domain/gauge.ts";
import { endOf, type Span, startOf, type Sums, sumsOf, yesRuns } from "./episodes.ts";
import { FoldedSeries } from "./folded-series.ts";
import { ParticipantBook, type Run } from "./participant-book.ts";
import type { ParticipantView, Quote, ScopeReader, SignalSums } from "./reader.ts";

/** What the tallies of all partitions say of one scope under one cover. */
export class FoldedScopeReader implements ScopeReader {
  readonly isAdditive = false;
  readonly book = new ParticipantBook();
  readonly #withinSeconds: number;
  /** By observations partition. */
  readonly #parts = new Map<number, FoldedSeries>();
  readonly #hostsSeen = new Map<number, number>();

  constructor(withinSeconds: number) {
    this.#withinSeconds = withinSeconds;
  }

  part(partition: number): FoldedSeries {
    let part = this.#parts.get(partition);
    if (part === undefined) {
      part = new FoldedSeries();
      this.#parts.set(partition, part);
    }
    return part;
  }

  partitions(): IterableIterator<[number, FoldedSeries]> {
    return this.#parts.entries();
  }

  setHostsSeen(partition: number, hosts: number): void {
    this.#hostsSeen.set(partition, Math.max(hosts, this.hostsSeenBy(partition)));
  }

  hostsSeenBy(partition: number): number {
    return this.#hostsSeen.get(partition) ?? 0;
  }

  forgetBefore(second: number): void {
    for (const part of this.#parts.values()) part.forgetBefore(second);
    this.book.forgetBefore(second);
  }

  yesRuns(hosts: number, from: number, to: number): Span[] {
    return yesRuns([...this.#parts.values()], hosts, from, to);
  }

  startOf(metAt: number): number {
    return startOf([...this.#parts.values()], metAt, this.#withinSeconds);
  }

  endOf(lastSeenAt: number): number {
    return endOf([...this.#parts.values()], lastSeenAt, this.#withinSeconds);
  }

  sums(from: number, to: number): Sums {
    return sumsOf([...this.#parts.values()], from, to);
  }

  hostCount(from: number, to: number): number {
    return this.book.hostsBetween(from, to);
  }

  participants(from: number, to: number): ParticipantView[] {
    const views: ParticipantView[] = [];
    this.book.visit(from, to, (host, runs) => views.push(viewOf(host, runs, from, to)));
    return views;
  }

  quotes(from: number, to: number, most: number): Quote[] {
    const quotes: Quote[] = [];
    this.book.visit(from, to, (host, runs) => quotes.push(...quotesOf(host, runs)));
    return quotes
      .toSorted((a, b) => a.second - b.second || (a.host < b.host ? -1 : 1))
      .slice(0, most);
  }

  signalSums(from: number, to: number): SignalSums[] {
    const runs: (readonly [string, readonly Run[]])[] = [];
    this.book.visit(from, to, (host, touching) => runs.push([host, touching]));
    return signalSumsOf(runs);
  }

  hostsSeen(): number {
    let seen = 0;
    for (const hosts of this.#hostsSeen.values()) seen += hosts;
    return seen;
  }
}

/** What the runs of one host say: the scope of a single_host rule. */
export class FoldedHostReader implements ScopeReader {
  readonly isAdditive = false;
  readonly book = new ParticipantBook();
  readonly host: string;
  readonly #withinSeconds: number;

  constructor(host: string, withinSeconds: number) {
    this.host = host;
    this.#withinSeconds = withinSeconds;
  }

  /** A run covers `within` seconds behind each of its hot ones, and they lie closer than that. */
  yesRuns(_hosts: number, from: number, to: number): Span[] {
    const spans: Span[] = [];
    for (const run of this.book.runsOf(this.host)) {
      const end = run.toSecond + this.#withinSeconds - 1;
      if (run.fromSecond > to || end < from) continue;
      const last = spans.at(-1);
      if (last !== undefined && run.fromSecond <= last.to + 1) last.to = Math.max(last.to, end);
      else spans.push({ from: Math.max(from, run.fromSecond), to: end });
    }
    return spans;
  }

  /** One host's condition begins to hold with its first hot second. */
  startOf(metAt: number): number {
    return metAt;
  }

  /** A run ends with its last hot second, and no run of an episode ends behind it. */
  endOf(lastSeenAt: number): number {
    let end = lastSeenAt - this.#withinSeconds + 1;
    for (const { fromSecond, toSecond } of this.book.runsOf(this.host)) {
      if (fromSecond <= lastSeenAt) end = Math.max(end, Math.min(toSecond, lastSeenAt));
    }
    return end;
  }

  sums(from: number, to: number): Sums {
    const runs = this.#runs(from, to);
    return {
      offeredPeakPerSecond: runs.reduce((peak, run) => Math.max(peak, run.offeredPeak), 0),
      suppressed: runs.reduce((sum, run) => sum + run.suppressed, 0),
    };
  }

  hostCount(from: number, to: number): number {
    return this.#runs(from, to).length > 0 ? 1 : 0;
  }

  participants(from: number, to: number): ParticipantView[] {
    const runs = this.#runs(from, to);
    return runs.length === 0 ? [] : [viewOf(this.host, runs, from, to)];
  }

  quotes(from: number, to: number, most: number): Quote[] {
    return quotesOf(this.host, this.#runs(from, to)).slice(0, most);
  }

  signalSums(from: number, to: number): SignalSums[] {
    return signalSumsOf([[this.host, this.#runs(from, to)]]);
  }

  hostsSeen(): number {
    return 1;
  }

  #runs(from: number, to: number): readonly Run[] {
    return this.book
      .runsOf(this.host)
      .filter((run) => run.fromSecond <= to && run.toSecond >= from);
  }
}

function viewOf(host: string, runs: readonly Run[], from: number, to: number): ParticipantView {
  return {
    host,
    firstSecond: Math.max(from, Math.min(...runs.map((run) => run.fromSecond))),
    lastSecond: Math.min(to, Math.max(...runs.map((run) => run.toSecond))),
    gaugeMask: gaugeMask(runs.map((run) => run.gauge)),
    offeredPeak: Math.max(...runs.map((run) => run.offeredPeak)),
    suppressed: runs.reduce((sum, run) => sum + run.suppressed, 0),
  };
}

function quotesOf(host: string, runs: readonly Run[]): Quote[] {
  const first = runs.find((run) => run.text !== null);
  if (first === undefined) return [];
  return [{ host, second: first.fromSecond, text: first.text ?? "", at: first.at ?? "" }];
}

/** Per signal, by runs: their peaks may lie in different seconds, so the largest one stands. */
function signalSumsOf(hosts: readonly (readonly [string, readonly Run[]])[]): SignalSums[] {
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
