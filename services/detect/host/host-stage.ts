import type { FactBatch } from "../../../lib/domain/fact-batch.ts";
import { type Fusion, FUSED_MASK } from "../../../lib/domain/fusion.ts";
import { LINE_MISSING_GAUGE, SURGE_GAUGE } from "../../../lib/domain/gauge.ts";
import { type CountedName, rateText } from "../../../lib/domain/counted.ts";
import type { HostDirectory } from "../../../lib/domain/host-directory.ts";
import type { Scoping } from "../../../lib/domain/scoping.ts";
import type { SecondSeries } from "../scope/second-series.ts";
import { LIMITS } from "../limits.ts";
import { FusedCells } from "./fused-cells.ts";
import { HostPostures } from "./host-postures.ts";
import { CellPool } from "./cell-pool.ts";
import { CounterStage, type HeatSink } from "./counter-stage.ts";
import type { Cover } from "./cover.ts";
import { DirtyRanges } from "./dirty-ranges.ts";
import { EvidenceRing } from "./evidence-ring.ts";
import { HostCoverage, type Turn } from "./host-coverage.ts";
import { FOREIGN, HostNumbers } from "./host-numbers.ts";
import { HostTracks } from "./host-tracks.ts";
import type { ScopeMembers } from "./scope-members.ts";
import { NO_TRACK } from "./track-cells.ts";
import type { Tracks } from "./tracks.ts";

export interface HostStageOptions {
  readonly covers: readonly Cover[];
  readonly scoping: Scoping;
  readonly directory: HostDirectory;
  /** Which hosts are this partition's, by their directory id; null where all of them are. */
  readonly owns: ((host: number) => boolean) | null;
  /** Gauges of the rules whose scope is the single host; 0 where there is none. */
  readonly hostRuleMask: number;
  /** Gauges whose cells are kept: all of them where rules may change, else those of the rules. */
  readonly keptMask: number;
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
  readonly covers: readonly Cover[];
  readonly evidence: EvidenceRing;
  readonly counters = new CounterStage(this);
  readonly postures = new HostPostures();
  readonly dirtyHosts = new DirtyRanges();
  /** Seconds of hosts that are no longer hot: what was told of them must be taken back. */
  readonly cooledHosts = new DirtyRanges();
  sampleSecond = 0;
  sampleRow = 0;
  sampleOs: CountedName["os"] = "linux";
  /** Facts older than the horizon, which changed nothing. */
  beyondRetain = 0;
  /** Up to here log time has passed; facts of earlier seconds are late. */
  finalSecond = Number.NEGATIVE_INFINITY;

