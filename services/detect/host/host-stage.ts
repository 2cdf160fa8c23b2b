import type { FactBatch } from "../../../lib/domain/fact-batch.ts";
import type { HostDirectory } from "../../../lib/domain/host-directory.ts";
import type { Scoping } from "../../../lib/domain/scoping.ts";
import { ChunkPool } from "../scope/chunk-pool.ts";
import { SecondSeries } from "../scope/second-series.ts";
import { SeriesChunk } from "../scope/series-chunk.ts";
import { LIMITS } from "../limits.ts";
import { CellPool } from "./cell-pool.ts";
import type { Cover } from "./cover.ts";
import { DirtyRanges } from "./dirty-ranges.ts";
import { EvidenceRing } from "./evidence-ring.ts";
import { FOREIGN, HostNumbers } from "./host-numbers.ts";
import { ScopeMembers } from "./scope-members.ts";
import { NEVER_AFTER, NEVER_BEFORE, NO_TRACK, Tracks } from "./tracks.ts";

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

/** Where a host's first track stands before its first fact. */
const UNSEEN = -2;

/**
 * The fold of one observations partition: facts into cells, cells into covered runs, runs into the
 * series of every scope (detector.md sections 1 and 2). State depends on the set of facts only.
 */
export class HostStage {
  readonly covers: readonly Cover[];
  readonly tracks: Tracks;
  readonly evidence: EvidenceRing;
  /** Parallel to the scope definitions; those that no cover counts in stay empty. */
  readonly members: readonly ScopeMembers[];
  readonly dirtyHosts = new DirtyRanges();
  /** Facts older than the horizon, which changed nothing. */
  beyondRetain = 0;
  /** Up to here log time has passed; facts of earlier seconds are late. */
  finalSecond = Number.NEGATIVE_INFINITY;

  readonly #options: HostStageOptions;
  readonly #pool: CellPool;
  readonly #chunks = new ChunkPool();
  readonly #chunk = new SeriesChunk(this.#chunks);
  readonly #series: (SecondSeries | undefined)[][];
  readonly #dirtyScopes: readonly DirtyRanges[];
  /** The definitions that some cover counts in. */
  readonly #counted: readonly number[];
  #horizonSecond = 0;
  #nextSweepSecond = Number.NEGATIVE_INFINITY;
  #size = 0;
  /** Null where the hosts keep their numbers of the directory. */
  readonly #numbers: HostNumbers | null;
  #firstTrack = new Int32Array(1_024).fill(UNSEEN);

