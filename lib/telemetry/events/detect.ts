import { INCIDENT_STATES, type Incident, type IncidentState } from "../../domain/incident.ts";
import {
  FOLD_LOSSES,
  SNAPSHOT_FAULTS,
  FOLDS,
  type FoldLoss,
  type SnapshotFault,
  type Fold,
} from "../labels.ts";
import { error, info, warn, type Log } from "../messages.ts";
import { counter, gauge, type Meters } from "../metrics.ts";

export const DETECT_METRICS = {
  observations: counter("detect_observations_total", "Observations folded.", {}),
  losses: counter(
    "detect_observations_lost_total",
    "Observations that changed nothing, or not all they could, by reason.",
    { reason: FOLD_LOSSES },
  ),
  ticksCut: counter(
    "detect_ticks_cut_total",
    "Ticks ahead of the stamp of their own record, cut to it: a clock runs fast.",
    {},
  ),
  tallies: counter("detect_tallies_total", "Tallies published.", {}),
  participants: counter("detect_participants_total", "Participant records published.", {}),
  revisions: counter("detect_revisions_total", "Revisions of incidents published.", {
    rule: "configured",
    state: INCIDENT_STATES,
  }),
  open: gauge("detect_incidents", "Incidents that are not over, by state.", {
    state: INCIDENT_STATES,
  }),
  hosts: gauge("detect_hosts", "Hosts that the host stage holds state for.", {}),
  runs: gauge("detect_runs", "Runs of hot seconds in the pool.", {}),
  retain: gauge(
    "detect_retain_seconds",
    "How far back late facts are taken: as configured, or less when the pool is full.",
    {},
  ),
  logTimeLag: gauge(
    "detect_log_time_lag_seconds",
    "How far log time lies behind the clock: the age of what this stage knows.",
    { stage: FOLDS },
  ),
  sourcesLive: gauge("detect_sources", "Sources that log time waits for.", {}),
  sourcesLeft: counter("detect_sources_left_total", "Sources that stopped ticking and left.", {}),
  snapshots: counter("detect_snapshots_total", "Snapshots written.", { stage: FOLDS }),
  snapshotBytes: gauge("detect_snapshot_bytes", "Size of the latest snapshot.", { stage: FOLDS }),
  snapshotFaults: counter(
    "detect_snapshot_faults_total",
    "Snapshots that could not be used or written.",
    { stage: FOLDS, reason: SNAPSHOT_FAULTS },
  ),
} as const;

export const DETECT_MESSAGES = {
  revision: info("incident revised", "One revision of an incident was published."),
  sourceLeft: warn(
    "source stopped and log time goes on without it",
    "Its hosts count as not reporting in the coverage of incidents until it is back.",
  ),
  sourceBack: info("source is back", "Log time waits for it again."),
  poolFull: warn(
    "pool of hot runs is full",
    "The oldest hour went, so late facts reach less far back. Raise limits.hot_runs if memory " +
      "allows it.",
  ),
  snapshotLoaded: info("snapshot loaded", "The fold goes on from the offset beside it."),
  snapshotFault: error(
    "snapshot failed",
    "The older generation, or the log from its start, stands in: slower, and nothing is lost.",
  ),
} as const;

/** What happens in the host stage and the scope stage. */
export class DetectEvents {
  readonly #meters: Meters;
  readonly #log: Log;

  constructor(meters: Meters, log: Log) {
    this.#meters = meters;
    this.#log = log;
  }

  observationsFolded(observations: number): void {
    this.#meters.add(DETECT_METRICS.observations, observations, {});
  }

  observationsLost(reason: FoldLoss, observations: number): void {
    if (observations > 0) this.#meters.add(DETECT_METRICS.losses, observations, { reason });
  }

  ticksCut(ticks: number): void {
    if (ticks > 0) this.#meters.add(DETECT_METRICS.ticksCut, ticks, {});
  }

  talliesPublished(tallies: number, participants: number): void {
    this.#meters.add(DETECT_METRICS.tallies, tallies, {});
    this.#meters.add(DETECT_METRICS.participants, participants, {});
  }

  /** After the revision is in the log. */
  revisionPublished(
    incident: Pick<Incident, "id" | "revision" | "state" | "severity" | "title"> & {
      readonly rule: { readonly name: string };
    },
  ): void {
    const { id, revision, state, severity, title } = incident;
    const rule = incident.rule.name;
    this.#meters.add(DETECT_METRICS.revisions, 1, { rule, state });
    const fields = { incident: id, revision, state, severity, rule, title };
    this.#log.write(DETECT_MESSAGES.revision, fields);
  }

  incidentsOpen(counts: Readonly<Partial<Record<IncidentState, number>>>): void {
    for (const state of INCIDENT_STATES) {
      this.#meters.set(DETECT_METRICS.open, counts[state] ?? 0, { state });
    }
  }

  stateHeld(held: { readonly hosts: number; readonly runs: number }): void {
    this.#meters.set(DETECT_METRICS.hosts, held.hosts, {});
    this.#meters.set(DETECT_METRICS.runs, held.runs, {});
  }

  /** The effective retain; `isShrunk` when it just became less because the pool is full. */
  retainHeld(seconds: number, isShrunk: boolean): void {
    this.#meters.set(DETECT_METRICS.retain, seconds, {});
    if (isShrunk) this.#log.write(DETECT_MESSAGES.poolFull, { retainSeconds: seconds });
  }

  /** For people who watch: the adapter compares log time with the clock, no fold does. */
  logTimeLag(stage: Fold, seconds: number): void {
    this.#meters.set(DETECT_METRICS.logTimeLag, Math.max(0, seconds), { stage });
  }

  sourceLeft(source: string, live: number): void {
    this.#meters.add(DETECT_METRICS.sourcesLeft, 1, {});
    this.#meters.set(DETECT_METRICS.sourcesLive, live, {});
    this.#log.write(DETECT_MESSAGES.sourceLeft, { source, live });
  }

  sourceBack(source: string, live: number): void {
    this.#meters.set(DETECT_METRICS.sourcesLive, live, {});
    this.#log.write(DETECT_MESSAGES.sourceBack, { source, live });
  }

  snapshotWritten(stage: Fold, bytes: number): void {
    this.#meters.add(DETECT_METRICS.snapshots, 1, { stage });
    this.#meters.set(DETECT_METRICS.snapshotBytes, bytes, { stage });
  }

  snapshotLoaded(stage: Fold, partition: number, offset: number, bytes: number): void {
    this.#meters.set(DETECT_METRICS.snapshotBytes, bytes, { stage });
    this.#log.write(DETECT_MESSAGES.snapshotLoaded, { stage, partition, offset, bytes });
  }

  snapshotFailed(stage: Fold, reason: SnapshotFault, partition: number, cause?: unknown): void {
    this.#meters.add(DETECT_METRICS.snapshotFaults, 1, { stage, reason });
    this.#log.write(DETECT_MESSAGES.snapshotFault, { stage, reason, partition, error: cause });
  }
}