  readonly #options: HostStageOptions;
  readonly #pool: CellPool;
  readonly #hostTracks: HostTracks;
  readonly #coverage: HostCoverage;
  readonly fused: FusedCells;
  #horizonSecond = 0;
  #nextSweepSecond = Number.NEGATIVE_INFINITY;
  /** Null where the hosts keep their numbers of the directory. */
  readonly #numbers: HostNumbers | null;
  readonly #numberOf: (id: number) => number;
  /** While its readings are folded. */
  #sampled: FactBatch | null = null;
  /** One object for all facts. */
  readonly #turn: Turn = {
    host: 0,
    gauge: 0,
    second: 0,
    track: 0,
    trackBefore: Number.NaN,
    isLate: false,
  };

  constructor(options: HostStageOptions) {
    this.#options = options;
    const numbers = options.owns === null ? null : new HostNumbers(options.owns);
    this.#numbers = numbers;
    this.#numberOf = numbers === null ? (id) => id : (id) => numbers.of(id);
    this.covers = options.covers;
    this.#pool = new CellPool(options.cellsMax);
    this.#hostTracks = new HostTracks(this.#pool);
    this.#coverage = new HostCoverage(options.covers, options.scoping, this.#hostTracks);
    this.fused = new FusedCells(this.#hostTracks);
    this.evidence = new EvidenceRing(options.evidenceSlots);
  }

  get tracks(): Tracks {
    return this.#hostTracks.tracks;
  }

  /** Parallel to the scope definitions; those that no cover counts in stay empty. */
  get members(): readonly ScopeMembers[] {
    return this.#coverage.members;
  }

  /** Hosts that were ever seen. */
  get hosts(): number {
    return this.#hostTracks.size;
  }

  /** Every host's number is below; not every number below is a host's. */
  get hostsEnd(): number {
    return this.#hostTracks.end;
  }

  isSeen(host: number): boolean {
    return this.#hostTracks.isSeen(host);
  }

  get isFull(): boolean {
    return this.#pool.isFull;
  }

  get horizonSecond(): number {
    return this.#horizonSecond;
  }

  directoryId(host: number): number {
    return this.#numbers === null ? host : this.#numbers.directoryId(host);
  }

  /** What a host of the directory is called here. */
  numberOf(id: number): number {
    return this.#numberOf(id);
  }

  firstTrack(host: number): number {
    return this.#hostTracks.first(host);
  }

  series(cover: number, scope: number): SecondSeries | undefined {
    return this.#coverage.series(cover, scope);
  }

  /** Facts before `second` change nothing from here on. */
  setHorizon(second: number): void {
    if (second > this.#horizonSecond) this.#horizonSecond = second;
  }

  /** Folds the facts [from, to) of a batch. */
  fold(batch: FactBatch, from: number, to: number): void {
    const { host, timeMs, gauge, offered, suppressed } = batch;
    for (let i = from; i < to; i++) {
      const id = host[i]!;
      const number = this.#numbers === null ? id : this.#numbers.of(id);
      if (number === FOREIGN) continue;
      if (!this.#hostTracks.isSeen(number)) this.#meet(number, id);
      const factGauge = gauge[i]!;
      if (factGauge < 0 || ((this.#options.keptMask >>> factGauge) & 1) === 0) continue;
      const second = Math.floor(timeMs[i]! / 1_000);
      if (this.#isBeyond(second)) continue;
      const { hostRuleMask } = this.#options;
      const opens = this.#put(number, factGauge, second, offered[i]!, suppressed[i]!, second);
      const isFirstHot = this.tracks.becameHot && ((hostRuleMask >>> factGauge) & 1) === 1;
      if (opens || isFirstHot) this.evidence.recordLine(batch, i, number, factGauge, second);
    }
    if (batch.readings.row.length === 0) return;
    this.#sampled = batch;
    this.counters.fold(batch, from, to, this.#numberOf);
    this.#sampled = null;
  }

  /** What a counter says of a second: the larger of that and what is known. */
  raise(host: number, gauge: number, second: number, offered: number, excess: number): void {
    if (((this.#options.keptMask >>> gauge) & 1) === 0 || this.#isBeyond(second)) return;
    const opensRun = this.#put(host, gauge, second, offered, excess, this.sampleSecond);
    if (!opensRun || gauge === SURGE_GAUGE || this.#sampled === null) return;
    const text = rateText(gauge, this.sampleOs, offered, excess);
    this.evidence.recordText(this.#sampled, this.sampleRow, host, gauge, second, text);
  }

  /** The same where what was said before no longer holds. */
  set(host: number, gauge: number, second: number, offered: number, excess: number): void {
    if (((this.#options.keptMask >>> gauge) & 1) === 0 || this.#isBeyond(second)) return;
    const { tracks } = this;
    const known = this.#hostTracks.find(host, gauge);
    if (known === NO_TRACK && excess === 0) return;
    const track = known === NO_TRACK ? this.#hostTracks.of(host, gauge) : known;
    tracks.set(track, second, offered, excess);
    if (tracks.becameCool) this.cooledHosts.mark(host, second, second, 0);
    this.#follow(host, gauge, second, track, this.sampleSecond);
  }

  /** A counter says that there must be a line, or no longer does. */
  expectLine(host: number, fusion: Fusion, second: number, rate: number, isDue: boolean): void {
    const isMissing = isDue && !this.fused.hasLine(host, fusion, second);
    this.set(host, LINE_MISSING_GAUGE, second, rate, isMissing ? 1 : 0);
  }

  posture(host: number, second: number, decided: number, blind: number): void {
    const before = this.postures.of(host);
    if (!this.postures.put(host, second, decided, blind)) return;
    this.#coverage.countBlind(host, before, -1);
    this.#coverage.countBlind(host, this.postures.of(host), 1);
  }

  sampled(host: number): void {
    this.#coverage.countSampled(host);
  }

  /** What was restored beside the cells is in no count yet. */
  countRestored(): void {
    for (let host = 0; host < this.hostsEnd; host++) {
      if (!this.isSeen(host) || !this.counters.hosts.has(host)) continue;
      this.#coverage.countSampled(host);
      this.#coverage.countBlind(host, this.postures.of(host), 1);
    }
  }

  /** Hands over every scope of a cover that changed since the last flush. */
  drainScopes(
    cover: number,
    take: (scope: number, fromSecond: number, toSecond: number, late: number) => void,
  ): void {
    this.#coverage.drain(cover, take);
  }

  /**
   * Log time has passed `logSecond`: earlier facts are late now, and those beyond retain are over.
   */
  pass(logSecond: number, retainSeconds: number): void {
    // The second in which log time stands has not passed.
    this.finalSecond = logSecond - 1;
    this.setHorizon(logSecond - retainSeconds);
    if (logSecond < this.#nextSweepSecond) return;
    this.#nextSweepSecond = logSecond + LIMITS.sweepEverySeconds;
    this.forgetBefore(logSecond - retainSeconds - 2 * this.#options.withinSecondsMax);
  }

  /**
   * The state was told before, up to `logSecond`: nothing of it needs telling but the runs that may
   * still grow, whose end somebody waits for.
   */
  resume(logSecond: number): void {
    this.finalSecond = logSecond - 1;
    this.covers.forEach((_, cover) => this.#coverage.drain(cover, () => undefined));
    this.cooledHosts.drain(() => undefined);
    const openFrom = logSecond - this.#options.withinSecondsMax;
    const recent: number[] = [];
    this.dirtyHosts.drain((host, _from, to) => recent.push(host, to));
    for (let i = 0; i < recent.length; i += 2) {
      const [host, to] = [recent[i]!, recent[i + 1]!];
      // All of that stretch: its classes may have ended at different seconds.
      if (to >= openFrom) this.dirtyHosts.mark(host, openFrom, to, 0);
    }
  }

  /** The pool is full: the oldest hour goes, and what `retain` really covers shrinks. */
  makeRoom(stepSeconds: number): void {
    let horizon = this.oldestSecond();
    while (this.isFull) {
      horizon += stepSeconds;
      this.forgetBefore(horizon);
    }
  }

  /** The oldest second of any cell; infinity without cells. */
  oldestSecond(): number {
    let oldest = Number.POSITIVE_INFINITY;
    for (let track = 0; track < this.tracks.size; track++) {
      oldest = Math.min(oldest, this.tracks.oldestSecond(track));
    }
    return oldest;
  }

  /** Forgets cells and series before `second`; returns how many cells went. */
  forgetBefore(second: number): number {
    this.setHorizon(second);
    let forgotten = 0;
    for (let track = 0; track < this.tracks.size; track++) {
      forgotten += this.tracks.forgetBefore(track, second);
    }
    this.#coverage.forgetBefore(second);
    return forgotten;
  }

  #isBeyond(second: number): boolean {
    if (second >= this.#horizonSecond && second <= LIMITS.secondMax) return false;
    this.beyondRetain += 1;
    return true;
  }

  /** True where the fact opens a run of some cover. */
  #put(
    host: number,
    gauge: number,
    second: number,
    offered: number,
    suppressed: number,
    saidSecond: number,
  ): boolean {
    const track = this.#hostTracks.of(host, gauge);
    this.tracks.put(track, second, offered, suppressed);
    return this.#follow(host, gauge, second, track, saidSecond);
  }

  /** What a cell that was just written changes beyond itself; true where it opens a run. */
  #follow(host: number, gauge: number, second: number, track: number, saidSecond: number): boolean {
    const { tracks } = this;
    const { offeredGrowth, suppressedGrowth, becameHot, becameCool } = tracks;
    if (offeredGrowth === 0 && suppressedGrowth === 0) return false;
    const turn = this.#turn;
    turn.host = host;
    turn.gauge = gauge;
    turn.second = second;
    turn.track = track;
    // Kept before another look at tracks overwrites it; the newest cell needs no search.
    turn.trackBefore = tracks.isNewest ? tracks.hotBefore : Number.NaN;
    turn.isLate = saidSecond <= this.finalSecond;
    const isFused = ((FUSED_MASK >>> gauge) & 1) === 1;
    this.#coverage.addSums(turn, offeredGrowth, suppressedGrowth, isFused ? this.fused : null);
    if (((this.#options.hostRuleMask >>> gauge) & 1) === 1) {
      this.dirtyHosts.mark(host, second, second, turn.isLate ? 1 : 0);
    }
    if (becameCool) this.#coverage.cool(turn);
    if (!becameHot) return false;
    const opensRun = this.#coverage.heat(turn);
    if (isFused) this.#answer(host, gauge, second);
    return opensRun;
  }

  /** A line has come that was missed. */
  #answer(host: number, gauge: number, second: number): void {
    for (const missing of this.fused.answered(host, gauge, second)) {
      this.set(host, LINE_MISSING_GAUGE, missing, 0, 0);
    }
    // What opened a run is asked for afterwards.
    this.tracks.becameHot = true;
  }

  #meet(number: number, id: number): void {
    this.#hostTracks.add(number);
    const { directory, scoping } = this.#options;
    const values = scoping.scopesOf(directory.realmOf(id), directory.nameOf(id));
    this.#coverage.addHost(number, values);
  }
}
