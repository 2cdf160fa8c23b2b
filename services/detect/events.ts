import type { IncidentState } from "../../lib/domain/incident.ts";

/** What the detector tells of itself; lib/telemetry counts and logs it. None of these may throw. */
export interface DetectEvents {
  folded(stage: "host" | "scope", records: number): void;
  /** A record that could not be read: its place is kept, nothing else can be done with it. */
  undecodable(topic: string, partition: number, offset: number, reason: string): void;
  revision(rule: string, state: IncidentState): void;
  snapshotWritten(stage: "host" | "scope", bytes: number): void;
  snapshotLoaded(stage: "host" | "scope", bytes: number): void;
  logTime(stage: "host" | "scope", logTimeMs: number): void;
  gap(topic: string, partition: number, fromOffset: number, toOffset: number): void;
}

export const SILENT_EVENTS: DetectEvents = {
  folded: () => undefined,
  undecodable: () => undefined,
  revision: () => undefined,
  snapshotWritten: () => undefined,
  snapshotLoaded: () => undefined,
  logTime: () => undefined,
  gap: () => undefined,
};
