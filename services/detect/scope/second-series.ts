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
  #recent = 0;

  /** More responses wanted and withheld in one second. */
  addSums(second: number, offered: number, suppressed: number): void {
    this.#makeRoom(second);
    this.#blocks[this.#indexOf(second)]!.addSums(second, offered, suppressed);
  }

  /** One more host covers [fromSecond, toSecond). */
  addInterval(fromSecond: number, toSecond: number): void {
    this.#makeRoom(fromSecond);
    this.#makeRoom(toSecond);
    const first = this.#indexOf(fromSecond);
    this.#blocks[first]!.open(fromSecond);
    this.#close(first, toSecond);
  }

  /**
   * A host that was covered up to `fromSecond` stays so up to `toSecond`: its closing moves, and no
   * opening in the future makes those of now shift rows.
   */
  extendInterval(fromSecond: number, toSecond: number): void {
    this.#makeRoom(toSecond);
    const first = this.#indexOf(fromSecond);
    this.#blocks[first]!.close(fromSecond, -1);
    this.#close(first, toSecond);
  }

  /** Hosts that cover `second`. */
  countAt(second: number): number {
    return this.#blocks[this.#indexOf(second)]!.countUpTo(second);
  }

  /** The most hosts that cover any second in [fromSecond, toSecond]. */
  peakBetween(fromSecond: number, toSecond: number): number {
    let count = this.countAt(fromSecond - 1);
    let peak = count;
    this.visitRows(fromSecond, toSecond, (_second, change) => {
      count += change;
      if (count > peak) peak = count;
    });
    return peak;
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
    this.#recent = 0;
    this.#blocks[0]!.dropBefore(second);
  }

  /**
   * A host opened in `first` ends before `second`; the blocks behind `first` up to there carry it.
   */
  #close(first: number, second: number): void {
    const last = this.#indexOf(second);
    this.#blocks[last]!.close(second, 1);
    for (let index = first + 1; index <= last; index++) this.#blocks[index]!.carry();
  }

  /** Splits before anything changes: half a change would be counted on one side only. */
  #makeRoom(second: number): void {
    const index = this.#indexOf(second);
    const at = this.#blocks[index]!.splitFor(second);
    if (at > 0) this.#blocks.splice(index + 1, 0, this.#blocks[index]!.split(at));
  }

  #indexOf(second: number): number {
    const blocks = this.#blocks;
    const recent = blocks[this.#recent]!;
    if (recent.from <= second && second < recent.to) return this.#recent;
    let low = 0;
    let high = blocks.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (blocks[middle]!.to <= second) low = middle + 1;
      else high = middle;
    }
    this.#recent = low;
    return low;
  }
}
