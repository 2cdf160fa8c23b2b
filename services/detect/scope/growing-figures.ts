import { signalsOf } from "../../../lib/domain/gauge.ts";
import type { Rule } from "../../../lib/domain/rule.ts";
import type { Sums } from "./episodes.ts";
import type { ParticipantView, ScopeReader, SignalSums } from "./reader.ts";

/** What an incident measured. */
export interface SpanFigures extends Sums {
  /** Bits of GAUGES that were hot in any participant. */
  readonly gaugeMask: number;
  /** In no order. */
  readonly participants: readonly ParticipantView[];
  /** The largest sums first. */
  readonly signals: readonly SignalSums[];
}

interface Past {
  readonly from: number;
  readonly to: number;
  readonly figures: SpanFigures;
}

/** Facts so far behind the end of an incident make it be read from its start again. */
const BEHIND_SECONDS = 600;

/**
 * Measures one incident after the other. Of a long one it remembers what lies some way back, so
 * that a revision costs what is new, not all of it again.
 */
export class GrowingFigures {
  readonly #reader: ScopeReader;
  readonly #behindSeconds: number;
  /** Whether its rule watches several: then each has sums of its own. */
  readonly #hasSignals: boolean;
  #past: Past | null = null;

  /** An incident ends a window behind its last hot second, which is where facts come in. */
  constructor(reader: ScopeReader, { withinSeconds, gaugeMask }: Rule) {
    this.#reader = reader;
    this.#hasSignals = signalsOf(gaugeMask).length > 1;
    this.#behindSeconds = withinSeconds + BEHIND_SECONDS;
  }

  /** Facts of this second and later ones have changed. */
  changedFrom(second: number): void {
    if (this.#past !== null && second <= this.#past.to) this.#past = null;
  }

  between(from: number, to: number): SpanFigures {
    const pastTo = to - this.#behindSeconds;
    let past = this.#past;
    if (past === null || past.from !== from || past.to > to) past = null;
    const isWorthIt = this.#reader.isAdditive && pastTo - (past?.to ?? from) >= this.#behindSeconds;
    if (isWorthIt) this.#past = past = { from, to: pastTo, figures: this.#sum(past, from, pastTo) };
    return named(this.#sum(past, from, to));
  }

  #sum(past: Past | null, from: number, to: number): SpanFigures {
    if (past === null) return this.#measure(from, to);
    return past.to < to ? add(past.figures, this.#measure(past.to + 1, to)) : past.figures;
  }

  #measure(from: number, to: number): SpanFigures {
    const reader = this.#reader;
    const participants = reader.participants(from, to);
    return {
      gaugeMask: participants.reduce((mask, participant) => mask | participant.gaugeMask, 0),
      participants,
      signals: this.#hasSignals ? reader.signalSums(from, to) : [],
      ...reader.sums(from, to),
    };
  }
}

/** Where only one signal was hot all sums are its own. */
function named(figures: SpanFigures): SpanFigures {
  const { gaugeMask, participants, offeredPeakPerSecond, suppressed } = figures;
  const [signal, ...others] = signalsOf(gaugeMask);
  if (signal === undefined || others.length > 0) return figures;
  const hosts = participants.length;
  return { ...figures, signals: [{ signal, hosts, offeredPeakPerSecond, suppressed }] };
}

/** Of two spans, the second of which begins where the first ends. */
function add(first: SpanFigures, second: SpanFigures): SpanFigures {
  const byHost = new Map(first.participants.map((participant) => [participant.host, participant]));
  for (const later of second.participants) {
    const earlier = byHost.get(later.host);
    byHost.set(later.host, earlier === undefined ? later : joined(earlier, later));
  }
  const participants = [...byHost.values()];
  const signals = new Map(first.signals.map((sums) => [sums.signal, sums]));
  for (const sums of second.signals) {
    const earlier = signals.get(sums.signal);
    signals.set(sums.signal, earlier === undefined ? sums : { ...sums, ...added(earlier, sums) });
  }
  return {
    ...added(first, second),
    gaugeMask: first.gaugeMask | second.gaugeMask,
    participants,
    signals: [...signals.values()]
      .map((sums) => ({ ...sums, hosts: hostsOf(sums.signal, participants) }))
      .toSorted((a, b) => b.suppressed - a.suppressed || (a.signal < b.signal ? -1 : 1)),
  };
}

function added(first: Sums, second: Sums): Sums {
  const larger = second.offeredPeakPerSecond > first.offeredPeakPerSecond ? second : first;
  return { ...larger, suppressed: first.suppressed + second.suppressed };
}

function joined(earlier: ParticipantView, later: ParticipantView): ParticipantView {
  return {
    host: earlier.host,
    firstSecond: earlier.firstSecond,
    lastSecond: later.lastSecond,
    gaugeMask: earlier.gaugeMask | later.gaugeMask,
    offeredPeak: Math.max(earlier.offeredPeak, later.offeredPeak),
    suppressed: earlier.suppressed + later.suppressed,
  };
}

function hostsOf(signal: SignalSums["signal"], participants: readonly ParticipantView[]): number {
  let hosts = 0;
  for (const { gaugeMask: mask } of participants) if (signalsOf(mask).includes(signal)) hosts += 1;
  return hosts;
}
