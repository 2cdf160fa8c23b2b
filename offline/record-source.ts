import { canaryOf } from "../lib/domain/canary.ts";
import type { FactBatch } from "../lib/domain/fact-batch.ts";
import { HostDirectory } from "../lib/domain/host-directory.ts";
import type { IdentityRules } from "../lib/domain/host-identity.ts";
import type { LineBatch } from "../lib/domain/line-batch.ts";
import { observationsToFacts } from "../lib/domain/observation-facts.ts";
import type { Zone } from "../lib/domain/zone.ts";
import { BatchZones } from "../services/ingest/batch-zones.ts";
import { OutcomeCounts } from "../services/ingest/core/outcome-counts.ts";
import { ObservationPacker } from "../services/ingest/observation-packer.ts";
import { RecordScanner } from "../services/ingest/record-scanner.ts";
import type { FactSource } from "./fact-source.ts";

/** A record of the topic `lines` and where it stands. */
export interface LinesRecord {
  readonly value: LineBatch;
  readonly offset: number;
  /** Stamp of the log, which years and believable times come from. */
  readonly arrivalMs: number;
}

export interface RecordSourceOptions {
  /** `topic/partition`, as evidence cites it. */
  readonly name: string;
  readonly records: AsyncIterable<LinesRecord>;
  /** Of the configured inputs, by name; lines of any other are read as UTC, as live. */
  readonly zones: ReadonlyMap<string, Zone>;
  readonly identityRules: (realm: string) => IdentityRules;
  readonly retainMs: number;
  /** Of the fold: it takes hosts for the identities they are. */
  readonly directory: HostDirectory;
  readonly onReject: (at: string, line: number, reason: number, bytes: Uint8Array) => void;
}

/**
 * Facts of kept lines, read by what reads them live: the same arrival, the same checks of time, the
 * same identities, and positions in the log.
 */
export class RecordSource implements FactSource {
  readonly name: string;
  readonly counts = new OutcomeCounts();
  readonly #options: RecordSourceOptions;
  readonly #zones: BatchZones;
  readonly #records: AsyncIterator<LinesRecord>;
  readonly #packer: ObservationPacker;
  readonly #scanner: RecordScanner;
  #waiting: FactBatch[] = [];
  #place = "";

  constructor(options: RecordSourceOptions) {
    const { name, records, identityRules, retainMs, onReject } = options;
    this.name = name;
    this.#options = options;
    this.#zones = new BatchZones(options.zones);
    this.#records = records[Symbol.asyncIterator]();
    const directory = new HostDirectory(identityRules);
    this.#packer = new ObservationPacker(directory, 1);
    this.#scanner = new RecordScanner({
      directory,
      packer: this.#packer,
      retainMs,
      onReject: (reason, line, bytes) => onReject(this.#place, line, reason, bytes),
    });
  }

  async next(): Promise<FactBatch | null> {
    for (;;) {
      const batch = this.#waiting.shift();
      if (batch !== undefined) return batch;
      const { done, value: record } = await this.#records.next();
      if (done === true) return null;
      this.#waiting = this.#factsOf(record);
    }
  }

  #factsOf({ value: batch, offset, arrivalMs }: LinesRecord): FactBatch[] {
    // The pipeline's own: it watches itself, live.
    if (canaryOf(batch) !== null) return [];
    const { name, directory } = this.#options;
    this.#place = `${name}@${offset}`;
    const origin = { place: this.#place, arrivalMs };
    const zone = this.#zones.of(batch);
    this.#scanner.scan({ batch, origin, zone, counts: this.counts });
    const packed = this.#packer.take([]);
    return packed.map((each) => observationsToFacts(each.batch, directory));
  }
}
