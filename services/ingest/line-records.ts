import { Buffer } from "node:buffer";
import type { HostDirectory } from "../../lib/domain/host-directory.ts";
import { type Trust, TRUSTS } from "../../lib/domain/observation.ts";
import type { Zone } from "../../lib/domain/zone.ts";
import type { LogRecord } from "../../lib/stream/stream.ts";
import { FAST_DROP, FAST_LIMIT, FastLines } from "./core/fast-lines.ts";
import type { OutcomeCounts } from "./core/outcome-counts.ts";
import { DROP_REASONS } from "./core/reading.ts";
import { LimitRows } from "./limit-rows.ts";
import type { ObservationPacker } from "./observation-packer.ts";

const NOT_OURS = DROP_REASONS.indexOf("not_ours");
const NOTHING = Buffer.alloc(0);

/** Whose the lines of a topic are. */
export interface LineSource {
  readonly realm: string;
  readonly zone: Zone;
  readonly trust: Trust;
}

export interface LineRecordsOptions {
  readonly directory: HostDirectory;
  readonly packer: ObservationPacker;
  /** Older facts are for the general readers. */
  readonly retainMs: number;
}

/**
 * Records that hold one plain line each. The records of a batch lie in one buffer, of which texts
 * are quickest. It decides only what the general readers decide in the same way
 * (test/ingest/line-records.test.ts).
 */
export class LineRecords {
  readonly #directory: HostDirectory;
  readonly #rows: LimitRows;
  readonly #fast: FastLines;
  #arrayBuffer: ArrayBufferLike | null = null;
  #buffer: Buffer = NOTHING;
  #source: LineSource | null = null;
  #realm = 0;
  #trust = 0;

  constructor({ directory, packer, retainMs }: LineRecordsOptions) {
    this.#directory = directory;
    this.#fast = new FastLines(directory);
    this.#rows = new LimitRows(packer, retainMs);
  }

  /**
   * False, and nothing is done, where the general readers must look. `place` is the record's
   * partition, as `topic/partition`.
   */
  read(place: string, record: LogRecord, source: LineSource, counts: OutcomeCounts): boolean {
    const { value } = record;
    if (value === null) return false;
    if (source !== this.#source) this.#enter(source);
    const outcome = this.#fast.readAlone(value, 0, value.length, this.#realm);
    if (outcome === FAST_LIMIT) return this.#add(place, record, value, source, counts);
    if (outcome !== FAST_DROP) return false;
    counts.lines += 1;
    counts.drops[NOT_OURS]! += 1;
    return true;
  }

  /** Holds no record any more. */
  close(): void {
    this.#arrayBuffer = null;
    this.#buffer = NOTHING;
    this.#fast.open(NOTHING, 0, 0);
  }

  #add(
    place: string,
    { offset, arrivalMs }: LogRecord,
    value: Uint8Array,
    { zone }: LineSource,
    counts: OutcomeCounts,
  ): boolean {
    const rows = this.#rows;
    const fast = this.#fast;
    rows.open(arrivalMs, zone);
    const timeMs = rows.timeMs(value, fast.dateStart(0));
    if (Number.isNaN(timeMs)) return false;
    counts.lines += 1;
    counts.pass += 1;
    const host = fast.host(0);
    const text = this.#text(value, fast.textStart(0), fast.textEnd(0));
    const origin = { place: `${place}@${offset}`, arrivalMs };
    rows.add(host, origin, fast, 0, { timeMs, trust: this.#trust, line: 1, text });
    return true;
  }

  #text({ buffer, byteOffset }: Uint8Array, start: number, end: number): string {
    if (buffer !== this.#arrayBuffer) {
      this.#arrayBuffer = buffer;
      this.#buffer = Buffer.from(buffer);
    }
    return this.#buffer.toString("utf8", byteOffset + start, byteOffset + end);
  }

  #enter(source: LineSource): void {
    this.#source = source;
    this.#realm = this.#directory.realm(source.realm);
    this.#trust = TRUSTS.indexOf(source.trust);
  }
}
