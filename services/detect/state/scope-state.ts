import type { Outline } from "../../../lib/domain/outline.ts";
import type { SourceState } from "../host/source-clock.ts";
import type { BehindState } from "../scope/behind.ts";
import type { Span } from "../scope/episodes.ts";
import { FoldedHostReader } from "../scope/folded-host-reader.ts";
import {
  FoldedScopeReader,
  type PartitionBlindness,
  type PartitionSilence,
} from "../scope/folded-reader.ts";
import type { IncidentRecord } from "../scope/incident-record.ts";
import type { KnownControlsState } from "../scope/known-controls.ts";
import type { Run } from "../scope/participant-book.ts";
import type { StageState } from "../scope/scope-stage.ts";
import type { HashedRule } from "../scope/folded-watches.ts";
import type { TallyFold } from "../scope/tally-fold.ts";

/** Raised when the layout below changes. */
export const SCOPE_STATE_LAYOUT = 6;

type StoredRecord = Omit<IncidentRecord, "rule" | "scope">;

interface StoredWatch {
  readonly rule: string;
  /** Of its covers. */
  readonly covers: readonly string[];
  readonly configHash: string;
  readonly scope: { readonly name: string; readonly value: string };
  readonly records: readonly StoredRecord[];
  readonly runs: readonly (readonly [string, readonly Run[]])[];
  /** What is not seen of a scope. */
  readonly missing?: readonly (readonly [string, readonly Run[]])[];
  readonly blindness?: readonly (readonly [number, PartitionBlindness])[];
  readonly silence?: readonly (readonly [number, PartitionSilence])[];
  /** By cover and partition: rows of second, revision, change, offered, suppressed. */
  readonly parts: readonly (readonly [string, number, number, readonly number[]])[];
}

interface StoredFold {
  readonly clock: { readonly logTimeMs: number | null; readonly sources: readonly SourceState[] };
  readonly stage: StageState;
  readonly lateFacts: readonly (readonly [string, number])[];
  readonly watches: readonly StoredWatch[];
  readonly controls: KnownControlsState;
  readonly elsewhere: readonly Outline[];
  readonly behind: BehindState;
}

/** A scope stage as bytes: series, runs and incidents of what is or was hot, so JSON is enough. */
export function encodeScopeState(fold: TallyFold): Uint8Array {
  const watches: StoredWatch[] = [];
  for (const { rule: ofWatch, scope, reader, records } of fold.watches.all()) {
    const known = fold.watches.ruleNamed(ofWatch.name)!;
    const rule = { rule: ofWatch.name, covers: coversOf(known), configHash: known.configHash };
    const stored = records.map(({ rule: _rule, scope: _scope, ...record }) => record);
    if (reader instanceof FoldedHostReader) {
      const runs = [[reader.host, reader.book.runsOf(reader.host)] as const];
      watches.push({ ...rule, scope, records: stored, runs, parts: [] });
    } else if (reader instanceof FoldedScopeReader) {
      const runs = [...reader.book.entries()];
      const missing = [...reader.missing.entries()];
      const seen = { missing, blindness: reader.blindnessBy(), silence: reader.silenceBy() };
      watches.push({ ...rule, scope, records: stored, runs, parts: partsOf(reader), ...seen });
    }
  }
  const { logTimeMs } = fold.clock;
  const stored: StoredFold = {
    clock: {
      logTimeMs: Number.isFinite(logTimeMs) ? logTimeMs : null,
      sources: fold.clock.states(),
    },
    stage: fold.stage.state(),
    lateFacts: fold.lateFacts(),
    watches,
    controls: fold.controls.state(),
    elsewhere: fold.elsewhere.state(),
    behind: fold.behind.state(),
  };
  return new TextEncoder().encode(JSON.stringify(stored));
}

function partsOf(reader: FoldedScopeReader): StoredWatch["parts"] {
  return [...reader.partitions()].map(([coverHash, partition, series]) => {
    const rows: number[] = [];
    series.visitRows(0, Number.MAX_SAFE_INTEGER, (...row) => void rows.push(...row));
    return [coverHash, partition, reader.hostsSeenBy(partition), rows] as const;
  });
}

function coversOf({ uses }: HashedRule): string[] {
  return uses.map(({ coverHash }) => coverHash);
}

export function restoreScopeState(bytes: Uint8Array, fold: TallyFold): void {
  const stored = JSON.parse(new TextDecoder().decode(bytes)) as StoredFold;
  fold.clock.restore(stored.clock.sources, stored.clock.logTimeMs ?? Number.NEGATIVE_INFINITY);
  fold.restoreLateFacts(stored.lateFacts);
  fold.stage.restore(stored.stage);
  fold.controls.restore(stored.controls);
  fold.behind.restore(stored.behind);
  for (const outline of stored.elsewhere) fold.elsewhere.put(outline);
  for (const { rule, scope, records, runs, parts, covers, configHash, ...seen } of stored.watches) {
    const { missing = [], blindness = [], silence = [] } = seen;
    const known = fold.watches.ruleNamed(rule);
    // The host stage tells all it keeps under the new hash; what was summed under the old one goes.
    if (known === null || coversOf(known).join() !== covers.join()) continue;
    const watch = fold.watches.of(rule, scope)!;
    const reader = watch.reader as FoldedHostReader | FoldedScopeReader;
    for (const [host, hostRuns] of runs) for (const run of hostRuns) reader.book.put(host, run);
    if (reader instanceof FoldedScopeReader) {
      for (const [host, gaps] of missing) for (const gap of gaps) reader.missing.put(host, gap);
      for (const [partition, told] of blindness) reader.setBlindness(partition, told);
      for (const [partition, told] of silence)
        reader.setSilence(known.uses[0]!.coverHash, partition, told);
      for (const [coverHash, partition, hostsSeen, rows] of parts) {
        reader.setHostsSeen(partition, hostsSeen);
        const part = reader.part(coverHash, partition);
        for (let i = 0; i < rows.length; i += 5) {
          part.set(rows[i]!, rows[i + 1]!, rows[i + 2]!, rows[i + 3]!, rows[i + 4]!);
        }
      }
    }
    // Its incidents end with the former rule (outdated-incidents.ts); what it counts stays true.
    if (known.configHash !== configHash) {
      for (const { from, to } of spansOf(runs, parts)) {
        fold.stage.touch(watch, from, to + watch.rule.withinSeconds, 0);
      }
      continue;
    }
    for (const record of records) {
      fold.stage.adopt(watch, { ...record, rule: watch.rule, scope: watch.scope });
    }
  }
}

/** What a watch knows of, to be evaluated once more. */
function spansOf(runs: StoredWatch["runs"], parts: StoredWatch["parts"]): Span[] {
  const ofRuns = runs.flatMap(([, ofHost]) =>
    ofHost.map(({ fromSecond, toSecond }) => ({ from: fromSecond, to: toSecond })),
  );
  const ofParts = parts.flatMap(([, , , rows]) =>
    rows.length === 0 ? [] : [{ from: rows[0]!, to: rows[rows.length - 5]! }],
  );
  return [...ofRuns, ...ofParts];
}
