import type { Incident } from "../lib/domain/incident.ts";
import { revisionChanges } from "../services/detect/rules/changes.ts";
import { incidentOf } from "../services/detect/rules/incident-of.ts";
import type { IncidentRecord } from "../services/detect/scope/incident-record.ts";
import type { IncidentSink } from "../services/detect/scope/scope-stage.ts";
import type { Watch } from "../services/detect/scope/watch.ts";

export interface CollectorOptions {
  readonly configHashOf: (watch: Watch) => string;
  readonly hostsExpected: (watch: Watch) => number | null;
  /** Every revision, or only what an incident came to in the end. */
  readonly revisions: boolean;
  readonly take: (incident: Incident) => void;
}

/** Words incidents as they leave the detector; without revisions only once nothing can change. */
export class IncidentCollector implements IncidentSink {
  readonly #options: CollectorOptions;

  constructor(options: CollectorOptions) {
    this.#options = options;
  }

  publish(watch: Watch, record: IncidentRecord): void {
    if (this.#options.revisions) this.#take(watch, record);
  }

  finalise(watch: Watch, record: IncidentRecord): void {
    // What was withdrawn or merged was no incident in the end.
    if (!this.#options.revisions && record.state !== "withdrawn") this.#take(watch, record);
  }

  #take(watch: Watch, record: IncidentRecord): void {
    const { configHashOf, hostsExpected, take } = this.#options;
    const context = {
      configHash: configHashOf(watch),
      changes: this.#options.revisions ? revisionChanges(record) : [],
      hostsExpected: hostsExpected(watch),
    };
    take(incidentOf(watch, record, context));
  }
}
