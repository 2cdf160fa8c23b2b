import { SeriesBlock } from "./series-block.ts";
import type { SeriesView } from "./series-view.ts";

type VisitRow = (second: number, change: number, offered: number, suppressed: number) => void;

/**
 * What one partition knows of one scope, second by second, stored where something changes: how many
 * more hosts cover this second than the one before (detector.md section 2), and the sums of the
 * cells in it. Adding is commutative, so any order of facts gives the same series.
 */
export class SecondSeries implements SeriesView {
  /** Ascending, without gaps: the first begins before all time, the last has no end. */
  readonly #blocks = [new SeriesBlock(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, 0)];
  /** The block that was found last; nearly always the one that is looked for. */
  #recent = this.#blocks[0]!;

  /** More responses wanted and withheld in one second. */
  addSums(second: number, offered: number, suppressed: number): void {
    this.#blockFor(second).addSums(second, offered, suppressed);
  }

  /** One more host covers [fromSecond, toSecond). */
  addInterval(fromSecond: number, toSecond: number): void {
    // Blocks split before anything changes: half a change would count on one side only.
    this.#blockFor(fromSecond);
    const last = this.#blockFor(toSecond);
    const first = this.#blockOf(fromSecond);
    first.open(fromSecond);
    this.#close(first, last, toSecond);
  }

  /**
   * A host that was covered up to `fromSecond` stays so up to `toSecond`: its closing moves, and no
   * opening in the future makes those of now shift rows.
   */
  extendInterval(fromSecond: number, toSecond: number): void {
    const last = this.#blockFor(toSecond);
    const first = this.#blockOf(fromSecond);
    first.close(fromSecond, -1);
    this.#close(first, last, toSecond);
  }

  /** Hosts that cover `second`. */
  countAt(second: number): number {
    return this.#blockOf(second).countUpTo(second);
  }

  /**
   * No second in [fromSecond, toSecond] is covered by more hosts than this. It takes all who cover
   * any of it for there at once: cheap, and enough to tell that a scope is quiet.
   */
  mostBetween(fromSecond: number, toSecond: number): number {
    const first = this.#blockOf(fromSecond);
    const last = this.#blockOf(toSecond);
    if (first === last) return first.mostFrom(fromSecond);
    let most = last.left;
    for (let index = this.#indexOf(fromSecond); ; index++) {
      const block = this.#blocks[index]!;
      most += block.mostFrom(fromSecond) - block.left;
      if (block === last) return most;
    }
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
    for (let index = this.#indexOf(fromSecond); index < this.#blocks.length; index++) {
      const block = this.#blocks[index]!;
      if (block.from > toSecond) return;
      block.visitRows(fromSecond, toSecond, visit);
    }
  }

  /** Forgets every row before `second`; later counts stand. */
  forgetBefore(second: number): void {
    const first = this.#indexOf(second);
    if (first > 0) this.#blocks.splice(0, first);
    this.#recent = this.#blocks[0]!;
    this.#recent.dropBefore(second);
  }

  /** A host opened in `first` ends before `second`; the blocks up to there carry it. */
  #close(first: SeriesBlock, last: SeriesBlock, second: number): void {
    last.close(second, 1);
    if (first === last) return;
    for (let index = this.#indexOf(second); this.#blocks[index] !== first; index--) {
      this.#blocks[index]!.carry();
    }
  }

  /** The block of `second`, with room for one more row. */
  #blockFor(second: number): SeriesBlock {
    const block = this.#blockOf(second);
    const at = block.splitFor(second);
    if (at === 0) return block;
    this.#blocks.splice(this.#indexOf(second) + 1, 0, block.split(at));
    return this.#blockOf(second);
  }

  #blockOf(second: number): SeriesBlock {
    const recent = this.#recent;
    if (recent.from <= second && second < recent.to) return recent;
    this.#recent = this.#blocks[this.#indexOf(second)]!;
    return this.#recent;
  }

  #indexOf(second: number): number {
    const blocks = this.#blocks;
    let low = 0;
    let high = blocks.length - 1;
    if (blocks[high]!.from <= second) return high;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (blocks[middle]!.to <= second) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
