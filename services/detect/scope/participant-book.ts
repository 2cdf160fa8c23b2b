import type { Gauge } from "../../../lib/domain/gauge.ts";

/** One run of hot seconds of one gauge of one host, as its partition last told it. */
export interface Run {
  readonly gauge: Gauge;
  readonly fromSecond: number;
  readonly toSecond: number;
  readonly offeredPeak: number;
  readonly suppressed: number;
  readonly revision: number;
  readonly text: string | null;
  readonly at: string | null;
  /** A sample that came later shows that it is over. */
  readonly isOverProven: boolean;
}

/** Texts kept per scope: an incident quotes 20, and a scope has a few at a time. */
const TEXTS_MAX = 256;

/** The runs of one scope's hosts: who was hot when (detector.md section 3). */
export class ParticipantBook {
  readonly #runs = new Map<string, Run[]>();
  #texts = 0;

  /**
   * Replaces what overlaps it: the runs of one gauge of one host lie apart, so that was the same.
   * False where it measures what was known.
   */
  put(host: string, run: Run): boolean {
    const runs = this.#runs.get(host) ?? [];
    if (run.toSecond < run.fromSecond) return this.#takeBack(host, runs, run);
    const isOld = runs.some((other) => overlaps(other, run) && other.revision > run.revision);
    if (isOld) return false;
    const replaced = runs.filter((other) => overlaps(other, run));
    const kept = runs.filter((other) => !overlaps(other, run));
    const quoted = replaced.find(
      (other) => other.text !== null && other.fromSecond <= run.fromSecond,
    );
    this.#texts -= replaced.reduce((sum, other) => sum + (other.text === null ? 0 : 1), 0);
    const hasRoom = this.#texts < TEXTS_MAX;
    const text = hasRoom ? (run.text ?? quoted?.text ?? null) : null;
    const at = hasRoom ? (run.at ?? quoted?.at ?? null) : null;
    if (text !== null) this.#texts += 1;
    kept.push({ ...run, text, at });
    kept.sort((a, b) => a.fromSecond - b.fromSecond);
    this.#runs.set(host, kept);
    return replaced.length !== 1 || !measuresAlike(replaced[0]!, run);
  }

  /** Of that gauge nothing holds that touches these seconds; what is left of it is told anew. */
  #takeBack(
    host: string,
    runs: readonly Run[],
    { gauge, fromSecond, toSecond, revision }: Run,
  ): boolean {
    const span = { gauge, fromSecond: toSecond, toSecond: fromSecond };
    const gone = runs.filter((run) => overlaps(run, span) && run.revision <= revision);
    if (gone.length === 0) return false;
    for (const { text } of gone) if (text !== null) this.#texts -= 1;
    this.#runs.set(
      host,
      runs.filter((run) => !gone.includes(run)),
    );
    return true;
  }

  /** Calls `visit` for each host that has runs touching [from, to], with those runs. */
  visit(from: number, to: number, visit: (host: string, runs: readonly Run[]) => void): void {
    for (const [host, runs] of this.#runs) {
      const touching = runs.filter((run) => run.fromSecond <= to && run.toSecond >= from);
      if (touching.length > 0) visit(host, touching);
    }
  }

  /** Hosts with runs that touch [from, to]. */
  hostsBetween(from: number, to: number): number {
    let hosts = 0;
    for (const runs of this.#runs.values()) {
      // Newest first: the end of what is asked for is nearly always now.
      const isTouched = runs.findLast((run) => run.fromSecond <= to && run.toSecond >= from);
      if (isTouched !== undefined) hosts += 1;
    }
    return hosts;
  }

  runsOf(host: string): readonly Run[] {
    return this.#runs.get(host) ?? [];
  }

  forgetBefore(second: number): void {
    for (const [host, runs] of this.#runs) {
      const kept = runs.filter((run) => run.toSecond >= second);
      if (kept.length === runs.length) continue;
      for (const run of runs) if (run.toSecond < second && run.text !== null) this.#texts -= 1;
      if (kept.length === 0) this.#runs.delete(host);
      else this.#runs.set(host, kept);
    }
  }

  entries(): IterableIterator<[string, Run[]]> {
    return this.#runs.entries();
  }
}

function measuresAlike(a: Run, b: Run): boolean {
  return (
    a.fromSecond === b.fromSecond &&
    a.toSecond === b.toSecond &&
    a.offeredPeak === b.offeredPeak &&
    a.suppressed === b.suppressed
  );
}

type Stretch = Pick<Run, "gauge" | "fromSecond" | "toSecond">;

function overlaps(a: Stretch, b: Stretch): boolean {
  return a.gauge === b.gauge && a.fromSecond <= b.toSecond && a.toSecond >= b.fromSecond;
}
