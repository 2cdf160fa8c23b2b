import { BLIND_SPOTS } from "../../../lib/domain/posture.ts";
import { decidingMask, type Rule } from "../../../lib/domain/rule.ts";
import type { Span, Sums } from "../scope/episodes.ts";
import {
  type Blindness,
  NOBODY_SILENT,
  type ParticipantView,
  type Quote,
  type ScopeReader,
  type SignalSums,
  type Silence,
} from "../scope/reader.ts";
import type { HostStage } from "./host-stage.ts";
import { isHotBetween, missesLines, participantOf, quoteOf, SignalTotals } from "./participants.ts";
import { isProvenQuiet, lastHotBetween } from "./quiet-proof.ts";

/** Reads one host: the scope of a single_host rule. */
export class DirectHostReader implements ScopeReader {
  readonly isAdditive = true;
  readonly stage: HostStage;
  readonly host: number;
  /** What measures, and what decides. */
  readonly #gaugeMask: number;
  readonly #decidingMask: number;
  readonly #withinSeconds: number;
  readonly #label: string;

  constructor(stage: HostStage, host: number, rule: Rule, label: string) {
    this.stage = stage;
    this.host = host;
    this.#gaugeMask = rule.gaugeMask;
    this.#decidingMask = decidingMask(rule);
    this.#withinSeconds = rule.withinSeconds;
    this.#label = label;
  }

  yesRuns(from: number, to: number): Span[] {
    const runs: Span[] = [];
    let last: Span | null = null;
    for (const second of this.#hotSeconds(from - this.#withinSeconds + 1, to)) {
      const coveredTo = second + this.#withinSeconds - 1;
      if (last !== null && second <= last.to + 1) last.to = coveredTo;
      else runs.push((last = { from: Math.max(from, second), to: coveredTo }));
    }
    return runs;
  }

  startOf(metAt: number): number {
    return this.#hotSeconds(metAt - this.#withinSeconds + 1, metAt)[0] ?? metAt;
  }

  endOf(lastSeenAt: number): number {
    const first = lastSeenAt - this.#withinSeconds + 1;
    return this.#hotSeconds(first, lastSeenAt).at(-1) ?? first;
  }

  hostCount(from: number, to: number): number {
    return isHotBetween(this.stage, this.host, this.#gaugeMask, from, to) ? 1 : 0;
  }

  sums(from: number, to: number): Sums {
    const bySecond = new Map<number, number>();
    let suppressedSum = 0;
    this.#visit(this.#gaugeMask, from, to, (second, offered, suppressed, gauge) => {
      // Where the line of the same packets speaks, the counter is not added to it.
      if (this.stage.hot.fused.speaksFor(this.host, gauge, this.#gaugeMask, second)) return;
      suppressedSum += suppressed;
      bySecond.set(second, (bySecond.get(second) ?? 0) + offered);
    });
    let peak = 0;
    for (const offered of bySecond.values()) if (offered > peak) peak = offered;
    return { offeredPeakPerSecond: peak, suppressed: suppressedSum };
  }

  participants(from: number, to: number): ParticipantView[] {
    const { stage, host } = this;
    const view = participantOf(stage, host, this.#gaugeMask, from, to, () => this.#label);
    return view === null ? [] : [view];
  }

  quotes(from: number, to: number, most: number): Quote[] {
    const { stage, host } = this;
    const mask = this.#gaugeMask;
    return quoteOf(stage, host, mask, from, to, this.#label).slice(0, most);
  }

  signalSums(from: number, to: number): SignalSums[] {
    const totals = new SignalTotals();
    totals.add(this.stage, this.host, this.#gaugeMask, from, to);
    return totals.sums();
  }

  blindness(from: number, to: number): Blindness {
    const { stage, host } = this;
    return {
      hostsSampled: stage.counters.hosts.has(host) ? 1 : 0,
      spots: BLIND_SPOTS.map((_, spot) => (stage.postures.of(host) >>> spot) & 1),
      linesMissing: missesLines(stage, host, from, to) ? [this.#label] : [],
    };
  }

  silence(): Silence {
    return NOBODY_SILENT;
  }

  isQuietProven(from: number, to: number): boolean {
    const { stage, host } = this;
    const lastHot = lastHotBetween(stage, host, this.#gaugeMask, from, to);
    return lastHot !== null && isProvenQuiet(stage, host, lastHot);
  }

  hostsSeen(): number {
    return 1;
  }

  /** Ascending; one that is hot in several classes comes several times. */
  #hotSeconds(from: number, to: number): number[] {
    const seconds: number[] = [];
    let isAscending = true;
    this.#visit(this.#decidingMask, from, to, (second, _offered, suppressed) => {
      if (suppressed === 0) return;
      // One class alone comes newest first; only several need sorting.
      if (seconds.length > 0 && second > seconds[seconds.length - 1]!) isAscending = false;
      seconds.push(second);
    });
    seconds.reverse();
    return isAscending ? seconds : seconds.sort((a, b) => a - b);
  }

  #visit(
    mask: number,
    from: number,
    to: number,
    visit: (second: number, offered: number, suppressed: number, gauge: number) => void,
  ): void {
    const { tracks } = this.stage;
    for (let track = this.stage.firstTrack(this.host); track >= 0; track = tracks.next(track)) {
      const gauge = tracks.gauge(track);
      if (((mask >>> gauge) & 1) === 0) continue;
      tracks.visit(track, from, to, (second, offered, suppressed) =>
        visit(second, offered, suppressed, gauge),
      );
    }
  }
}
