import type { Incident } from "../lib/domain/incident.ts";
import { revisionChanges } from "../services/detect/rules/changes.ts";
import { type Background, backgroundOf, incidentOf } from "../services/detect/rules/incident-of.ts";
import type { IncidentRecord } from "../services/detect/scope/incident-record.ts";
import type { IncidentSink } from "../services/detect/scope/incident-sink.ts";
import type { Watch } from "../services/detect/scope/watch.ts";

export interface CollectorOptions {
  readonly configHashOf: (watch: Watch) => string;
  readonly hostsExpected: (watch: Watch) => number | null;
  /** Every revision, or only what an incident came to in the end. */
  readonly revisions: boolean;
  readonly take: (incident: Incident) => void;
}

/** Incidents that are kept in words, about 10 KB each with 50 hosts; others are worded again. */
const WORDED_MAX = 1_000;

/**
 * Words incidents as they leave the detector; without revisions only once nothing can change. One
 * that has ended is worded there and then, while its facts are the newest: at the end of a day of
 * logs the way back to them is long (bench/replay.bench.ts).
 */
export class IncidentCollector implements IncidentSink {
  readonly #options: CollectorOptions;
  readonly #ended = new Map<IncidentRecord, Incident>();
  /** Of all others: what their last revision would have said. */
  readonly #backgrounds = new Map<IncidentRecord, Background>();

  constructor(options: CollectorOptions) {
    this.#options = options;
  }

  publish(watch: Watch, record: IncidentRecord): void {
    const background = backgroundOf(watch, record);
    if (this.#options.revisions) {
      this.#options.take(this.#worded(watch, record, background));
      return;
    }
    this.#ended.delete(record);
    if (record.state === "resolved" && this.#ended.size < WORDED_MAX) {
      this.#ended.set(record, this.#worded(watch, record, background));
    } else this.#backgrounds.set(record, background);
  }

  finalise(watch: Watch, record: IncidentRecord): void {
    const ended = this.#ended.get(record);
    const background = this.#backgrounds.get(record);
    this.#ended.delete(record);
    this.#backgrounds.delete(record);
    // What was withdrawn or merged was no incident in the end.
    if (record.state === "withdrawn") return;
    if (ended !== undefined) this.#options.take(ended);
    else if (background !== undefined) {
      this.#options.take(this.#worded(watch, record, background));
    }
  }

  #worded(watch: Watch, record: IncidentRecord, background: Background): Incident {
    const { configHashOf, hostsExpected } = this.#options;
    return incidentOf(watch, record, {
      configHash: configHashOf(watch),
      changes: this.#options.revisions ? revisionChanges(record) : [],
      hostsExpected: hostsExpected(watch),
      background,
    });
  }
}
