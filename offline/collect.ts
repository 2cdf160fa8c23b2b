import type { Incident } from "../lib/domain/incident.ts";
import { revisionChanges } from "../services/detect/rules/changes.ts";
import { type Background, backgroundOf, incidentOf } from "../services/detect/rules/incident-of.ts";
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
  /** Of incidents that are worded when they are final: what their last revision would have said. */
  readonly #backgrounds = new Map<IncidentRecord, Background>();

  constructor(options: CollectorOptions) {
    this.#options = options;
  }

  publish(watch: Watch, record: IncidentRecord): void {
    const background = backgroundOf(watch, record);
    if (this.#options.revisions) this.#take(watch, record, background);
    else this.#backgrounds.set(record, background);
  }

  finalise(watch: Watch, record: IncidentRecord): void {
    const background = this.#backgrounds.get(record);
    this.#backgrounds.delete(record);
    // What was withdrawn or merged was no incident in the end.
    if (background !== undefined && record.state !== "withdrawn") {
      this.#take(watch, record, background);
    }
  }

  #take(watch: Watch, record: IncidentRecord, background: Background): void {
    const { configHashOf, hostsExpected, take } = this.#options;
    const context = {
      configHash: configHashOf(watch),
      changes: this.#options.revisions ? revisionChanges(record) : [],
      hostsExpected: hostsExpected(watch),
      background,
    };
    take(incidentOf(watch, record, context));
  }
}
