import type { Scoping } from "../../../lib/domain/scoping.ts";
import { ChunkPool } from "../scope/chunk-pool.ts";
import { SecondSeries } from "../scope/second-series.ts";
import { SeriesChunk } from "../scope/series-chunk.ts";
import type { Cover } from "./cover.ts";
import { DirtyRanges } from "./dirty-ranges.ts";
import type { HostTracks } from "./host-tracks.ts";
import type { FusedCells } from "./fused-cells.ts";
import { HotRuns } from "./hot-runs.ts";
import { ScopeMembers } from "./scope-members.ts";

/** Covers of the same gauges and window: one look at the neighbours of a second serves all. */
interface Family {
  readonly gaugeMask: number;
  readonly withinSeconds: number;
  readonly covers: readonly number[];
  /** Null where none of them has a dwell. */
  readonly runs: HotRuns | null;
}

/** One second of one gauge of one host, of which something changes. */
export interface Turn {
  host: number;
  gauge: number;
  second: number;
  /** The host's track of the gauge. */
  track: number;
  /** The hot second of that track before this one, where it is known; else NaN. */
  trackBefore: number;
  isLate: boolean;
}

/** The series of every scope of one partition: the sum of what its hosts cover. */
export class HostCoverage {
  readonly covers: readonly Cover[];
  /** Parallel to the scope definitions; those that no cover counts in stay empty. */
  readonly members: readonly ScopeMembers[];
  readonly #tracks: HostTracks;
  readonly #families: readonly Family[];
  readonly #chunks = new ChunkPool();
  readonly #chunk = new SeriesChunk(this.#chunks);
  readonly #series: (SecondSeries | undefined)[][];
  readonly #dirty: readonly DirtyRanges[];
  /** The definitions that some cover counts in. */
  readonly #counted: readonly number[];

  constructor(covers: readonly Cover[], scoping: Scoping, tracks: HostTracks) {
    this.covers = covers;
    this.#tracks = tracks;
    this.members = scoping.definitions.map(() => new ScopeMembers());
    this.#counted = [...new Set(covers.map(({ definition }) => definition))];
    this.#series = covers.map(() => []);
    this.#dirty = covers.map(() => new DirtyRanges());
    this.#families = familiesOf(covers, tracks);
  }

