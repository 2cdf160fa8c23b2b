import { COUNTED_FIRST_GAUGE } from "../../../lib/domain/counted.ts";
import { FUSED_MASK } from "../../../lib/domain/fusion.ts";
import { GAUGES, LINE_MISSING_GAUGE } from "../../../lib/domain/gauge.ts";
import type { HostDirectory } from "../../../lib/domain/host-directory.ts";
import type { ScopeKey } from "../../../lib/domain/scope.ts";
import type { Participant } from "../../../lib/domain/tally.ts";
import { LIMITS } from "../limits.ts";
import type { HostCover } from "./cover.ts";
import { type HostRun, runsTouching } from "./host-runs.ts";
import type { HostStage } from "./host-stage.ts";
import type { Spoken } from "./tally-writer.ts";

export interface RunTellerOptions {
  readonly stage: HostStage;
  readonly directory: HostDirectory;
  readonly partition: number;
  /** Parallel to the stage's covers: of everything their values depend on. */
  readonly coverHashes: readonly string[];
  /** Covers of the rules whose scope is the single host. */
  readonly hostCovers: readonly HostCover[];
  readonly scopeKey: (cover: number, scope: number) => ScopeKey;
}

/** A cover that a host counts in, as its runs are told. */
interface ToldCover {
  /** Among the stage's covers, those of single hosts behind them. */
  readonly number: number;
  readonly gaugeMask: number;
  readonly withinSeconds: number;
  /** Of a rule of single hosts: no tally goes with it. */
  readonly isAlone: boolean;
  readonly ruleHash: string;
  readonly scope: ScopeKey;
}

const NOT_CLOSED = -1;

/** A run that may still grow: when it was last told, and how long it was then. */
interface OpenRun {
  readonly host: number;
  /** Number of the cover. */
  readonly cover: number;
  readonly toldLength: number;
  readonly toSecond: number;
  /** Log time that passes this finds it closed. */
  readonly openTo: number;
  /** What was known of when its host was heard when it was told whole; -1 until then. */
  readonly closedWord: number;
}

/** Tells the runs of hosts when they open, close or double, and takes back what no longer holds. */
export class RunTeller {
  readonly #options: RunTellerOptions;
  /** By cover, host, gauge and first second. */
  readonly #open = new Map<string, OpenRun>();
  /** Hosts of which runs of counters were taken back: what is left is told anew. */
  readonly #takenBack = new Set<number>();

  constructor(options: RunTellerOptions) {
    this.#options = options;
  }

  /** Every cover that a host counts in, scopes first, then the covers of single hosts. */
  tell(spoken: Spoken[], revision: number, host: number, from: number, to: number): void {
    for (const cover of this.#coversOf(host)) {
      this.#tellHost(spoken, revision, host, from, to, cover);
    }
  }

  /** What was told of these seconds no longer holds; what is left of the runs is told next. */
  takeBack(spoken: Spoken[], revision: number, host: number, from: number, to: number): void {
    const { stage } = this.#options;
    const taken = { fromSecond: to + 1, toSecond: from - 1, offeredPeakSecond: from };
    let widest = 1;
    for (const cover of this.#coversOf(host)) {
      widest = Math.max(widest, cover.withinSeconds);
      for (let gauge = COUNTED_FIRST_GAUGE; gauge < GAUGES.length; gauge++) {
        if (((cover.gaugeMask >>> gauge) & 1) === 0) continue;
        const run = { ...taken, gauge, offeredPeak: 0, suppressed: 0 };
        spoken.push(this.#participant(revision, host, run, cover));
      }
    }
    this.#takenBack.add(host);
    // A run that was told reached as far as the window allows on either side.
    stage.hot.dirty.mark(host, from - widest, to + widest, 0);
  }

  /** Every cover that a host counts in and that measures. */
  *#coversOf(host: number): Generator<ToldCover> {
    const { stage, hostCovers } = this.#options;
    for (let number = 0; number < stage.covers.length + hostCovers.length; number++) {
      const cover = this.#coverOf(host, number);
      if (cover !== null) yield cover;
    }
  }

  #coverOf(host: number, number: number): ToldCover | null {
    const { stage, hostCovers, coverHashes, directory } = this.#options;
    const scoped = stage.covers[number];
    if (scoped === undefined) {
      const { gaugeMask, withinSeconds, hash } = hostCovers[number - stage.covers.length]!;
      const scope = { name: "host", value: directory.labelOf(stage.directoryId(host)) };
      const own = { number, gaugeMask: toldMask(gaugeMask), withinSeconds, isAlone: true };
      return { ...own, ruleHash: hash, scope };
    }
    const { definition, dwellSeconds, gaugeMask, withinSeconds } = scoped;
    const value = stage.members[definition]!.scopeOf(host);
    if (value < 0 || dwellSeconds > 0) return null;
    const own = { number, gaugeMask: toldMask(gaugeMask), withinSeconds, isAlone: false };
    return { ...own, ruleHash: coverHashes[number]!, scope: this.#options.scopeKey(number, value) };
  }

