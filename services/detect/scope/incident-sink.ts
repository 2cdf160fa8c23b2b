import type { Span } from "./episodes.ts";
import type { IncidentRecord } from "./incident-record.ts";
import type { LargerIncident } from "./larger-incident.ts";
import type { RevisionReason } from "./lifecycle.ts";
import type { Watch } from "./watch.ts";

/** Where incidents go as they are told. */
export interface IncidentSink {
  /** A revision is due; `record` still holds what the last one said in its published fields. */
  publish(watch: Watch, record: IncidentRecord, reason: RevisionReason): void;
  /** Nothing can change this incident any more. */
  finalise(watch: Watch, record: IncidentRecord): void;
}

export interface ScopeStageOptions {
  readonly sink: IncidentSink;
  /** Ended incidents are kept this long for late facts. */
  readonly retainSeconds: number;
  /** The larger incident that explains all of a single host's, if there is one. */
  readonly largerThan: (watch: Watch, record: IncidentRecord) => LargerIncident | null;
  /** Single-host watches of the hosts that take part in a scope's incidents in a span. */
  readonly hostWatchesOf: (watch: Watch, span: Span) => readonly Watch[];
  /** Whether an incident of a former rule has this id. */
  readonly isTaken?: (id: string) => boolean;
}
