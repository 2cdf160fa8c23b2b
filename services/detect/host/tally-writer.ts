import type { Canary } from "../../../lib/domain/canary.ts";
import { COUNTED_FIRST_GAUGE } from "../../../lib/domain/counted.ts";
import { FUSED_MASK } from "../../../lib/domain/fusion.ts";
import { GAUGES, LINE_MISSING_GAUGE } from "../../../lib/domain/gauge.ts";
import type { HostDirectory } from "../../../lib/domain/host-directory.ts";
import type { ScopeDefinition, ScopeKey } from "../../../lib/domain/scope.ts";
import type { Heartbeat, Participant, Tally } from "../../../lib/domain/tally.ts";
import type { HostCover } from "./cover.ts";
import { type HostRun, runsTouching } from "./host-runs.ts";
import type { HostStage } from "./host-stage.ts";

/** Seconds in one tally: a record stays far below the log's limit also when an hour changed. */
const ROWS_PER_TALLY = 2_048;

export type Spoken =
  | { readonly name: "tally"; readonly scope: ScopeKey; readonly value: Tally }
  | { readonly name: "participant"; readonly scope: ScopeKey; readonly value: Participant }
  | { readonly name: "heartbeat"; readonly scope: null; readonly value: Heartbeat };

export interface TallyWriterOptions {
  readonly stage: HostStage;
  readonly directory: HostDirectory;
  readonly definitions: readonly ScopeDefinition[];
  readonly partition: number;
  /** Parallel to the stage's covers: of everything their values depend on. */
  readonly coverHashes: readonly string[];
  /** Covers of the rules whose scope is the single host. */
  readonly hostCovers: readonly HostCover[];
}

/** A cover that a host counts in, as its runs are told. */
interface ToldCover {
  /** Among the stage's covers, those of single hosts behind them. */
  readonly number: number;
  readonly gaugeMask: number;
  readonly withinSeconds: number;
  readonly ruleHash: string;
  readonly scope: ScopeKey;
}

/** A run that may still grow: when it was last told, and how long it was then. */
interface OpenRun {
  readonly host: number;
  /** Number of the cover. */
  readonly cover: number;
  readonly toldLength: number;
  readonly toSecond: number;
  /** A hot second up to here makes it longer. */
  readonly openTo: number;
}

/**
 * What one partition has to say after a flush: the changed seconds of changed scopes, the runs that
 * opened, closed or doubled, and one heartbeat for all the rest (detector.md section 3).
 */
export class TallyWriter {
  readonly #options: TallyWriterOptions;
  /** By cover, host, gauge and first second. */
  readonly #openRuns = new Map<string, OpenRun>();
  /** Hosts of which runs of counters were taken back: what is left is told anew. */
  readonly #takenBack = new Set<number>();
  readonly #lateFacts = new Map<string, number>();

  constructor(options: TallyWriterOptions) {
    this.#options = options;
  }