  #tellHost(
    spoken: Spoken[],
    revision: number,
    host: number,
    from: number,
    to: number,
    cover: ToldCover,
  ): void {
    const { stage } = this.#options;
    const { number, gaugeMask, withinSeconds } = cover;
    for (const run of runsTouching(stage, host, gaugeMask, withinSeconds, from, to)) {
      const { gauge, fromSecond, toSecond } = run;
      // Its settings say why already.
      if (gauge === LINE_MISSING_GAUGE && stage.postures.of(host) !== 0) continue;
      const key = `${number}\0${host}\0${gauge}\0${fromSecond}`;
      const told = this.#open.get(key);
      const length = toSecond - fromSecond + 1;
      const isAnew = gauge >= COUNTED_FIRST_GAUGE && this.#takenBack.has(host);
      const isDue = told === undefined || isAnew || length >= dueLength(told, cover);
      const toldLength = isDue ? length : told.toldLength;
      const openTo = toSecond + patienceSeconds(cover);
      const open = { host, cover: number, toldLength, toSecond, openTo, closedWord: NOT_CLOSED };
      this.#open.set(key, open);
      if (isDue) spoken.push(this.#participant(revision, host, run, cover));
    }
  }

  /**
   * A run that log time has left behind is told once more, whole, and then forgotten; one of a host
   * that sends samples not before a later one has shown that it is over.
   */
  close(spoken: Spoken[], revision: number, logSecond: number): void {
    const { stage } = this.#options;
    this.#takenBack.clear();
    for (const [key, open] of this.#open) {
      const { host, cover: number, toldLength, toSecond, openTo } = open;
      if (openTo >= logSecond) continue;
      const isTooOld = logSecond - toSecond > LIMITS.quietProofSeconds;
      const word = stage.silent.wordOf(host);
      if (open.closedWord === word && !isTooOld) continue;
      const isOver = this.#isOver(host, toSecond);
      const isWaiting = word !== 0 && !isOver && !isTooOld;
      if (isWaiting) this.#open.set(key, { ...open, closedWord: word });
      else this.#open.delete(key);
      // It was told whole when it was closed.
      if (open.closedWord !== NOT_CLOSED && !isOver) continue;
      const cover = this.#coverOf(host, number)!;
      const { gaugeMask, withinSeconds } = cover;
      for (const run of runsTouching(stage, host, gaugeMask, withinSeconds, toSecond, toSecond)) {
        if (run.toSecond - run.fromSecond + 1 === toldLength && !isOver) continue;
        spoken.push(this.#participant(revision, host, run, cover));
      }
    }
  }

  #participant(
    revision: number,
    host: number,
    run: HostRun,
    { ruleHash, scope }: ToldCover,
  ): Spoken {
    const { stage, directory, partition } = this.#options;
    const id = stage.directoryId(host);
    const { gauge, ...measured } = run;
    const line = stage.evidence.earliest(host, 1 << gauge, run.fromSecond, run.toSecond);
    const value: Participant = {
      ruleHash,
      scope,
      partition,
      realm: directory.realmOf(id),
      host: directory.nameOf(id),
      gauge: GAUGES[gauge]!,
      ...measured,
      text: line?.text ?? null,
      at: line?.at ?? null,
      isOverProven: this.#isOver(host, run.toSecond),
      revision,
    };
    return { name: "participant", scope, value };
  }

  /** A sample came after it that does not make it longer. */
  #isOver(host: number, toSecond: number): boolean {
    return this.#options.stage.counters.hosts.newestSecond(host) > toSecond;
  }
}

/**
 * How long a run may have grown, or be quiet, before that is told. Where nothing but its runs says
 * that a host's condition still holds, that must not lapse meanwhile.
 */
function patienceSeconds({ isAlone, withinSeconds }: ToldCover): number {
  return isAlone ? Math.ceil(withinSeconds / 2) : withinSeconds;
}

/** A run is told again when it has doubled. */
function dueLength({ toldLength }: OpenRun, cover: ToldCover): number {
  const doubled = toldLength * 2;
  return cover.isAlone ? Math.min(doubled, toldLength + patienceSeconds(cover)) : doubled;
}

/** Who counts by a counter that a line must go with is also told where that line is missing. */
function toldMask(gaugeMask: number): number {
  return (gaugeMask & FUSED_MASK) === 0 ? gaugeMask : gaugeMask | (1 << LINE_MISSING_GAUGE);
}
