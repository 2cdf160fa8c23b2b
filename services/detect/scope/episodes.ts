import { reachSecondsOf, type Rule } from "../../../lib/domain/rule.ts";
import type { SeriesView } from "./series-view.ts";

/** Seconds, both inclusive. */
export interface Span {
  from: number;
  to: number;
}

/**
 * Runs of seconds in [from, to] in which at least `hosts` hosts are covered, all partitions
 * together. Whatever holds at `to` is taken to end there: the caller picks a `to` that no run
 * crosses.
 */
export function yesRuns(
  parts: readonly SeriesView[],
  hosts: number,
  from: number,
  to: number,
): Span[] {
  let count = 0;
  for (const part of parts) count += part.countAt(from - 1);
  const runs: Span[] = [];
  let openedAt = count >= hosts ? from : -1;
  const step = (second: number, change: number): void => {
    count += change;
    if (count >= hosts) {
      if (openedAt < 0) openedAt = second;
    } else if (openedAt >= 0) {
      // A row that only took a host away ends the run with the second before it.
      if (second > openedAt) runs.push({ from: openedAt, to: second - 1 });
      openedAt = -1;
    }
  };
  const [only, ...others] = parts;
  if (only === undefined) return runs;
  if (others.length === 0) only.visitChanges(from, to, step);
  else for (const [second, change] of changesOf(parts, from, to)) step(second, change);
  if (openedAt >= 0) runs.push({ from: openedAt, to });
  return runs;
}

/** Seconds that lie in a run of any of several lists, as runs that do not touch. */
export function unionOf(lists: readonly (readonly Span[])[]): Span[] {
  const [only, ...others] = lists;
  if (only !== undefined && others.length === 0) return [...only];
  const all = lists.flat().sort((a, b) => a.from - b.from);
  return joinRuns(all, 1);
}

/** The partitions' changes added up by second, ascending. */
function changesOf(
  parts: readonly SeriesView[],
  from: number,
  to: number,
): readonly (readonly [number, number])[] {
  const sums = new Map<number, number>();
  for (const part of parts) {
    part.visitChanges(from, to, (second, change) => {
      sums.set(second, (sums.get(second) ?? 0) + change);
    });
  }
  return [...sums].toSorted((a, b) => a[0] - b[0]);
}

/**
 * Runs, ascending by their start, with fewer than `within` no-seconds between them are one episode
 * (detector.md section 2).
 */
export function joinRuns(runs: readonly Span[], withinSeconds: number): Span[] {
  const episodes: Span[] = [];
  for (const run of runs) {
    const last = episodes.at(-1);
    if (last !== undefined && run.from - last.to - 1 < withinSeconds) {
      last.to = Math.max(last.to, run.to);
    } else episodes.push({ from: run.from, to: run.to });
  }
  return episodes;
}

/** The first evidence of what a rule first met at `metAt`. */
export function ruleStartOf(rule: Rule, parts: readonly SeriesView[], metAt: number): number {
  return rule.steps === undefined
    ? startOf(parts, metAt, rule.withinSeconds)
    : onsetOf(parts, metAt, reachSecondsOf(rule));
}

/** The earliest second in (metAt - within, metAt] in which something was withheld. */
function startOf(parts: readonly SeriesView[], metAt: number, withinSeconds: number): number {
  let start = metAt;
  for (const part of parts) {
    part.visitSums(metAt - withinSeconds + 1, metAt, (second, _offered, suppressed) => {
      if (suppressed > 0 && second < start) start = second;
    });
  }
  return start;
}

/** Fewer than this share of the hosts are others, that were hot before anyway. */
const ONSET_SHARE = 0.1;

/**
 * Since when some of those who are covered at `metAt` have been so without a break: where what has
 * lasted began. Not further back than `reachSeconds`.
 */
function onsetOf(parts: readonly SeriesView[], metAt: number, reachSeconds: number): number {
  const countAt = (second: number): number =>
    parts.reduce((count, part) => count + part.countAt(second), 0);
  const some = Math.max(1, Math.ceil(countAt(metAt) * ONSET_SHARE));
  let onset = metAt;
  while (metAt - onset < reachSeconds && countAt(onset - 1) >= some) onset -= 1;
  return onset;
}

/** The latest second in (lastSeenAt - within, lastSeenAt] in which something was withheld. */
export function endOf(
  parts: readonly SeriesView[],
  lastSeenAt: number,
  withinSeconds: number,
): number {
  const first = lastSeenAt - withinSeconds + 1;
  let end = first;
  for (const part of parts) {
    part.visitSums(first, lastSeenAt, (second, _offered, suppressed) => {
      if (suppressed > 0 && second > end) end = second;
    });
  }
  return end;
}

export interface Sums {
  readonly offeredPeakPerSecond: number;
  readonly suppressed: number;
  /** What of the largest sum went unanswered or beyond normal; absent where nobody knows. */
  readonly suppressedAtPeak?: number;
}

/** The largest per-second sum of offered, the earliest of equals, and the sum of suppressed. */
export function sumsOf(parts: readonly SeriesView[], from: number, to: number): Sums {
  const [only, ...others] = parts;
  const peak = new Peak();
  if (only !== undefined && others.length === 0) {
    only.visitSums(from, to, (second, offered, suppressed) =>
      peak.add(second, offered, suppressed),
    );
    return peak.sums();
  }
  const bySecond = new Map<number, { offered: number; suppressed: number }>();
  for (const part of parts) {
    part.visitSums(from, to, (second, offered, suppressed) => {
      const sum = bySecond.get(second);
      if (sum === undefined) bySecond.set(second, { offered, suppressed });
      else {
        sum.offered += offered;
        sum.suppressed += suppressed;
      }
    });
  }
  for (const [second, { offered, suppressed }] of bySecond) peak.add(second, offered, suppressed);
  return peak.sums();
}

class Peak {
  #offered = 0;
  #second = Number.POSITIVE_INFINITY;
  #suppressedAt = 0;
  #suppressed = 0;

  add(second: number, offered: number, suppressed: number): void {
    this.#suppressed += suppressed;
    if (offered < this.#offered) return;
    if (offered === this.#offered && second >= this.#second) return;
    this.#offered = offered;
    this.#second = second;
    this.#suppressedAt = suppressed;
  }

  sums(): Sums {
    return {
      offeredPeakPerSecond: this.#offered,
      suppressed: this.#suppressed,
      suppressedAtPeak: this.#suppressedAt,
    };
  }
}
