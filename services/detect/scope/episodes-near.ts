import { joinRuns, type Span } from "./episodes.ts";

/** Where to look, and what is known there without looking. */
export interface Look {
  /** The seconds that may hold or not hold otherwise than before; no others do. */
  readonly dirty: Span;
  /** Two yes-seconds with fewer no-seconds than this between them are one episode. */
  readonly joinSeconds: number;
  /** No fact changes an earlier second any more, and facts of then may be forgotten. */
  readonly settledBefore: number;
  /** The episodes that lay within `joinSeconds` of the dirty seconds before, ascending. */
  readonly known: readonly Span[];
  readonly yesRuns: (from: number, to: number) => readonly Span[];
}

/** Whether the dirty seconds can have changed an episode, or can have joined it. */
export function isNear(episode: Span, dirty: Span, joinSeconds: number): boolean {
  return episode.from - joinSeconds <= dirty.to && episode.to + joinSeconds >= dirty.from;
}

/**
 * The episodes that stand now where the known ones stood. Seconds that did not change keep their
 * neighbours, so it is enough to read as far around the dirty ones as two yes-seconds can be apart:
 * what a known episode held beyond that still hangs together. Mostly their next neighbours do.
 */
export function episodesNear(look: Look): Span[] {
  const runs = runsWithin(look, 1) ?? runsWithin(look, look.joinSeconds) ?? wholeRuns(look);
  return joinRuns(runs, look.joinSeconds);
}

/** Null where what is read does not reach what is known: then more must be read. */
function runsWithin(look: Look, marginSeconds: number): Span[] | null {
  const { dirty, settledBefore, known, yesRuns } = look;
  const start = Math.max(dirty.from - marginSeconds, settledBefore);
  const to = dirty.to + marginSeconds;
  const isSettled = start === settledBefore;
  const read = start > to ? [] : clipped(yesRuns(start, to), start, to);
  const firstYes = read[0]?.from ?? Number.POSITIVE_INFINITY;
  const lastYes = read.at(-1)?.to ?? Number.NEGATIVE_INFINITY;
  const runs = known.flatMap((episode) => settledRun(episode, settledBefore));
  for (const episode of known) {
    if (episode.from < start && !isSettled) {
      if (firstYes >= dirty.from) return null;
      runs.push({ from: episode.from, to: firstYes });
    }
    if (episode.to > to) {
      if (lastYes <= dirty.to) return null;
      runs.push({ from: lastYes, to: episode.to });
    }
  }
  return ascending([...runs, ...read]);
}

function wholeRuns({ dirty, settledBefore, known, yesRuns }: Look): Span[] {
  let { from, to } = dirty;
  for (const episode of known) {
    from = Math.min(from, episode.from);
    to = Math.max(to, episode.to + 1);
  }
  const start = Math.max(from, settledBefore);
  const runs = known.flatMap((episode) => settledRun(episode, settledBefore));
  return ascending(start > to ? runs : [...runs, ...yesRuns(start, to)]);
}

/** What an episode stands for among the seconds that no fact changes any more. */
function settledRun({ from, to }: Span, settledBefore: number): Span[] {
  return from < settledBefore ? [{ from, to: Math.min(to, settledBefore - 1) }] : [];
}

function clipped(runs: readonly Span[], from: number, to: number): Span[] {
  return runs.map((run) => ({ from: Math.max(from, run.from), to: Math.min(to, run.to) }));
}

function ascending(runs: Span[]): Span[] {
  return runs.sort((a, b) => a.from - b.from);
}