  /** Files a new host under its scopes. */
  addHost(host: number, values: readonly (string | null)[]): void {
    for (const counted of this.#counted) this.members[counted]!.add(host, values[counted]!);
  }

  series(cover: number, scope: number): SecondSeries | undefined {
    return this.#series[cover]![scope];
  }

  /** Hands over every scope of a cover that changed since the last flush. */
  drain(
    cover: number,
    take: (scope: number, fromSecond: number, toSecond: number, late: number) => void,
  ): void {
    this.#dirty[cover]!.drain(take);
  }

  forgetBefore(second: number): void {
    for (const byScope of this.#series) for (const series of byScope) series?.forgetBefore(second);
    for (const { runs } of this.#families) runs?.forgetBefore(second);
  }

  /** One more host of its scopes sends samples. */
  countSampled(host: number): void {
    for (const counted of this.#counted) this.members[counted]!.countSampled(host);
  }

  /** So many of its scopes' hosts have these blind spots, or no longer do. */
  countBlind(host: number, blind: number, hosts: 1 | -1): void {
    for (const counted of this.#counted) this.members[counted]!.countBlind(host, blind, hosts);
  }

  /**
   * A cell holds more than before, or less. Of a gauge that is `fused` with another only what the
   * two say together counts where a cover looks at both.
   */
  addSums(
    turn: Turn,
    offeredGrowth: number,
    suppressedGrowth: number,
    fused: FusedCells | null,
  ): void {
    const { host, gauge, second, isLate } = turn;
    for (let cover = 0; cover < this.covers.length; cover++) {
      const { gaugeMask, definition, dwellSeconds } = this.covers[cover]!;
      if (dwellSeconds > 0 || ((gaugeMask >>> gauge) & 1) === 0) continue;
      const scope = this.members[definition]!.scopeOf(host);
      if (scope < 0) continue;
      const series = this.#seriesOf(cover, scope);
      if (fused === null || !fused.isWhole(gauge, gaugeMask)) {
        series.addSums(second, offeredGrowth, suppressedGrowth);
      } else {
        const growth = fused.growth(host, gauge, second, offeredGrowth, suppressedGrowth);
        series.addSums(second, growth.offered, growth.suppressed);
      }
      this.#dirty[cover]!.mark(scope, second, second, isLate ? 1 : 0);
    }
  }

  /** The second became hot: adds what is newly covered; true where a run of some cover opens. */
  heat(turn: Turn): boolean {
    for (const counted of this.#counted) this.members[counted]!.markHot(turn.host);
    let opensRun = false;
    for (const family of this.#families) {
      if (((family.gaugeMask >>> turn.gauge) & 1) === 0) continue;
      if (this.#turn(family, turn, true)) opensRun = true;
    }
    return opensRun;
  }

  /** The second is no longer hot: takes back what only it covered. */
  cool(turn: Turn): void {
    for (const family of this.#families) {
      if (((family.gaugeMask >>> turn.gauge) & 1) === 1) this.#turn(family, turn, false);
    }
  }

  #turn(family: Family, turn: Turn, isHot: boolean): boolean {
    const { withinSeconds, gaugeMask, runs } = family;
    const { host, second, track, trackBefore } = turn;
    const tracks = this.#tracks;
    tracks.findNeighbours(host, gaugeMask, second, track, trackBefore);
    // Another class of the family made this second hot already: nothing changes hands.
    if (tracks.isHotAt) return false;
    const { hotBefore, hotAfter } = tracks;
    const from = Math.max(second, hotBefore + withinSeconds);
    const to = Math.min(second + withinSeconds, hotAfter);
    // The seconds around it cover all that it would.
    if (from >= to) return false;
    const isLinked = second - hotBefore <= withinSeconds || hotAfter - second <= withinSeconds;
    // A second alone has lasted for nothing: most of them need no look at their run.
    let runFrom = second;
    let runTo = second + withinSeconds;
    if (runs !== null && isLinked) {
      const run = runs.around(host, second, hotAfter !== Number.POSITIVE_INFINITY);
      runFrom = run.from;
      runTo = run.to;
    }
    if (!isHot) runs?.forget(host);
    for (const cover of family.covers) {
      const { definition, dwellSeconds } = this.covers[cover]!;
      const scope = this.members[definition]!.scopeOf(host);
      if (scope < 0) continue;
      const isDwell = dwellSeconds > 0;
      // A run dwells from its first second so late that it had lasted long enough by then.
      if (isDwell && runTo - withinSeconds < runFrom + dwellSeconds) continue;
      const wasBefore = isDwell && hotBefore >= runFrom + dwellSeconds;
      const wasAfter = isDwell && runTo - withinSeconds >= hotAfter + dwellSeconds;
      const start = !isDwell || wasBefore ? from : runFrom + dwellSeconds;
      const end = isDwell ? (wasAfter ? hotAfter + dwellSeconds : runTo) : to;
      const goesOn = isDwell ? wasBefore : from > second;
      const series = this.#seriesOf(cover, scope);
      if (!isHot) {
        // Stretches that only touch may have been one: where they part, one ends and one begins.
        const isLeft = isDwell ? wasBefore : hotBefore + withinSeconds >= second;
        const isRight = isDwell ? wasAfter : hotAfter <= second + withinSeconds;
        series.removeInterval(start, end, isLeft, isRight);
      } else if (goesOn) series.extendInterval(start, end);
      else series.addInterval(start, end);
      this.#dirty[cover]!.mark(scope, Math.min(second, start), end, 0);
    }
    return from === second;
  }

  #seriesOf(cover: number, scope: number): SecondSeries {
    return (this.#series[cover]![scope] ??= new SecondSeries(this.#chunks, this.#chunk));
  }
}

function familiesOf(covers: readonly Cover[], tracks: HostTracks): Family[] {
  const families = new Map<string, { cover: Cover; covers: number[]; reach: number }>();
  covers.forEach((cover, number) => {
    const { gaugeMask, withinSeconds, dwellSeconds } = cover;
    const key = `${gaugeMask}/${withinSeconds}`;
    const family = families.get(key) ?? { cover, covers: [], reach: 0 };
    family.covers.push(number);
    family.reach = Math.max(family.reach, dwellSeconds);
    families.set(key, family);
  });
  return [...families.values()].map(
    ({ cover: { gaugeMask, withinSeconds }, covers: own, reach }) => {
      const runs = reach === 0 ? null : new HotRuns(tracks, gaugeMask, withinSeconds, reach);
      return { gaugeMask, withinSeconds, covers: own, runs };
    },
  );
}
