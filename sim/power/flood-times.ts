import type { DwellStep } from "../../lib/domain/rule.ts";
import type { HotHost } from "./hot-host.ts";

/** A host without a break hot from one second to another, both inclusive. */
export interface HotRun {
  readonly host: number;
  readonly from: number;
  readonly to: number;
}

/** When the steps of a flood held. */
export interface YesSpan {
  readonly from: number;
  /** Exclusive. */
  to: number;
  /** The step that was met first, and the runs that met it. */
  readonly step: DwellStep;
  readonly runs: readonly HotRun[];
}

/** How a sampler lets one know of a second: when its sample comes. */
export interface Sampling {
  readonly sampleSeconds: number;
  readonly phase: number;
}

/** The runs of one host for some gauges; pauses of fewer than `withinSeconds` do not end one. */
export function runsOf(
  host: number,
  { seconds, masks }: HotHost,
  gaugeMask: number,
  withinSeconds: number,
): HotRun[] {
  const runs: { host: number; from: number; to: number }[] = [];
  let last: { host: number; from: number; to: number } | undefined;
  for (let at = 0; at < seconds.length; at += 1) {
    if ((masks[at]! & gaugeMask) === 0) continue;
    const second = seconds[at]!;
    if (last !== undefined && second - last.to <= withinSeconds) last.to = second;
    else runs.push((last = { host, from: second, to: second }));
  }
  return runs;
}

/**
 * When enough hosts have lasted long enough, by any step: a plain sweep over the ends of runs that
 * shares nothing with the detector's covers. With `samplings` a host counts from when its sampler
 * has told, without them from when it had lasted.
 */
export function floodTimes(
  hosts: readonly HotHost[],
  steps: readonly DwellStep[],
  withinSeconds: number,
  samplings: readonly Sampling[] | null,
): YesSpan[] {
  const byMask = new Map<number, HotRun[]>();
  const spans = steps.flatMap((step) => {
    let runs = byMask.get(step.gaugeMask);
    if (runs === undefined) {
      runs = hosts.flatMap((hot, host) => runsOf(host, hot, step.gaugeMask, withinSeconds));
      byMask.set(step.gaugeMask, runs);
    }
    return spansOf(runs, step, withinSeconds, samplings);
  });
  return joined(spans);
}

interface Turn {
  readonly second: number;
  readonly run: HotRun;
  readonly isStart: boolean;
}

function spansOf(
  runs: readonly HotRun[],
  step: DwellStep,
  withinSeconds: number,
  samplings: readonly Sampling[] | null,
): YesSpan[] {
  const turns: Turn[] = [];
  for (const run of runs) {
    if (run.to < run.from + step.dwellSeconds) continue;
    const lasted = run.from + step.dwellSeconds;
    const sampling = samplings?.[run.host];
    const start = sampling === undefined ? lasted : knownAt(lasted, sampling);
    const end = run.to + withinSeconds;
    if (start < end) {
      turns.push({ second: start, run, isStart: true }, { second: end, run, isStart: false });
    }
  }
  if (turns.length < 2 * step.hosts) return [];
  turns.sort((a, b) => a.second - b.second || Number(a.isStart) - Number(b.isStart));
  const counted = new Set<HotRun>();
  const spans: YesSpan[] = [];
  let open: YesSpan | null = null;
  for (const { second, run, isStart } of turns) {
    if (isStart) counted.add(run);
    else counted.delete(run);
    if (open === null && counted.size >= step.hosts) {
      spans.push((open = { from: second, to: second, step, runs: [...counted] }));
    } else if (open !== null && counted.size < step.hosts) {
      open.to = second;
      open = null;
    }
  }
  return spans;
}

/** The first sample at or after a second. */
function knownAt(second: number, { sampleSeconds, phase }: Sampling): number {
  if (sampleSeconds <= 1) return second;
  const rest = (((phase - second) % sampleSeconds) + sampleSeconds) % sampleSeconds;
  return second + rest;
}

/** What overlaps is one; the first to be met says which step it was. */
function joined(spans: readonly YesSpan[]): YesSpan[] {
  const all: YesSpan[] = [];
  for (const span of spans.toSorted((a, b) => a.from - b.from)) {
    const last = all.at(-1);
    if (last !== undefined && span.from <= last.to) last.to = Math.max(last.to, span.to);
    else all.push({ ...span });
  }
  return all;
}

/** Spans with fewer than `quietSeconds` between them are one incident. */
export function incidentsOf(spans: readonly YesSpan[], quietSeconds: number): YesSpan[] {
  const all: YesSpan[] = [];
  for (const span of spans) {
    const last = all.at(-1);
    if (last !== undefined && span.from - last.to < quietSeconds) last.to = span.to;
    else all.push({ ...span });
  }
  return all;
}
