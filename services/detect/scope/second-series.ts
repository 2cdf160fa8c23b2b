import type { ChunkPool } from "./chunk-pool.ts";
import type { VisitRow } from "./chunk-rows.ts";
import { SeriesChunk } from "./series-chunk.ts";
import type { SeriesView } from "./series-view.ts";

const UINT32_VALUES = 2 ** 32;
/** Chunks that are passed one by one before a binary search is cheaper. */
const STEPS_MAX = 8;

/**
 * What one partition knows of one scope, second by second, stored where something changes: how many
 * more hosts cover this second than the one before (detector.md section 2), and the sums of the
 * cells in it. Adding is commutative, so any order of facts gives the same series.
 */
export class SecondSeries implements SeriesView {
  readonly #pool: ChunkPool;
  readonly #chunk: SeriesChunk;
  /** Where each chunk begins: ascending, the first before all time; the last has no end. */
  readonly #froms = [Number.NEGATIVE_INFINITY];
  readonly #chunks: number[];
  /** The chunk that was found last; nearly always the one that is looked for. */
  #recent = 0;
  /** What the sums of a second hold above 32 bits; null where none ever did. */
  #above: Map<number, { offered: number; suppressed: number }> | null = null;

  /** `chunk` may be shared by all series of the pool. */
  constructor(pool: ChunkPool, chunk = new SeriesChunk(pool)) {
    this.#pool = pool;
    this.#chunk = chunk;
    this.#chunks = [chunk.create(0)];
  }

  /** More responses wanted and withheld in one second, or fewer. */
  addSums(second: number, offered: number, suppressed: number): void {
    const chunk = this.#withRoom(second);
    if (chunk.addSums(second, offered, suppressed)) this.#carryAbove(second, offered, suppressed);
  }

  /** One more host covers [fromSecond, toSecond). */
  addInterval(fromSecond: number, toSecond: number): void {
    const one = this.#chunkOfBoth(fromSecond, toSecond);
    if (one !== null) {
      one.open(fromSecond, 1);
      one.close(toSecond, 1);
      return;
    }
    // Chunks split before anything changes: half a change would count on one side only.
    this.#withRoom(fromSecond);
    this.#withRoom(toSecond);
    const last = this.#recent;
    const first = this.#indexOf(fromSecond);
    this.#chunkAt(first).open(fromSecond, 1);
    this.#close(first, last, toSecond);
  }

  /**
   * A host that was covered up to `fromSecond` stays so up to `toSecond`: its closing moves, and no
   * opening in the future makes those of now shift rows.
   */
  extendInterval(fromSecond: number, toSecond: number): void {
    const one = this.#chunkOfBoth(fromSecond, toSecond);
    if (one !== null) {
      one.close(fromSecond, -1);
      one.close(toSecond, 1);
      return;
    }
    this.#withRoom(fromSecond);
    this.#withRoom(toSecond);
    const last = this.#recent;
    const first = this.#indexOf(fromSecond);
    this.#chunkAt(first).close(fromSecond, -1);
    this.#close(first, last, toSecond);
  }

  /**
   * A host no longer covers [fromSecond, toSecond). Where it goes on before or behind, that part
   * ends or begins there: openings and closings stay balanced, and no row goes below zero.
   */
  removeInterval(
    fromSecond: number,
    toSecond: number,
    isCoveredBefore: boolean,
    isCoveredAfter: boolean,
  ): void {
    this.#withRoom(fromSecond);
    this.#withRoom(toSecond);
    const last = this.#recent;
    const first = this.#indexOf(fromSecond);
    const start = this.#chunkAt(first);
    if (isCoveredBefore) start.close(fromSecond, 1);
    else start.open(fromSecond, -1);
    const end = this.#chunkAt(last);
    if (isCoveredAfter) end.open(toSecond, 1);
    else end.close(toSecond, -1);
    for (let index = last; index > first; index--) this.#chunkAt(index).carry(-1);
  }

  /** Hosts that cover `second`. */
  countAt(second: number): number {
    return this.#chunkAt(this.#indexOf(second)).countUpTo(second);
  }

