/** One partition's knowledge of one scope, second by second. Seconds are inclusive. */
export interface SeriesView {
  /** Hosts that cover `second`. */
  countAt(second: number): number;
  /** Each second in which that number changes, ascending. */
  visitChanges(
    fromSecond: number,
    toSecond: number,
    visit: (second: number, change: number) => void,
  ): void;
  /** Each second that has cells, ascending. */
  visitSums(
    fromSecond: number,
    toSecond: number,
    visit: (second: number, offered: number, suppressed: number) => void,
  ): void;
}
