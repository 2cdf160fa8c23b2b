import type { HostDirectory } from "../../../lib/domain/host-directory.ts";
import type { DwellStep, Rule } from "../../../lib/domain/rule.ts";
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
  Silence,
} from "../scope/reader.ts";
import type { SecondSeries } from "../scope/second-series.ts";
import { sumOfSilences } from "../scope/silence.ts";
import type { CoverUse } from "./cover.ts";
import type { HostStage } from "./host-stage.ts";
import { isProvenQuiet, lastHotBetween } from "./quiet-proof.ts";
import { isHotBetween, missesLines, participantOf, SignalTotals } from "./participants.ts";

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

  /** The first of the rule's steps that holds at a second, and by how many hosts. */
  stepAt(second: number): { readonly step: DwellStep; readonly count: number } | null {
    for (const [index, { cover, hosts }] of this.#steps.entries()) {
      const step = this.#rule.steps?.[index];
      const count = this.#parts(cover).reduce((sum, part) => sum + part.countAt(second), 0);
      if (step !== undefined && count >= hosts) return { step, count };
    }
    return null;
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

  silence(): Silence {
    const { definition } = this.#spec;
    const parts = this.#stages.map((stage) => {
      const scope = stage.members[definition]!.numberOf(this.#value);
      const named = stage.silent.namedOf(definition, scope).map(({ host, sinceSecond }) => {
        return { host: this.#directory.labelOf(stage.directoryId(host)), sinceSecond };
      });
      return { hosts: stage.silent.countOf(definition, scope), named };
    });
    return sumOfSilences(parts);
  }

  isQuietProven(from: number, to: number): boolean {
    const { gaugeMask } = this.#spec;
    let isProven = false;
    let isOpen = false;
    this.#visitHosts((stage, host) => {
      if (isOpen) return;
      const lastHot = lastHotBetween(stage, host, gaugeMask, from, to);
      if (lastHot === null) return;
      if (isProvenQuiet(stage, host, lastHot)) isProven = true;
      else isOpen = true;
    });
    return isProven && !isOpen;
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
