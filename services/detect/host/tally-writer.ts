import type { Canary } from "../../../lib/domain/canary.ts";
import { COUNTED_FIRST_GAUGE } from "../../../lib/domain/counted.ts";
import { FUSED_MASK } from "../../../lib/domain/fusion.ts";
import { gaugeMask as maskOf, GAUGES, LINE_MISSING } from "../../../lib/domain/gauge.ts";
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

const LINE_MISSING_MASK = maskOf([LINE_MISSING]);
const LINE_MISSING_GAUGE = GAUGES.indexOf(LINE_MISSING);

type VisitCover = (
  cover: { readonly gaugeMask: number; readonly withinSeconds: number },
  ruleHash: string,
  number: number,
  scope: ScopeKey,
) => void;

/** A run that may still grow: when it was last told, and how long it was then. */
interface OpenRun {
  readonly host: number;
  readonly cover: number;
  readonly gauge: number;
  readonly toldLength: number;
  readonly toSecond: number;
}

/**
 * What one partition has to say after a flush: the changed seconds of changed scopes, the runs that
 * opened, closed or doubled, and one heartbeat for all the rest (detector.md section 3).
 */
export class TallyWriter {
  readonly #options: TallyWriterOptions;
  readonly #openRuns = new Map<string, OpenRun>();
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
    this.#visitCovers(host, (cover, hash, number, key) =>
      this.#tellHost(spoken, revision, host, from, to, cover, hash, number, key),
    );
  }

  /** What was told of these seconds no longer holds; what is left of the runs is told next. */
  #takeBack(spoken: Spoken[], revision: number, host: number, from: number, to: number): void {
    const { stage, directory, partition } = this.#options;
    const id = stage.directoryId(host);
    let widest = 1;
    this.#visitCovers(host, ({ gaugeMask, withinSeconds }, ruleHash, number, scope) => {
      widest = Math.max(widest, withinSeconds);
      for (const [gauge, name] of GAUGES.entries()) {
        if (((toldMask(gaugeMask) >>> gauge) & 1) === 0 || gauge < COUNTED_FIRST_GAUGE) continue;
        const value: Participant = {
          ruleHash,
          scope,
          partition,
          realm: directory.realmOf(id),
          host: directory.nameOf(id),
          gauge: name,
          fromSecond: to + 1,
          toSecond: from - 1,
          offeredPeak: 0,
          offeredPeakSecond: from,
          suppressed: 0,
          text: null,
          at: null,
          revision,
        };
        spoken.push({ name: "participant", scope, value });
        for (const [key, open] of this.#openRuns) {
          const isOf = open.host === host && open.cover === number && open.gauge === gauge;
          if (isOf && open.toSecond >= from - withinSeconds) this.#openRuns.delete(key);
        }
      }
    });
    // A run that was told reached as far as the window allows on either side.
    stage.dirtyHosts.mark(host, from - widest, to + widest, 0);
  }

  /** Every cover that a host counts in and that measures. */
  #visitCovers(host: number, visit: VisitCover): void {
    const { stage, hostCovers, coverHashes, directory } = this.#options;
    stage.covers.forEach((cover, number) => {
      const scope = stage.members[cover.definition]!.scopeOf(host);
      if (scope < 0 || cover.dwellSeconds > 0) return;
      visit(cover, coverHashes[number]!, number, this.#scopeKey(number, scope));
    });
    hostCovers.forEach((cover, index) => {
      const key = { name: "host", value: directory.labelOf(stage.directoryId(host)) };
      visit(cover, cover.hash, stage.covers.length + index, key);
    });
  }

  #tellHost(
    spoken: Spoken[],
    revision: number,
    host: number,
    from: number,
    to: number,
    cover: { readonly gaugeMask: number; readonly withinSeconds: number },
    ruleHash: string,
    number: number,
    scope: ScopeKey,
  ): void {
    const { stage } = this.#options;
    const mask = toldMask(cover.gaugeMask);
    const runs = runsTouching(stage, host, mask, cover.withinSeconds, from, to);
    for (const run of runs) {
      // Its settings say why already.
      if (run.gauge === LINE_MISSING_GAUGE && stage.postures.of(host) !== 0) continue;
      const open = `${number}\0${host}\0${run.gauge}\0${run.fromSecond}`;
      const told = this.#openRuns.get(open);
      const length = run.toSecond - run.fromSecond + 1;
      const isDue = told === undefined || length >= told.toldLength * 2;
      const toldLength = isDue ? length : told.toldLength;
      const { gauge, toSecond } = run;
      this.#openRuns.set(open, { host, cover: number, gauge, toldLength, toSecond });
      if (isDue) spoken.push(this.#participant(revision, host, run, ruleHash, scope));
    }
  }

  /** A run that log time has left behind is told once more, whole, and then forgotten. */
  #closeRuns(spoken: Spoken[], revision: number, logSecond: number): void {
    const { stage, hostCovers, coverHashes, directory } = this.#options;
    for (const [key, open] of this.#openRuns) {
      const scoped = stage.covers[open.cover];
      const cover = scoped ?? hostCovers[open.cover - stage.covers.length]!;
      if (open.toSecond + cover.withinSeconds >= logSecond) continue;
      this.#openRuns.delete(key);
      const scope =
        scoped === undefined
          ? { name: "host", value: directory.labelOf(stage.directoryId(open.host)) }
          : this.#scopeKey(open.cover, stage.members[scoped.definition]!.scopeOf(open.host));
      const ruleHash =
        coverHashes[open.cover] ?? hostCovers[open.cover - stage.covers.length]!.hash;
      const { withinSeconds } = cover;
      const gaugeMask = toldMask(cover.gaugeMask);
      const { host, toSecond } = open;
      for (const run of runsTouching(stage, host, gaugeMask, withinSeconds, toSecond, toSecond)) {
        if (run.toSecond - run.fromSecond + 1 === open.toldLength) continue;
        spoken.push(this.#participant(revision, host, run, ruleHash, scope));
      }
    }
  }

  #participant(
    revision: number,
    host: number,
    run: HostRun,
    ruleHash: string,
    scope: ScopeKey,
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
  return (gaugeMask & FUSED_MASK) === 0 ? gaugeMask : gaugeMask | LINE_MISSING_MASK;
}

function emptyColumns(): Record<"seconds" | "changes" | "offered" | "suppressed", number[]> {
  return { seconds: [], changes: [], offered: [], suppressed: [] };
}
