import { gaugeMask, type Signal, signalOf } from "../../../lib/domain/gauge.ts";
import { endOf, type Span, ruleStartOf, type Sums, sumsOf, unionOf, yesRuns } from "./episodes.ts";
import type { Rule } from "../../../lib/domain/rule.ts";
import { LIMITS } from "../limits.ts";
import type { HashedUse } from "../rules/rule-hash.ts";
import { FoldedSeries } from "./folded-series.ts";
import { ParticipantBook, type Run } from "./participant-book.ts";
import type { Blindness, ParticipantView, Quote, ScopeReader, SignalSums } from "./reader.ts";

/** What one partition says of what is not seen of a scope. */
export interface PartitionBlindness {
  readonly revision: number;
  readonly hostsSampled: number;
  readonly spots: readonly number[];
}

/** What the tallies of all partitions say of one scope under the covers of one rule. */
export class FoldedScopeReader implements ScopeReader {
  readonly isAdditive = false;
  readonly book = new ParticipantBook();
  /** Runs of seconds for which a host's counters miss a line. */
  readonly missing = new ParticipantBook();
  readonly #rule: Rule;
  /** Of what measures: the first. */
  readonly #measuring: string;
  /** What decides. */
  readonly #steps: readonly HashedUse[];
  /** By cover, then by observations partition. */
  readonly #covers = new Map<string, Map<number, FoldedSeries>>();
  readonly #hostsSeen = new Map<number, number>();
  /** By partition, as it was last told. */
  readonly #blindness = new Map<number, PartitionBlindness>();

  constructor(rule: Rule, uses: readonly HashedUse[]) {
    this.#rule = rule;
    this.#measuring = uses[0]!.coverHash;
    this.#steps = uses.filter(({ hosts }) => hosts !== Number.POSITIVE_INFINITY);
    for (const { coverHash } of uses) this.#covers.set(coverHash, new Map());
  }

  part(coverHash: string, partition: number): FoldedSeries {
    const parts = this.#covers.get(coverHash)!;
    let part = parts.get(partition);
    if (part === undefined) {
      part = new FoldedSeries();
      parts.set(partition, part);
    }
    return part;
  }

  *partitions(): Generator<readonly [coverHash: string, partition: number, FoldedSeries]> {
    for (const [coverHash, parts] of this.#covers) {
      for (const [partition, part] of parts) yield [coverHash, partition, part];
    }
  }

  setHostsSeen(partition: number, hosts: number): void {
    this.#hostsSeen.set(partition, Math.max(hosts, this.hostsSeenBy(partition)));
  }

  setBlindness(partition: number, blindness: PartitionBlindness): void {
    const known = this.#blindness.get(partition);
    if (known === undefined || known.revision <= blindness.revision) {
      this.#blindness.set(partition, blindness);
    }
  }

  blindnessBy(): readonly (readonly [number, PartitionBlindness])[] {
    return [...this.#blindness];
  }

  hostsSeenBy(partition: number): number {
    return this.#hostsSeen.get(partition) ?? 0;
  }

  forgetBefore(second: number): void {
    for (const parts of this.#covers.values()) {
      for (const part of parts.values()) part.forgetBefore(second);
    }
    this.book.forgetBefore(second);
    this.missing.forgetBefore(second);
  }

  yesRuns(from: number, to: number, atLeast?: number): Span[] {
    if (atLeast !== undefined) return yesRuns(this.#parts(), atLeast, from, to);
    return unionOf(
      this.#steps.map(({ coverHash, hosts }) => yesRuns(this.#parts(coverHash), hosts, from, to)),
    );
  }

  startOf(metAt: number): number {
    return ruleStartOf(this.#rule, this.#parts(), metAt);
  }

  endOf(lastSeenAt: number): number {
    return endOf(this.#parts(), lastSeenAt, this.#rule.withinSeconds);
  }

  sums(from: number, to: number): Sums {
    return sumsOf(this.#parts(), from, to);
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

  blindness(from: number, to: number): Blindness {
    let hostsSampled = 0;
    const spots: number[] = [];
    for (const told of this.#blindness.values()) {
      hostsSampled += told.hostsSampled;
      told.spots.forEach((hosts, spot) => (spots[spot] = (spots[spot] ?? 0) + hosts));
    }
    const linesMissing: string[] = [];
    this.missing.visit(from, to, (host, runs) => {
      const seconds = runs.reduce((sum, run) => sum + run.toSecond - run.fromSecond + 1, 0);
      if (seconds >= LIMITS.missingLineSecondsMin) linesMissing.push(host);
    });
    return { hostsSampled, spots, linesMissing: linesMissing.toSorted() };
  }

  hostsSeen(): number {
    let seen = 0;
    for (const hosts of this.#hostsSeen.values()) seen += hosts;
    return seen;
  }

  #parts(coverHash = this.#measuring): FoldedSeries[] {
    return [...this.#covers.get(coverHash)!.values()];
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
  yesRuns(from: number, to: number): Span[] {
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

  /** The scope that it is in says so. */
  blindness(): Blindness {
    return { hostsSampled: 0, spots: [], linesMissing: [] };
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