  /**
   * No second in [fromSecond, toSecond] is covered by more hosts than this. It takes all who cover
   * any of it for there at once: cheap, and enough to tell that a scope is quiet.
   */
  mostBetween(fromSecond: number, toSecond: number): number {
    const last = this.#indexOf(toSecond);
    let most = this.#chunkAt(last).left;
    for (let index = last; index >= 0; index--) {
      const chunk = this.#chunkAt(index);
      most += chunk.mostFrom(fromSecond) - chunk.left;
      if (this.#froms[index]! <= fromSecond) break;
    }
    return most;
  }

  /** Calls `visit` for each second in [fromSecond, toSecond] in which the count changes. */
  visitChanges(
    fromSecond: number,
    toSecond: number,
    visit: (second: number, change: number) => void,
  ): void {
    this.visitRows(fromSecond, toSecond, (second, change) => {
      if (change !== 0) visit(second, change);
    });
  }

  /** Calls `visit` for each second in [fromSecond, toSecond] that has cells, ascending. */
  visitSums(
    fromSecond: number,
    toSecond: number,
    visit: (second: number, offered: number, suppressed: number) => void,
  ): void {
    this.visitRows(fromSecond, toSecond, (second, _change, offered, suppressed) => {
      if (offered !== 0 || suppressed !== 0) visit(second, offered, suppressed);
    });
  }

  /**
   * Calls `visit` for every stored second in [fromSecond, toSecond], ascending, with all its
   * values; also for one that came back to zero, which a reader may still remember otherwise.
   */
  visitRows(fromSecond: number, toSecond: number, visit: VisitRow): void {
    const above = this.#above;
    const visitOne: VisitRow =
      above === null
        ? visit
        : (second, change, offered, suppressed) => {
            const more = above.get(second);
            if (more === undefined) visit(second, change, offered, suppressed);
            else visit(second, change, offered + more.offered, suppressed + more.suppressed);
          };
    for (let index = this.#indexOf(fromSecond); index < this.#chunks.length; index++) {
      if (this.#froms[index]! > toSecond) return;
      this.#chunkAt(index).visitRows(fromSecond, toSecond, visitOne);
    }
  }

  /** Forgets every row before `second`; later counts stand. */
  forgetBefore(second: number): void {
    const first = this.#indexOf(second);
    this.#froms.splice(0, first);
    for (const chunk of this.#chunks.splice(0, first)) this.#pool.release(chunk);
    this.#froms[0] = Number.NEGATIVE_INFINITY;
    this.#recent = 0;
    this.#chunkAt(0).dropBefore(second);
    for (const old of this.#above?.keys() ?? []) if (old < second) this.#above!.delete(old);
  }

  /** A host opened in chunk `first` ends before `second`; the chunks up to there carry it. */
  #close(first: number, last: number, second: number): void {
    this.#chunkAt(last).close(second, 1);
    for (let index = last; index > first; index--) this.#chunkAt(index).carry(1);
  }

  /** What a sum lost when it went beyond 32 bits. */
  #carryAbove(second: number, offered: number, suppressed: number): void {
    this.#above ??= new Map();
    let above = this.#above.get(second);
    if (above === undefined) this.#above.set(second, (above = { offered: 0, suppressed: 0 }));
    // A sum that wrapped is now smaller than what was added to it; one that wrapped back, larger.
    const [offeredLow, suppressedLow] = this.#chunkAt(this.#recent).sumsOf(second);
    above.offered += wrapOf(offeredLow, offered);
    above.suppressed += wrapOf(suppressedLow, suppressed);
  }

  #chunkAt(index: number): SeriesChunk {
    return this.#chunk.at(this.#chunks[index]!);
  }

  /** The chunk that holds both seconds, where one does and has room for what they need: mostly. */
  #chunkOfBoth(fromSecond: number, toSecond: number): SeriesChunk | null {
    const index = this.#indexOf(fromSecond);
    const next = this.#froms[index + 1];
    if (next !== undefined && toSecond >= next) return null;
    const chunk = this.#chunkAt(index);
    return chunk.hasRoom(fromSecond, toSecond) ? chunk : null;
  }

  /** The chunk of `second`, which is the recent one now, with room for one more row. */
  #withRoom(second: number): SeriesChunk {
    for (;;) {
      const index = this.#indexOf(second);
      const chunk = this.#chunkAt(index);
      const splitSecond = chunk.splitFor(second);
      if (splitSecond === 0) return chunk;
      const other = chunk.split(splitSecond);
      if (index + 1 === this.#chunks.length) {
        this.#chunks.push(other);
        this.#froms.push(splitSecond);
      } else {
        this.#chunks.splice(index + 1, 0, other);
        this.#froms.splice(index + 1, 0, splitSecond);
      }
    }
  }

  /** The index of the chunk of `second`, which is the recent one now. */
  #indexOf(second: number): number {
    const froms = this.#froms;
    const last = froms.length - 1;
    let index = this.#recent;
    // A window away from the recent one at most, nearly always.
    for (let step = 0; step < STEPS_MAX; step++) {
      if (second < froms[index]!) index -= 1;
      else if (index < last && second >= froms[index + 1]!) index += 1;
      else return (this.#recent = index);
    }
    let low = 0;
    let high = last;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (froms[middle]! <= second) low = middle;
      else high = middle - 1;
    }
    return (this.#recent = low);
  }
}

/** What a sum of 32 bits lost or took back when `added` made it `low`. */
function wrapOf(low: number, added: number): number {
  if (added >= 0) return low < added ? UINT32_VALUES : 0;
  return low - added >= UINT32_VALUES ? -UINT32_VALUES : 0;
}
