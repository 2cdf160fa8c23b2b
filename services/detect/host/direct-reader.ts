import type { HostDirectory } from "../../../lib/domain/host-directory.ts";
import { BLIND_SPOTS } from "../../../lib/domain/posture.ts";
import type { Rule } from "../../../lib/domain/rule.ts";
import {
  endOf,
  type Span,
  ruleStartOf,
  type Sums,
  sumsOf,
  unionOf,
  yesRuns,
} from "../scope/episodes.ts";
import type {
  Blindness,
  ParticipantView,
  Quote,
  ScopeReader,
  SignalSums,
} from "../scope/reader.ts";
import type { SecondSeries } from "../scope/second-series.ts";
import type { CoverUse } from "./cover.ts";
import type { HostStage } from "./host-stage.ts";
import { isHotBetween, missesLines, participantOf, quoteOf, SignalTotals } from "./participants.ts";

/** Reads the facts of one scope straight from the host stages of the same process. */
export class DirectScopeReader implements ScopeReader {
  readonly isAdditive = true;
  readonly #stages: readonly HostStage[];
  readonly #directory: HostDirectory;
  readonly #rule: Rule;
  /** What measures. */
  readonly #cover: number;
  /** What decides. */
  readonly #steps: readonly CoverUse[];
  readonly #value: string;

  constructor(
    stages: readonly HostStage[],
    directory: HostDirectory,
    uses: readonly CoverUse[],
    value: string,
  ) {
    this.#stages = stages;
    this.#directory = directory;
    this.#rule = uses[0]!.rule;
    this.#cover = uses[0]!.cover;
    this.#steps = uses.filter(({ hosts }) => hosts !== Number.POSITIVE_INFINITY);
    this.#value = value;
  }

  yesRuns(from: number, to: number, atLeast?: number): Span[] {
    if (atLeast !== undefined) return yesRuns(this.#parts(), atLeast, from, to);
    return unionOf(
      this.#steps.map(({ cover, hosts }) => yesRuns(this.#parts(cover), hosts, from, to)),
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
    const { gaugeMask } = this.#spec;
    let count = 0;
    this.#visitHosts((stage, host) => {
      if (isHotBetween(stage, host, gaugeMask, from, to)) count += 1;
    });
    return count;
  }

  participants(from: number, to: number): ParticipantView[] {
    const { gaugeMask } = this.#spec;
    const views: ParticipantView[] = [];
    this.#visitHosts((stage, host) => {
      const labelOf = () => this.#directory.labelOf(stage.directoryId(host));
      const view = participantOf(stage, host, gaugeMask, from, to, labelOf);
      if (view !== null) views.push(view);
    });
    return views;
  }

  quotes(from: number, to: number, most: number): Quote[] {
    const { gaugeMask } = this.#spec;
    const found: FoundLine[] = [];
    this.#visitHosts((stage, host) => {
      const slot = stage.evidence.find(host, gaugeMask, from, to);
      if (slot >= 0) found.push({ stage, host, slot, second: stage.evidence.secondAt(slot) });
    });
    found.sort((a, b) => a.second - b.second);
    // Names and texts are read of those that can be among the earliest, not of every host.
    const last = found[Math.min(most, found.length) - 1]?.second ?? 0;
    return found
      .filter(({ second }) => second <= last)
      .map(({ stage, host, slot, second }) => {
        const label = this.#directory.labelOf(stage.directoryId(host));
        return { stage, slot, second, label };
      })
      .sort((a, b) => a.second - b.second || (a.label < b.label ? -1 : 1))
      .slice(0, most)
      .map(({ stage, slot, second, label }) => {
        const { text, at } = stage.evidence.read(slot);
        return { host: label, second, text, at };
      });
  }

  signalSums(from: number, to: number): SignalSums[] {
    const totals = new SignalTotals();
    const { gaugeMask } = this.#spec;
    this.#visitHosts((stage, host) => totals.add(stage, host, gaugeMask, from, to));
    return totals.sums();
  }

  blindness(from: number, to: number): Blindness {
    let hostsSampled = 0;
    const spots: number[] = [];
    const linesMissing: string[] = [];
    for (const stage of this.#stages) {
      const members = stage.members[this.#spec.definition]!;
      const scope = members.numberOf(this.#value);
      if (scope < 0) continue;
      hostsSampled += members.hostsSampled[scope]!;
      members.blind[scope]!.forEach((hosts, spot) => (spots[spot] = (spots[spot] ?? 0) + hosts));
    }
    this.#visitHosts((stage, host) => {
      if (!missesLines(stage, host, from, to)) return;
      linesMissing.push(this.#directory.labelOf(stage.directoryId(host)));
    });
    return { hostsSampled, spots, linesMissing: linesMissing.toSorted() };
  }

  hostsSeen(): number {
    let seen = 0;
    for (const stage of this.#stages) {
      const members = stage.members[this.#spec.definition]!;
      const scope = members.numberOf(this.#value);
      if (scope >= 0) seen += members.hostsSeen[scope]!;
    }
    return seen;
  }

  get #spec() {
    return this.#stages[0]!.covers[this.#cover]!;
  }

  #parts(cover = this.#cover): SecondSeries[] {
    const parts: SecondSeries[] = [];
    for (const stage of this.#stages) {
      const scope = stage.members[this.#spec.definition]!.numberOf(this.#value);
      const series = scope < 0 ? undefined : stage.series(cover, scope);
      if (series !== undefined) parts.push(series);
    }
    return parts;
  }

  #visitHosts(visit: (stage: HostStage, host: number) => void): void {
    for (const stage of this.#stages) {
      const members = stage.members[this.#spec.definition]!;
      const scope = members.numberOf(this.#value);
      if (scope >= 0) members.visitHot(scope, (host) => visit(stage, host));
    }
  }
}

/** Where the first line of a host stands, before anything of it is decoded. */
interface FoundLine {
  readonly stage: HostStage;
  readonly host: number;
  readonly slot: number;
  readonly second: number;
}

/** Reads one host: the scope of a single_host rule. */
export class DirectHostReader implements ScopeReader {
  readonly isAdditive = true;
  readonly stage: HostStage;
  readonly host: number;
  readonly #gaugeMask: number;
  readonly #withinSeconds: number;
  readonly #label: string;

  constructor(
    stage: HostStage,
    host: number,
    gaugeMask: number,
    withinSeconds: number,
    label: string,
  ) {
    this.stage = stage;
    this.host = host;
    this.#gaugeMask = gaugeMask;
    this.#withinSeconds = withinSeconds;
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
    this.#visit(from, to, (second, offered, suppressed) => {
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

  hostsSeen(): number {
    return 1;
  }

  /** Ascending; one that is hot in several classes comes several times. */
  #hotSeconds(from: number, to: number): number[] {
    const seconds: number[] = [];
    let isAscending = true;
    this.#visit(from, to, (second, _offered, suppressed) => {
      if (suppressed === 0) return;
      // One class alone comes newest first; only several need sorting.
      if (seconds.length > 0 && second > seconds[seconds.length - 1]!) isAscending = false;
      seconds.push(second);
    });
    seconds.reverse();
    return isAscending ? seconds : seconds.sort((a, b) => a - b);
  }

  #visit(
    from: number,
    to: number,
    visit: (second: number, offered: number, suppressed: number) => void,
  ): void {
    const { tracks } = this.stage;
    for (let track = this.stage.firstTrack(this.host); track >= 0; track = tracks.next(track)) {
      if (((this.#gaugeMask >>> tracks.gauge(track)) & 1) === 1)
        tracks.visit(track, from, to, visit);
    }
  }
}
