import { endOf, type Span, ruleStartOf, type Sums, sumsOf, unionOf, yesRuns } from "./episodes.ts";
import type { Rule } from "../../../lib/domain/rule.ts";
import { LIMITS } from "../limits.ts";
import type { HashedUse } from "../rules/rule-hash.ts";
import { FoldedSeries } from "./folded-series.ts";
import { ParticipantBook, type Run } from "./participant-book.ts";
import type {
  Blindness,
  ParticipantView,
  Quote,
  ScopeReader,
  SignalSums,
  Silence,
} from "./reader.ts";
import { isEndProven, quotesOf, signalSumsOf, viewOf } from "./run-views.ts";
import { sumOfSilences } from "./silence.ts";

/** What one partition says of what is not seen of a scope. */
export interface PartitionBlindness {
  readonly revision: number;
  readonly hostsSampled: number;
  readonly spots: readonly number[];
}

/** What one partition says of who has fallen silent in it. */
export interface PartitionSilence extends Silence {
  readonly revision: number;
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
  readonly #silence = new Map<number, PartitionSilence>();

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

  /** Only what goes with the measuring cover names them. */
  setSilence(coverHash: string, partition: number, silence: PartitionSilence): void {
    if (coverHash !== this.#measuring) return;
    const known = this.#silence.get(partition);
    if (known === undefined || known.revision <= silence.revision) {
      this.#silence.set(partition, silence);
    }
  }

  silenceBy(): readonly (readonly [number, PartitionSilence])[] {
    return [...this.#silence];
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

  silence(): Silence {
    return sumOfSilences([...this.#silence.values()]);
  }

  isQuietProven(from: number, to: number): boolean {
    const { hosts, named } = this.silence();
    // Of those that are not named nobody knows whether they take part.
    if (hosts > named.length) return false;
    const silent = new Set(named.map(({ host }) => host));
    let isProven = false;
    let isOpen = false;
    this.book.visit(from, to, (host, runs) => {
      if (isEndProven(runs) && !silent.has(host)) isProven = true;
      else isOpen = true;
    });
    return isProven && !isOpen;
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