  flush(
    revision: number,
    logTimeMs: number,
    missingSources: readonly string[],
    canaries: readonly Canary[],
  ): Spoken[] {
    const spoken: Spoken[] = [];
    const { stage, partition } = this.#options;
    stage.cooledHosts.drain((host, from, to) => this.#takeBack(spoken, revision, host, from, to));
    stage.dirtyHosts.drain((host, from, to) => this.#tellRuns(spoken, revision, host, from, to));
    this.#takenBack.clear();
    this.#closeRuns(spoken, revision, Math.floor(logTimeMs / 1_000));
    stage.covers.forEach((_, cover) => {
      stage.drainScopes(cover, (scope, from, to, late) =>
        this.#tellScope(spoken, revision, cover, scope, from, to, late),
      );
    });
    const heartbeat = { partition, offset: revision, logTimeMs, missingSources, canaries };
    spoken.push({ name: "heartbeat", scope: null, value: heartbeat });
    return spoken;
  }

  #tellScope(
    spoken: Spoken[],
    revision: number,
    cover: number,
    scope: number,
    from: number,
    to: number,
    late: number,
  ): void {
    const { stage, coverHashes, partition } = this.#options;
    const series = stage.series(cover, scope);
    if (series === undefined) return;
    const key = this.#scopeKey(cover, scope);
    const ruleHash = coverHashes[cover]!;
    const lateKey = `${ruleHash}\0${key.value}`;
    const lateFacts = (this.#lateFacts.get(lateKey) ?? 0) + late;
    if (lateFacts > 0) this.#lateFacts.set(lateKey, lateFacts);
    const members = stage.members[stage.covers[cover]!.definition]!;
    const seen = {
      hostsSeen: members.hostsSeen[scope]!,
      hostsSampled: members.hostsSampled[scope]!,
      blind: Array.from(members.blind[scope]!, (hosts) => hosts ?? 0),
    };
    let columns = emptyColumns();
    const tell = (): void => {
      if (columns.seconds.length === 0) return;
      const value = { ruleHash, scope: key, partition, revision, baseSecond: from, ...columns };
      spoken.push({ name: "tally", scope: key, value: { ...value, ...seen, lateFacts } });
      columns = emptyColumns();
    };
    series.visitRows(from, to, (second, change, offered, suppressed) => {
      columns.seconds.push(second - from);
      columns.changes.push(change);
      columns.offered.push(offered);
      columns.suppressed.push(suppressed);
      if (columns.seconds.length === ROWS_PER_TALLY) tell();
    });
    tell();
  }

  #scopeKey(cover: number, scope: number): ScopeKey {
    const { stage, definitions } = this.#options;
    const { definition } = stage.covers[cover]!;
    return {
      name: definitions[definition]!.name,
      value: stage.members[definition]!.values[scope]!,
    };
  }

  /** Every cover that a host counts in, scopes first, then the covers of single hosts. */
  #tellRuns(spoken: Spoken[], revision: number, host: number, from: number, to: number): void {
    for (const cover of this.#coversOf(host)) {
      this.#tellHost(spoken, revision, host, from, to, cover);
    }
  }

  /** What was told of these seconds no longer holds; what is left of the runs is told next. */
  #takeBack(spoken: Spoken[], revision: number, host: number, from: number, to: number): void {
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
    stage.dirtyHosts.mark(host, from - widest, to + widest, 0);
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
      return { number, gaugeMask: toldMask(gaugeMask), withinSeconds, ruleHash: hash, scope };
    }
    const { definition, dwellSeconds, gaugeMask, withinSeconds } = scoped;
    const value = stage.members[definition]!.scopeOf(host);
    if (value < 0 || dwellSeconds > 0) return null;
    const own = { number, gaugeMask: toldMask(gaugeMask), withinSeconds };
    return { ...own, ruleHash: coverHashes[number]!, scope: this.#scopeKey(number, value) };
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
      const told = this.#openRuns.get(key);
      const length = toSecond - fromSecond + 1;
      const isAnew = gauge >= COUNTED_FIRST_GAUGE && this.#takenBack.has(host);
      const isDue = told === undefined || isAnew || length >= told.toldLength * 2;
      const toldLength = isDue ? length : told.toldLength;
      const openTo = toSecond + withinSeconds;
      this.#openRuns.set(key, { host, cover: number, toldLength, toSecond, openTo });
      if (isDue) spoken.push(this.#participant(revision, host, run, cover));
    }
  }

  /** A run that log time has left behind is told once more, whole, and then forgotten. */
  #closeRuns(spoken: Spoken[], revision: number, logSecond: number): void {
    const { stage } = this.#options;
    for (const [key, { host, cover: number, toldLength, toSecond, openTo }] of this.#openRuns) {
      if (openTo >= logSecond) continue;
      this.#openRuns.delete(key);
      const cover = this.#coverOf(host, number)!;
      const { gaugeMask, withinSeconds } = cover;
      for (const run of runsTouching(stage, host, gaugeMask, withinSeconds, toSecond, toSecond)) {
        if (run.toSecond - run.fromSecond + 1 === toldLength) continue;
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
      revision,
    };
    return { name: "participant", scope, value };
  }
}

/** Who counts by a counter that a line must go with is also told where that line is missing. */
function toldMask(gaugeMask: number): number {
  return (gaugeMask & FUSED_MASK) === 0 ? gaugeMask : gaugeMask | (1 << LINE_MISSING_GAUGE);
}

function emptyColumns(): Record<"seconds" | "changes" | "offered" | "suppressed", number[]> {
  return { seconds: [], changes: [], offered: [], suppressed: [] };
}
