import { assert } from "../lib/domain/assert.ts";
import type { Gauge } from "../lib/domain/gauge.ts";
import { FAMILY, type HostCountRule } from "./planted-rule.ts";

/** One limit line as the detector must understand it. */
export interface Fact {
  /** Value of the rule's scope, such as `fra1`. */
  readonly scope: string;
  readonly host: string;
  /** The line's time rounded down to whole seconds since 1970 UTC. */
  readonly second: number;
  readonly gauge: Gauge;
  readonly offered: number;
  readonly allowed: number;
}

/** An episode of a host_count rule; times are whole seconds since 1970 UTC. */
export interface Episode {
  readonly scope: string;
  /** The earliest hot second that contributes to metAt. */
  readonly startedAt: number;
  /** The first second in which enough hosts count, and the last one. */
  readonly metAt: number;
  readonly lastSeenAt: number;
  /** Hosts with a hot second in [startedAt, lastSeenAt], by name. */
  readonly hosts: readonly string[];
  /** The largest sum in one second of that span, over all cells of the signal. */
  readonly offeredPeakPerSecond: number;
  /** The sum over all cells of that span. */
  readonly suppressed: number;
}

interface Cell {
  offered: number;
  suppressed: number;
}

/** The oracle keeps whole days as arrays; a fact years away is a mistake of the caller. */
const SPAN_SECONDS_MAX = 366 * 86_400;

/**
 * The exact episodes, from all facts, in any order: no windows that slide, no state that ends, just
 * a count for every second. Slow and plain on purpose: it is what everything else is checked by.
 */
export function episodes(facts: Iterable<Fact>, rule: HostCountRule): Episode[] {
  const factsByScope = new Map<string, Fact[]>();
  for (const fact of facts) {
    const known = factsByScope.get(fact.scope);
    if (known === undefined) factsByScope.set(fact.scope, [fact]);
    else known.push(fact);
  }
  const scopes = [...factsByScope.keys()].sort();
  return scopes.flatMap((scope) => episodesOfScope(scope, factsByScope.get(scope) ?? [], rule));
}

/** The same for the facts of one scope; `fact.scope` is not looked at. */
export function episodesOfScope(
  scope: string,
  facts: readonly Fact[],
  rule: HostCountRule,
): Episode[] {
  const gauges = rule.gauges ?? FAMILY;
  const signal = facts.filter((fact) => gauges.includes(fact.gauge));
  if (signal.length === 0) return [];
  const seconds = spanOf(signal);
  const length = seconds.last - seconds.first + 1 + rule.withinSeconds;
  assert(length <= SPAN_SECONDS_MAX, "the oracle is for logs of up to a year");

  const offered = new Float64Array(length);
  const suppressed = new Float64Array(length);
  const hotSecondsByHost = new Map<string, number[]>();
  for (const [host, cells] of cellsByHost(signal, gauges, seconds.first)) {
    const hot = new Set<number>();
    for (const [key, cell] of cells) {
      const second = Math.floor(key / gauges.length);
      offered[second] = (offered[second] ?? 0) + cell.offered;
      suppressed[second] = (suppressed[second] ?? 0) + cell.suppressed;
      if (cell.suppressed > 0) hot.add(second);
    }
    hotSecondsByHost.set(
      host,
      [...hot].sort((a, b) => a - b),
    );
  }

  const count = countBySecond(hotSecondsByHost.values(), length, rule.withinSeconds);
  return runsOf(count, rule).map(([metAt, lastSeenAt]) => {
    const startedAt = earliestHot(hotSecondsByHost.values(), metAt, rule.withinSeconds);
    const span = [startedAt, lastSeenAt + 1] as const;
    const hosts = [...hotSecondsByHost]
      .filter(([, hot]) => hot.some((second) => second >= startedAt && second <= lastSeenAt))
      .map(([host]) => host);
    return {
      scope,
      startedAt: seconds.first + startedAt,
      metAt: seconds.first + metAt,
      lastSeenAt: seconds.first + lastSeenAt,
      hosts: hosts.sort(),
      offeredPeakPerSecond: offered.slice(...span).reduce((a, b) => Math.max(a, b), 0),
      suppressed: suppressed.slice(...span).reduce((a, b) => a + b, 0),
    };
  });
}

function spanOf(facts: readonly Fact[]): { first: number; last: number } {
  let first = Infinity;
  let last = -Infinity;
  for (const fact of facts) {
    first = Math.min(first, fact.second);
    last = Math.max(last, fact.second);
  }
  return { first, last };
}

/** Per host: (second - first) * gauges + gauge → the cell, whose two maxima are kept apart. */
function cellsByHost(
  facts: readonly Fact[],
  gauges: readonly Gauge[],
  first: number,
): Map<string, Map<number, Cell>> {
  const hosts = new Map<string, Map<number, Cell>>();
  for (const fact of facts) {
    let cells = hosts.get(fact.host);
    if (cells === undefined) hosts.set(fact.host, (cells = new Map<number, Cell>()));
    const key = (fact.second - first) * gauges.length + gauges.indexOf(fact.gauge);
    const cell = cells.get(key) ?? { offered: 0, suppressed: 0 };
    cell.offered = Math.max(cell.offered, fact.offered);
    cell.suppressed = Math.max(cell.suppressed, fact.offered - fact.allowed, 0);
    cells.set(key, cell);
  }
  return hosts;
}

/** How many hosts count in each second: a hot second s counts in [s, s + within). */
function countBySecond(
  hotSeconds: Iterable<readonly number[]>,
  length: number,
  withinSeconds: number,
): Uint32Array {
  const count = new Uint32Array(length);
  for (const hot of hotSeconds) {
    let counted = 0;
    for (const second of hot) {
      for (let t = Math.max(second, counted); t < second + withinSeconds; t += 1) {
        count[t] = (count[t] ?? 0) + 1;
      }
      counted = second + withinSeconds;
    }
  }
  return count;
}

/** [first, last] yes-second of each episode: fewer than `within` no-seconds do not part two. */
function runsOf(count: Uint32Array, rule: HostCountRule): [number, number][] {
  const runs: [number, number][] = [];
  for (let second = 0; second < count.length; second += 1) {
    if ((count[second] ?? 0) < rule.hosts) continue;
    const open = runs.at(-1);
    if (open !== undefined && second - open[1] - 1 < rule.withinSeconds) open[1] = second;
    else runs.push([second, second]);
  }
  return runs;
}

/** The earliest hot second in (metAt - within, metAt]. */
function earliestHot(
  hotSeconds: Iterable<readonly number[]>,
  metAt: number,
  withinSeconds: number,
): number {
  let earliest = metAt;
  for (const hot of hotSeconds) {
    for (const second of hot) {
      if (second > metAt - withinSeconds && second < earliest) earliest = second;
    }
  }
  return earliest;
}
