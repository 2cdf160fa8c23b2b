import type { FactBatch } from "../../../lib/domain/fact-batch.ts";
import type { Fusion } from "../../../lib/domain/fusion.ts";
import {
  COUNTER_CLASSES,
  LIMIT_CLASS_COUNT,
  LIMIT_TORRENT_GAUGE,
} from "../../../lib/domain/gauge.ts";
import { type CountedName, rateText } from "../../../lib/domain/counted.ts";
import type { HostDirectory } from "../../../lib/domain/host-directory.ts";
import type { SecondSeries } from "../scope/second-series.ts";
import { LIMITS } from "../limits.ts";
import { HostPostures } from "./host-postures.ts";
import { CellPool } from "./cell-pool.ts";
import { CounterStage } from "./counter-stage.ts";
import type { Cover } from "./cover.ts";
import { EvidenceRing } from "./evidence-ring.ts";
import { FOREIGN, HostNumbers } from "./host-numbers.ts";
import { HotSeconds, type HotSecondsOptions } from "./hot-seconds.ts";
import type { HeatSink } from "./heat-sink.ts";
import type { ScopeMembers } from "./scope-members.ts";
import { SilentHosts } from "./silent-hosts.ts";
import type { Tracks } from "./tracks.ts";

export interface HostStageOptions extends HotSecondsOptions {
  readonly directory: HostDirectory;
  /** Which hosts are this partition's, by their directory id; null where all of them are. */
  readonly owns: ((host: number) => boolean) | null;
  /** The longest window of any rule, of scopes and of single hosts. */
  readonly withinSecondsMax: number;
  readonly cellsMax: number;
  readonly evidenceSlots: number;
}

/**
 * The fold of one observations partition: facts into cells, cells into covered runs, runs into the
 * series of every scope (detector.md sections 1 and 2). State depends on the set of facts only.
 */
export class HostStage implements HeatSink {
  readonly hot: HotSeconds;
  readonly evidence: EvidenceRing;
  readonly counters = new CounterStage(this);
  readonly postures = new HostPostures();
  readonly silent: SilentHosts;
  sampleSecond = 0;
  sampleRow = 0;
  sampleOs: CountedName["os"] = "linux";

  readonly #options: HostStageOptions;
  readonly #pool: CellPool;
  #nextSweepSecond = Number.NEGATIVE_INFINITY;
  /** Null where the hosts keep their numbers of the directory. */
  readonly #numbers: HostNumbers | null;
  readonly #numberOf: (id: number) => number;
  /** Infinity where no rule looks at such lines: then they cost nothing. */
  readonly #torrentRate: number;
  /** While its readings are folded. */
  #sampled: FactBatch | null = null;