  constructor(options: HostStageOptions) {
    this.#options = options;
    this.#numbers = options.owns === null ? null : new HostNumbers(options.owns);
    this.covers = options.covers;
    this.#pool = new CellPool(options.cellsMax);
    this.tracks = new Tracks(this.#pool);
    this.evidence = new EvidenceRing(options.evidenceSlots);
    this.members = options.scoping.definitions.map(() => new ScopeMembers());
    this.#counted = [...new Set(options.covers.map(({ definition }) => definition))];
    this.#series = options.covers.map(() => []);
    this.#dirtyScopes = options.covers.map(() => new DirtyRanges());
  }

  /** Hosts that were ever seen. */
  get hosts(): number {
    return this.#size;
  }

  /** Every host's number is below; not every number below is a host's. */
  get hostsEnd(): number {
    return this.#firstTrack.length;
  }

  isSeen(host: number): boolean {
    return this.#firstTrack[host] !== UNSEEN;
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

  firstTrack(host: number): number {
    return this.#firstTrack[host]!;
  }

  series(cover: number, scope: number): SecondSeries | undefined {
    return this.#series[cover]![scope];
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
      if (number >= this.#firstTrack.length || this.#firstTrack[number] === UNSEEN) {
        this.#meet(number, id);
      }
      const factGauge = gauge[i]!;
      if (factGauge < 0 || ((this.#options.keptMask >>> factGauge) & 1) === 0) continue;
      const second = Math.floor(timeMs[i]! / 1_000);
      if (second < this.#horizonSecond || second > LIMITS.secondMax) {
        this.beyondRetain += 1;
        continue;
      }
      this.#foldFact(batch, i, number, factGauge, second, offered[i]!, suppressed[i]!);
    }
  }

  /** Hands over every scope of a cover that changed since the last flush. */
  drainScopes(
    cover: number,
    take: (scope: number, fromSecond: number, toSecond: number, late: number) => void,
  ): void {
    this.#dirtyScopes[cover]!.drain(take);
  }

  /**
   * Log time has passed `logSecond`: earlier facts are late now, and those beyond retain are over.
   */
  pass(logSecond: number, retainSeconds: number): void {
    this.finalSecond = logSecond;
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
    this.finalSecond = logSecond;
    for (const dirty of this.#dirtyScopes) dirty.drain(() => undefined);
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
    for (const byScope of this.#series) for (const series of byScope) series?.forgetBefore(second);
    return forgotten;
  }

  #foldFact(
    batch: FactBatch,
    index: number,
    host: number,
    gauge: number,
    second: number,
    offered: number,
    suppressed: number,
  ): void {
    const tracks = this.tracks;
    let track = this.#firstTrack[host]!;
    while (track !== NO_TRACK && tracks.gauge(track) !== gauge) track = tracks.next(track);
    if (track === NO_TRACK) {
      track = tracks.add(gauge, this.#firstTrack[host]!);
      this.#firstTrack[host] = track;
    }
    tracks.put(track, second, offered, suppressed);
    const offeredGrowth = tracks.offeredGrowth;
    const suppressedGrowth = tracks.suppressedGrowth;
    if (offeredGrowth === 0 && suppressedGrowth === 0) return;
    const becameHot = tracks.becameHot;
    // Kept before another look at tracks overwrites it; the newest cell needs no search.
    const ownBefore = tracks.isNewest ? tracks.hotBefore : Number.NaN;
    if (becameHot) for (const counted of this.#counted) this.members[counted]!.markHot(host);
    let opensRun = false;
    for (let cover = 0; cover < this.covers.length; cover++) {
      const { gaugeMask, definition, withinSeconds } = this.covers[cover]!;
      if (((gaugeMask >>> gauge) & 1) === 0) continue;
      const scope = this.members[definition]!.scopeOf(host);
      if (scope < 0) continue;
      const series = (this.#series[cover]![scope] ??= new SecondSeries(this.#chunks, this.#chunk));
      series.addSums(second, offeredGrowth, suppressedGrowth);
      const opens =
        becameHot && this.#coverSecond(cover, scope, series, host, track, ownBefore, second);
      const until = becameHot ? second + withinSeconds : second;
      this.#dirtyScopes[cover]!.mark(scope, second, until, second <= this.finalSecond ? 1 : 0);
      opensRun ||= opens;
    }
    if (((this.#options.hostRuleMask >>> gauge) & 1) === 1) {
      this.dirtyHosts.mark(host, second, second, second <= this.finalSecond ? 1 : 0);
      opensRun ||= becameHot;
    }
    if (opensRun) this.#keepLine(batch, index, host, gauge, second);
  }

  /** Keeps the first line of a run, to be quoted. */
  #keepLine(batch: FactBatch, index: number, host: number, gauge: number, second: number): void {
    const start = batch.textStart[index]!;
    const bytes = start < 0 ? batch.quotes[-1 - start]! : batch.bytes;
    const from = start < 0 ? 0 : start;
    const line = batch.line[index]!;
    const to = batch.textEnd[index]!;
    const origin = batch.origins[batch.origin[index]!] ?? "";
    this.evidence.record(host, second, gauge, origin, line, bytes, from, to);
  }

  /** Adds the newly covered stretch of a second that became hot; true when it opens a run. */
  #coverSecond(
    coverNumber: number,
    scope: number,
    series: SecondSeries,
    host: number,
    ownTrack: number,
    ownBefore: number,
    second: number,
  ): boolean {
    const { gaugeMask, withinSeconds } = this.covers[coverNumber]!;
    const tracks = this.tracks;
    let before = NEVER_BEFORE;
    let after = NEVER_AFTER;
    for (let track = this.#firstTrack[host]!; track !== NO_TRACK; track = tracks.next(track)) {
      if (((gaugeMask >>> tracks.gauge(track)) & 1) === 0) continue;
      if (track === ownTrack && !Number.isNaN(ownBefore)) {
        if (ownBefore > before) before = ownBefore;
        continue;
      }
      tracks.findNeighbours(track, second);
      // Another class of the family made this second hot already: nothing is newly covered.
      if (track !== ownTrack && tracks.isHotAt) return false;
      if (tracks.hotBefore > before) before = tracks.hotBefore;
      if (tracks.hotAfter < after) after = tracks.hotAfter;
    }
    const from = Math.max(second, before + withinSeconds);
    const to = Math.min(second + withinSeconds, after);
    if (from >= to) return false;
    const opensRun = from === second;
    if (opensRun) series.addInterval(from, to);
    else series.extendInterval(from, to);
    return opensRun;
  }

  #meet(number: number, id: number): void {
    if (number >= this.#firstTrack.length) this.#growHosts(number);
    this.#size += 1;
    this.#firstTrack[number] = NO_TRACK;
    const { directory, scoping } = this.#options;
    const values = scoping.scopesOf(directory.realmOf(id), directory.nameOf(id));
    for (const counted of this.#counted) this.members[counted]!.add(number, values[counted]!);
  }

  #growHosts(number: number): void {
    const length = Math.max(this.#firstTrack.length * 2, number + 1);
    const firstTrack = new Int32Array(length).fill(UNSEEN);
    firstTrack.set(this.#firstTrack);
    this.#firstTrack = firstTrack;
  }
}
