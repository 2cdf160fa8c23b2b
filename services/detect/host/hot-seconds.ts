import { type Fusion, FUSED_MASK } from "../../../lib/domain/fusion.ts";
import { LINE_MISSING_GAUGE } from "../../../lib/domain/gauge.ts";
import type { Scoping } from "../../../lib/domain/scoping.ts";
import { LIMITS } from "../limits.ts";
import type { CellPool } from "./cell-pool.ts";
import type { Cover } from "./cover.ts";
import { DirtyRanges } from "./dirty-ranges.ts";
import { FusedCells } from "./fused-cells.ts";
import { HostCoverage, type Turn } from "./host-coverage.ts";
import { HostTracks } from "./host-tracks.ts";
import { NO_TRACK } from "./track-cells.ts";
import type { Tracks } from "./tracks.ts";

export interface HotSecondsOptions {
  readonly covers: readonly Cover[];
  readonly scoping: Scoping;
  /** Gauges of the rules whose scope is the single host; 0 where there is none. */
  readonly hostRuleMask: number;
  /** Gauges whose cells are kept: all of them where rules may change, else those of the rules. */
  readonly keptMask: number;
}

/**
 * Which seconds of which hosts are hot. What is said of a second becomes its cell, and where that
 * makes it hot or cool, the covered runs and the series of every scope follow.
 */
export class HotSeconds {
  readonly hosts: HostTracks;
  readonly tracks: Tracks;
  readonly coverage: HostCoverage;
  readonly fused: FusedCells;
  /** Hosts of which something changed that rules of single hosts look at. */
  readonly dirty = new DirtyRanges();
  /** Seconds of hosts that are no longer hot: what was told of them must be taken back. */
  readonly cooled = new DirtyRanges();
  /** What was said of seconds before the horizon, and changed nothing. */
  beyondRetain = 0;
  horizonSecond = 0;
  /** Up to here log time has passed; what is said of earlier seconds is late. */
  finalSecond = Number.NEGATIVE_INFINITY;

  readonly #hostRuleMask: number;
  readonly #keptMask: number;
  /** One object for all facts. */
  readonly #turn: Turn = {
    host: 0,
    gauge: 0,
    second: 0,
    track: 0,
    trackBefore: Number.NaN,
    isLate: false,
  };

  constructor(options: HotSecondsOptions, pool: CellPool) {
    this.#hostRuleMask = options.hostRuleMask;
    this.#keptMask = options.keptMask;
    this.hosts = new HostTracks(pool);
    this.tracks = this.hosts.tracks;
    this.coverage = new HostCoverage(options.covers, options.scoping, this.hosts);
    this.fused = new FusedCells(this.hosts);
  }

  /** Whether anything said of that second of a gauge can change something. */
  keeps(gauge: number, second: number): boolean {
    if (gauge < 0 || ((this.#keptMask >>> gauge) & 1) === 0) return false;
    if (second >= this.horizonSecond && second <= LIMITS.secondMax) return true;
    this.beyondRetain += 1;
    return false;
  }

  /**
   * The larger of what is known of a second and this; true where it opens a run of some cover.
   * `saidSecond` is when it was said, which may be later.
   */
  put(
    host: number,
    gauge: number,
    second: number,
    offered: number,
    suppressed: number,
    saidSecond: number,
  ): boolean {
    const track = this.hosts.of(host, gauge);
    this.tracks.put(track, second, offered, suppressed);
    return this.#follow(host, gauge, second, track, saidSecond);
  }

  /** Whether the last `put` was the first to make its second hot for a rule of single hosts. */
  isFirstHot(gauge: number): boolean {
    return this.tracks.becameHot && ((this.#hostRuleMask >>> gauge) & 1) === 1;
  }

  /** Exactly this, where what was said before no longer holds. */
  set(
    host: number,
    gauge: number,
    second: number,
    offered: number,
    excess: number,
    saidSecond: number,
  ): void {
    if (!this.keeps(gauge, second)) return;
    const { tracks } = this;
    const known = this.hosts.find(host, gauge);
    if (known === NO_TRACK && excess === 0) return;
    const track = known === NO_TRACK ? this.hosts.of(host, gauge) : known;
    tracks.set(track, second, offered, excess);
    if (tracks.becameCool) this.cooled.mark(host, second, second, 0);
    this.#follow(host, gauge, second, track, saidSecond);
  }

  /** A counter says that there must be a line, or no longer does. */
  expectLine(
    host: number,
    fusion: Fusion,
    second: number,
    rate: number,
    isDue: boolean,
    saidSecond: number,
  ): void {
    const isMissing = isDue && !this.fused.hasLine(host, fusion, second);
    this.set(host, LINE_MISSING_GAUGE, second, rate, isMissing ? 1 : 0, saidSecond);
  }

  /** Log time has passed `logSecond`: what is said of earlier seconds is late, or beyond retain. */
  pass(logSecond: number, retainSeconds: number): void {
    // The second in which log time stands has not passed.
    this.finalSecond = logSecond - 1;
    this.#setHorizon(logSecond - retainSeconds);
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
    this.#setHorizon(second);
    let forgotten = 0;
    for (let track = 0; track < this.tracks.size; track++) {
      forgotten += this.tracks.forgetBefore(track, second);
    }
    this.coverage.forgetBefore(second);
    return forgotten;
  }

  /**
   * All was told, but for the runs that were still open at `openFrom`, and others that are waited
   * for: of a host, by its last hot second.
   */
  forgetTold(openFrom: number, isWaitedFor: (host: number, to: number) => boolean): void {
    this.coverage.covers.forEach((_, cover) => this.coverage.drain(cover, () => undefined));
    this.cooled.drain(() => undefined);
    const recent: number[] = [];
    this.dirty.drain((host, _from, to) => recent.push(host, to));
    for (let i = 0; i < recent.length; i += 2) {
      const [host, to] = [recent[i]!, recent[i + 1]!];
      // All of that stretch: its classes may have ended at different seconds.
      if (to < openFrom && !isWaitedFor(host, to)) continue;
      this.dirty.mark(host, Math.min(openFrom, to), to, 0);
    }
  }

  #setHorizon(second: number): void {
    if (second > this.horizonSecond) this.horizonSecond = second;
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
    this.coverage.addSums(turn, offeredGrowth, suppressedGrowth, isFused ? this.fused : null);
    if (((this.#hostRuleMask >>> gauge) & 1) === 1) {
      this.dirty.mark(host, second, second, turn.isLate ? 1 : 0);
    }
    if (becameCool) this.coverage.cool(turn);
    if (!becameHot) return false;
    const opensRun = this.coverage.heat(turn);
    if (isFused) this.#answer(host, gauge, second, saidSecond);
    return opensRun;
  }

  /** A line has come that was missed. */
  #answer(host: number, gauge: number, second: number, saidSecond: number): void {
    for (const missing of this.fused.answered(host, gauge, second)) {
      this.set(host, LINE_MISSING_GAUGE, missing, 0, 0, saidSecond);
    }
    // What opened a run is asked for afterwards.
    this.tracks.becameHot = true;
  }
}