  constructor(options: HostStageOptions) {
    this.#options = options;
    const numbers = options.owns === null ? null : new HostNumbers(options.owns);
    this.#numbers = numbers;
    this.#numberOf = numbers === null ? (id) => id : (id) => numbers.of(id);
    const looksAtTorrents = ((options.keptMask >>> LIMIT_TORRENT_GAUGE) & 1) === 1;
    this.#torrentRate = looksAtTorrents ? LIMITS.torrentRate : Number.POSITIVE_INFINITY;
    this.#pool = new CellPool(options.cellsMax);
    this.hot = new HotSeconds(options, this.#pool);
    this.silent = new SilentHosts(this.hot.coverage.members);
    this.evidence = new EvidenceRing(options.evidenceSlots);
  }

  get covers(): readonly Cover[] {
    return this.hot.coverage.covers;
  }

  get tracks(): Tracks {
    return this.hot.tracks;
  }

  /** Parallel to the scope definitions; those that no cover counts in stay empty. */
  get members(): readonly ScopeMembers[] {
    return this.hot.coverage.members;
  }

  /** Hosts that were ever seen. */
  get hosts(): number {
    return this.hot.hosts.size;
  }

  /** Every host's number is below; not every number below is a host's. */
  get hostsEnd(): number {
    return this.hot.hosts.end;
  }

  isSeen(host: number): boolean {
    return this.hot.hosts.isSeen(host);
  }

  get isFull(): boolean {
    return this.#pool.isFull;
  }

  directoryId(host: number): number {
    return this.#numbers === null ? host : this.#numbers.directoryId(host);
  }

  /** What a host of the directory is called here. */
  numberOf(id: number): number {
    return this.#numberOf(id);
  }

  firstTrack(host: number): number {
    return this.hot.hosts.first(host);
  }

  series(cover: number, scope: number): SecondSeries | undefined {
    return this.hot.coverage.series(cover, scope);
  }

  /** Folds the facts [from, to) of a batch. */
  fold(batch: FactBatch, from: number, to: number): void {
    const { host, timeMs, gauge, offered, suppressed } = batch;
    const hot = this.hot;
    for (let i = from; i < to; i++) {
      const id = host[i]!;
      const number = this.#numbers === null ? id : this.#numbers.of(id);
      if (number === FOREIGN) continue;
      if (!hot.hosts.isSeen(number)) this.#meet(number, id);
      const factGauge = gauge[i]!;
      const second = Math.floor(timeMs[i]! / 1_000);
      if (!hot.keeps(factGauge, second)) continue;
      const opens = hot.put(number, factGauge, second, offered[i]!, suppressed[i]!, second);
      if (opens || hot.isFirstHot(factGauge)) {
        this.evidence.recordLine(batch, i, number, factGauge, second);
      }
      if (offered[i]! >= this.#torrentRate) this.#addTorrent(batch, i, number, second);
    }
    if (batch.readings.row.length === 0) return;
    this.#sampled = batch;
    this.counters.fold(batch, from, to, this.#numberOf);
    this.#sampled = null;
  }

  /** A line that tells of so much is of a class of its own. */
  #addTorrent({ gauge, offered, suppressed }: FactBatch, i: number, host: number, second: number) {
    const isHot = suppressed[i]! > 0;
    if (gauge[i]! >= LIMIT_CLASS_COUNT || !isHot) return;
    this.hot.put(host, LIMIT_TORRENT_GAUGE, second, offered[i]!, suppressed[i]!, second);
  }

  /** What a counter says of a second: the larger of that and what is known. */
  raise(host: number, gauge: number, second: number, offered: number, excess: number): void {
    if (!this.hot.keeps(gauge, second)) return;
    const opensRun = this.hot.put(host, gauge, second, offered, excess, this.sampleSecond);
    if (!opensRun || COUNTER_CLASSES.includes(gauge) || this.#sampled === null) return;
    const text = rateText(gauge, this.sampleOs, offered, excess);
    this.evidence.recordText(this.#sampled, this.sampleRow, host, gauge, second, text);
  }

  /** The same where what was said before no longer holds. */
  set(host: number, gauge: number, second: number, offered: number, excess: number): void {
    this.hot.set(host, gauge, second, offered, excess, this.sampleSecond);
  }

  expectLine(host: number, fusion: Fusion, second: number, rate: number, isDue: boolean): void {
    this.hot.expectLine(host, fusion, second, rate, isDue, this.sampleSecond);
  }

  posture(host: number, second: number, decided: number, blind: number): void {
    const before = this.postures.of(host);
    if (!this.postures.put(host, second, decided, blind)) return;
    this.hot.coverage.countBlind(host, before, -1);
    this.hot.coverage.countBlind(host, this.postures.of(host), 1);
  }

  sampled(host: number, second: number, isFirst: boolean): void {
    if (isFirst) this.hot.coverage.countSampled(host);
    this.silent.heard(host, second);
  }

  /** What was restored beside the cells is in no count yet. */
  countRestored(): void {
    for (let host = 0; host < this.hostsEnd; host++) {
      if (!this.isSeen(host)) continue;
      if (this.counters.hosts.has(host)) this.hot.coverage.countSampled(host);
      this.hot.coverage.countBlind(host, this.postures.of(host), 1);
    }
    this.silent.countRestored();
  }

  /** Hands over every scope of a cover that changed since the last flush. */
  drainScopes(
    cover: number,
    take: (scope: number, fromSecond: number, toSecond: number, late: number) => void,
  ): void {
    this.hot.coverage.drain(cover, take);
  }

  /**
   * Log time has passed `logSecond`: earlier facts are late now, and those beyond retain are over.
   */
  pass(logSecond: number, retainSeconds: number): void {
    this.hot.pass(logSecond, retainSeconds);
    if (logSecond < this.#nextSweepSecond) return;
    this.#nextSweepSecond = logSecond + LIMITS.sweepEverySeconds;
    this.forgetBefore(logSecond - retainSeconds - 2 * this.#options.withinSecondsMax);
  }

  /**
   * The state was told before, up to `logSecond`: nothing of it needs telling but the runs that may
   * still grow, or whose end a sample may still prove.
   */
  resume(logSecond: number): void {
    for (const { changed } of this.members) changed.clear();
    this.hot.finalSecond = logSecond - 1;
    this.hot.forgetTold(logSecond - this.#options.withinSecondsMax, (host, to) => {
      const newestSecond = this.counters.hosts.newestSecond(host);
      const isProvable = logSecond - to <= LIMITS.quietProofSeconds;
      return isProvable && newestSecond <= to && newestSecond !== Number.NEGATIVE_INFINITY;
    });
  }

  /** The pool is full: the oldest hour goes, and what `retain` really covers shrinks. */
  makeRoom(stepSeconds: number): void {
    let horizon = this.hot.oldestSecond();
    while (this.isFull) {
      horizon += stepSeconds;
      this.forgetBefore(horizon);
    }
  }

  /** Forgets cells and series before `second`; returns how many cells went. */
  forgetBefore(second: number): number {
    return this.hot.forgetBefore(second);
  }

  #meet(number: number, id: number): void {
    this.hot.hosts.add(number);
    const { directory, scoping } = this.#options;
    const values = scoping.scopesOf(directory.realmOf(id), directory.nameOf(id));
    this.hot.coverage.addHost(number, values);
  }
}
