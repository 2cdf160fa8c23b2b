import type { Canary } from "../../../lib/domain/canary.ts";
import type { HostDirectory } from "../../../lib/domain/host-directory.ts";
import type { ScopeDefinition, ScopeKey } from "../../../lib/domain/scope.ts";
import type { Heartbeat, Participant, Tally } from "../../../lib/domain/tally.ts";
import type { HostCover } from "./cover.ts";
import type { HostStage } from "./host-stage.ts";
import { RunTeller } from "./run-teller.ts";

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

/**
 * What one partition has to say after a flush: the changed seconds of changed scopes, the runs that
 * opened, closed or doubled, and one heartbeat for all the rest (detector.md section 3).
 */
export class TallyWriter {
  readonly #options: TallyWriterOptions;
  readonly #runs: RunTeller;
  readonly #lateFacts = new Map<string, number>();

  constructor(options: TallyWriterOptions) {
    this.#options = options;
    const scopeKey = (cover: number, scope: number): ScopeKey => this.#scopeKey(cover, scope);
    this.#runs = new RunTeller({ ...options, scopeKey });
  }

  flush(
    revision: number,
    logTimeMs: number,
    missingSources: readonly string[],
    canaries: readonly Canary[],
  ): Spoken[] {
    const spoken: Spoken[] = [];
    const { stage, partition } = this.#options;
    const runs = this.#runs;
    const logSecond = Math.floor(logTimeMs / 1_000);
    stage.hot.cooled.drain((host, from, to) => runs.takeBack(spoken, revision, host, from, to));
    stage.hot.dirty.drain((host, from, to) => runs.tell(spoken, revision, host, from, to));
    runs.close(spoken, revision, logSecond);
    stage.covers.forEach(({ definition, dwellSeconds }, cover) => {
      const told = new Set<number>();
      stage.drainScopes(cover, (scope, from, to, late) => {
        if (this.#tellScope(spoken, revision, cover, scope, from, to, late)) told.add(scope);
      });
      // Also where nothing is hot here: elsewhere it may be.
      if (dwellSeconds > 0) return;
      for (const scope of stage.members[definition]!.changed) {
        if (!told.has(scope)) this.#tellHosts(spoken, revision, cover, scope, logSecond);
      }
    });
    for (const { changed } of stage.members) changed.clear();
    const heartbeat = { partition, offset: revision, logTimeMs, missingSources, canaries };
    spoken.push({ name: "heartbeat", scope: null, value: heartbeat });
    return spoken;
  }

  /** True where there was something to tell. */
  #tellScope(
    spoken: Spoken[],
    revision: number,
    cover: number,
    scope: number,
    from: number,
    to: number,
    late: number,
  ): boolean {
    const series = this.#options.stage.series(cover, scope);
    if (series === undefined) return false;
    const about = { ...this.#aboutScope(cover, scope, late), revision, baseSecond: from };
    const before = spoken.length;
    let columns = emptyColumns();
    const tell = (): void => {
      if (columns.seconds.length === 0) return;
      spoken.push({ name: "tally", scope: about.scope, value: { ...about, ...columns } });
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
    return spoken.length > before;
  }

  /** Other hosts of a scope are seen, sampled or silent than before; no second of it changed. */
  #tellHosts(
    spoken: Spoken[],
    revision: number,
    cover: number,
    scope: number,
    logSecond: number,
  ): void {
    const about = this.#aboutScope(cover, scope, 0);
    const value = { ...about, revision, baseSecond: logSecond, ...emptyColumns() };
    spoken.push({ name: "tally", scope: about.scope, value });
  }

  /** All of a tally but its seconds. */
  #aboutScope(cover: number, scope: number, late: number) {
    const { stage, directory, coverHashes, partition } = this.#options;
    const { definition, dwellSeconds } = stage.covers[cover]!;
    const key = this.#scopeKey(cover, scope);
    const ruleHash = coverHashes[cover]!;
    const lateKey = `${ruleHash}\0${key.value}`;
    const lateFacts = (this.#lateFacts.get(lateKey) ?? 0) + late;
    if (lateFacts > 0) this.#lateFacts.set(lateKey, lateFacts);
    const members = stage.members[definition]!;
    // What decides stands beside what measures, which says it.
    const named = dwellSeconds > 0 ? [] : stage.silent.namedOf(definition, scope);
    return {
      ruleHash,
      scope: key,
      partition,
      hostsSeen: members.hostsSeen[scope]!,
      hostsSampled: members.hostsSampled[scope]!,
      blind: Array.from(members.blind[scope]!, (hosts) => hosts ?? 0),
      hostsSilent: stage.silent.countOf(definition, scope),
      silent: named.map(({ host }) => directory.labelOf(stage.directoryId(host))),
      silentSince: named.map(({ sinceSecond }) => sinceSecond),
      lateFacts,
    };
  }

  #scopeKey(cover: number, scope: number): ScopeKey {
    const { stage, definitions } = this.#options;
    const { definition } = stage.covers[cover]!;
    return {
      name: definitions[definition]!.name,
      value: stage.members[definition]!.values[scope]!,
    };
  }
}

function emptyColumns(): Record<"seconds" | "changes" | "offered" | "suppressed", number[]> {
  return { seconds: [], changes: [], offered: [], suppressed: [] };
}
