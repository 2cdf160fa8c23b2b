import type { Incident } from "../../lib/domain/incident.ts";

export type Fold = "host" | "scope";

/** The loops of the service, as they are named in metrics. */
export type Loop = Fold | "controls";

/**
 * Older than what is kept; a sample before all that its series remembers; a sample of a host for
 * which there is no room.
 */
export type Loss = "beyond_retain" | "late_sample" | "host_limit";

/** What the detector tells of itself; lib/telemetry counts and logs it. None of these may throw. */
export interface DetectEvents {
  observationsFolded(observations: number): void;
  /** Of those folded, the ones that changed nothing, or not all that they could. */
  observationsLost(reason: Loss, observations: number): void;
  talliesPublished(tallies: number, participants: number): void;
  /** A record that could not be read: nothing else can be done with it. */
  undecodable(stage: Fold, topic: string, partition: number, offset: number, reason: string): void;
  revisionPublished(incident: Incident): void;
  /** One could not be used: the older generation, or the log, stands in. */
  snapshotUnusable(stage: Fold, partition: number, reason: "torn" | "other_version"): void;
  snapshotWritten(stage: Fold, bytes: number): void;
  snapshotLoaded(stage: Fold, partition: number, offset: number, bytes: number): void;
  logTime(stage: Fold, logTimeMs: number): void;
}

export const SILENT_EVENTS: DetectEvents = {
  observationsFolded: () => undefined,
  observationsLost: () => undefined,
  talliesPublished: () => undefined,
  undecodable: () => undefined,
  revisionPublished: () => undefined,
  snapshotUnusable: () => undefined,
  snapshotWritten: () => undefined,
  snapshotLoaded: () => undefined,
  logTime: () => undefined,
};
