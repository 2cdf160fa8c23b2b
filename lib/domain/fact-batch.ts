import { type HostReadings, NO_READINGS } from "./host-readings.ts";

/**
 * Facts on their way from ingest to the host stage inside one process: columns of numbers, so that
 * a line costs no object. On the log the same facts travel as an ObservationBatch (lib/wire).
 */
export class FactBatch {
  length = 0;
  readonly capacity: number;
  /** Host ids of the process's HostDirectory. */
  readonly host: Int32Array;
  /** Event time, milliseconds since 1970 UTC. */
  readonly timeMs: Float64Array;
  /** Index into lib/domain/gauge.ts GAUGES; -1 where the fact makes nothing hot. */
  readonly gauge: Int8Array;
  /** Responses wanted in that second. */
  readonly offered: Float64Array;
  /** Responses withheld in that second; hot when above zero. */
  readonly suppressed: Float64Array;
  /** Number of the line in its origin, from 1. */
  readonly line: Float64Array;
  /** Where the kernel text of the line stands in `bytes`; a negative start is a quote. */
  readonly textStart: Int32Array;
  readonly textEnd: Int32Array;
  /** The buffer the text offsets point into; only good until the batch is handed back. */
  bytes: Uint8Array = new Uint8Array(0);
  /** Texts that do not stand in `bytes` as they are, such as those out of JSON. */
  readonly quotes: Uint8Array[] = [];
  /** Where lines come from, as evidence cites it: `topic/partition@offset` or a file. */
  origins: readonly string[] = [];
  /** Index into `origins`. */
  readonly origin: Int32Array;
  /** What hosts counted; its rows are the indexes of facts. */
  readings: HostReadings = NO_READINGS;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.host = new Int32Array(capacity);
    this.timeMs = new Float64Array(capacity);
    this.gauge = new Int8Array(capacity);
    this.offered = new Float64Array(capacity);
    this.suppressed = new Float64Array(capacity);
    this.line = new Float64Array(capacity);
    this.origin = new Int32Array(capacity);
    this.textStart = new Int32Array(capacity);
    this.textEnd = new Int32Array(capacity);
  }

  /** Gives the newest fact a text of its own. */
  quote(text: Uint8Array): void {
    this.quotes.push(text);
    this.textStart[this.length - 1] = -this.quotes.length;
    this.textEnd[this.length - 1] = text.length;
  }

  clear(): void {
    this.length = 0;
    this.quotes.length = 0;
    this.readings = NO_READINGS;
  }
}
