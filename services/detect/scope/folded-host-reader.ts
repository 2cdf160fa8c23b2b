import { FUSIONS } from "../../../lib/domain/fusion.ts";
import { gaugeMask } from "../../../lib/domain/gauge.ts";
import { decidingMask, type Rule } from "../../../lib/domain/rule.ts";
import type { Span, Sums } from "./episodes.ts";
import { ParticipantBook, type Run } from "./participant-book.ts";
import {
  type Blindness,
  NOBODY_SILENT,
  type ParticipantView,
  type Quote,
  type ScopeReader,
  type SignalSums,
  type Silence,
} from "./reader.ts";
import { isEndProven, quotesOf, signalSumsOf, viewOf } from "./run-views.ts";

/** What the runs of one host say: the scope of a single_host rule. */
export class FoldedHostReader implements ScopeReader {
  readonly isAdditive = false;
  readonly book = new ParticipantBook();
  readonly host: string;
  /** What measures, and what decides. */
  readonly #gaugeMask: number;
  readonly #decidingMask: number;
  readonly #withinSeconds: number;

  constructor(host: string, rule: Rule) {
    this.host = host;
    this.#gaugeMask = rule.gaugeMask;
    this.#decidingMask = decidingMask(rule);
    this.#withinSeconds = rule.withinSeconds;
  }

  /** A run covers `within` seconds behind each of its hot ones, and they lie closer than that. */
  yesRuns(from: number, to: number): Span[] {
    const spans: Span[] = [];
    for (const run of this.#runsIn(this.#decidingMask)) {
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
    for (const { fromSecond, toSecond } of this.#runsIn(this.#decidingMask)) {
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

  /** The scope that it is in says so. */
  silence(): Silence {
    return NOBODY_SILENT;
  }

  isQuietProven(from: number, to: number): boolean {
    const runs = this.#runs(from, to);
    return runs.length > 0 && isEndProven(runs);
  }

  hostsSeen(): number {
    return 1;
  }

  #runs(from: number, to: number): readonly Run[] {
    const runs = this.#runsIn(this.#gaugeMask).filter(
      (run) => run.fromSecond <= to && run.toSecond >= from,
    );
    // Where the line of the same packets speaks, the counter is not added to it.
    const spoken = new Set(FUSIONS.filter(({ line }) => runs.some(({ gauge }) => gauge === line)));
    return runs.filter(({ gauge }) => ![...spoken].some(({ counter }) => counter === gauge));
  }

  #runsIn(mask: number): readonly Run[] {
    return this.book.runsOf(this.host).filter(({ gauge }) => (gaugeMask([gauge]) & mask) !== 0);
  }
}
