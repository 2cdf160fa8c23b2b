import type { Canary } from "../../lib/domain/canary.ts";
import { HostDirectory } from "../../lib/domain/host-directory.ts";
import type { IdentityRules } from "../../lib/domain/host-identity.ts";
import type { LineBatch } from "../../lib/domain/line-batch.ts";
import type { Tick } from "../../lib/domain/observation.ts";
import type { Zone } from "../../lib/domain/zone.ts";
import type { Outgoing } from "../../lib/stream/run.ts";
import type { LogRecord, NewRecord } from "../../lib/stream/stream.ts";
import type { Codec } from "../../lib/wire/codec.ts";
import { encodeMessage } from "../../lib/wire/message.ts";
import type { RowOrigin } from "./core/observation-columns.ts";
import { OutcomeCounts } from "./core/outcome-counts.ts";
import { REJECT_REASONS } from "./core/reading.ts";
import type { IngestEvents } from "./events.ts";
import { LIMITS } from "./limits.ts";
import { ObservationPacker } from "./observation-packer.ts";
import type { LineOrSample } from "./read-events.ts";
import type { LineContext } from "./read-line.ts";
import { LineRecords, type LineSource } from "./line-records.ts";
import { RecordScanner } from "./record-scanner.ts";

/** A topic of ours and how many partitions it has. */
export interface Place {
  readonly topic: string;
  readonly partitions: number;
}

/** What is told of the lines that were read. */
export type ReadingEvents = Pick<
  IngestEvents,
  "linesRead" | "linesDone" | "observationsPublished" | "timesReplaced"
>;

export interface ReadingWorkOptions {
  readonly codec: Codec;
  readonly events: ReadingEvents;
  readonly observations: Place;
  readonly rejected: Place;
  readonly rules: (realm: string) => IdentityRules;
  readonly retainMs: number;
}

/** The record at hand. */
export interface ReadRecord {
  readonly input: string;
  /** `topic/partition@offset`. */
  readonly at: string;
  readonly arrivalMs: number;
  /** Which line of it the first one at hand is, where the others are not; else 1. */
  readonly firstLine?: number;
}

export interface Rejection {
  readonly reason: string;
  /** For people. */
  readonly detail: string;
  /** Within the record, from 1. */
  readonly line: number;
  readonly bytes: Uint8Array;
}

type RecordOrigin = RowOrigin & { readonly firstLine: number };

/** What telemetry hears of an input once it is published. */
interface Unconfirmed {
  readonly counts: OutcomeCounts;
  rows: number;
  timesReplaced: number;
  /** What came in and was not told by whoever read it first. */
  linesUntold: number;
  bytesUntold: number;
}

/**
 * What a loop of ingest makes of records: lines into observations and rejects on their way out, and
 * what became of each line, to be told once that is published.
 */
export class ReadingWork {
  readonly #options: ReadingWorkOptions;
  #packer!: ObservationPacker;
  #scanner!: RecordScanner;
  #lines!: LineRecords;
  #directory!: HostDirectory;
  #rejects: NewRecord[] = [];
  #turn = 0;
  #record: ReadRecord = { input: "", at: "", arrivalMs: 0 };
  #unconfirmed = new Map<string, Unconfirmed>();

  constructor(options: ReadingWorkOptions) {
    this.#options = options;
    this.#renewDirectory();
  }

  /** Call between records: spellings of names are remembered, not for ever. */
  makeRoom(): void {
    if (this.#directory.spellings > LIMITS.spellingsMax) this.#renewDirectory();
  }

  /**
   * A record of the partition `place` that is one plain line, and that nobody has told as read;
   * false, and nothing is done, where it is anything else.
   */
  scanLine(input: string, place: string, record: LogRecord, source: LineSource): boolean {
    const told = this.#unconfirmedOf(input);
    const rowsBefore = this.#packer.rows;
    if (!this.#lines.read(place, record, source, told.counts)) return false;
    told.rows += this.#packer.rows - rowsBefore;
    told.linesUntold += 1;
    told.bytesUntold += record.value?.length ?? 0;
    return true;
  }

  /** The lines of a batch; those of listeners were told as read when they came in. */
  scan(record: ReadRecord, batch: LineBatch, zone: Zone): void {
    this.#follow(record, (told, origin) => {
      const { furtherEvents } = this.#scanner;
      this.#scanner.scan({ batch, origin, zone, counts: told.counts, firstLine: origin.firstLine });
      // Events beyond the first of their line: each is a line of its own in the counts.
      told.linesUntold += this.#scanner.furtherEvents - furtherEvents;
    });
  }

  /** The same for a batch that nobody has told as read. */
  scanNew(record: ReadRecord, batch: LineBatch, zone: Zone): void {
    this.#followNew(record, batch, (counts, origin) =>
      this.#scanner.scan({ batch, origin, zone, counts, firstLine: origin.firstLine }),
    );
  }

  /** Events of a record that has no lines; `batch` says what its lines would be. */
  placeNew(
    record: ReadRecord,
    batch: LineBatch,
    zone: Zone,
    read: (context: LineContext) => readonly LineOrSample[],
  ): void {
    this.#followNew(record, batch, (counts, origin) =>
      this.#scanner.place({ batch, origin, zone, counts, firstLine: origin.firstLine }, read),
    );
  }

  /** A record that is one line with this outcome. */
  count(record: ReadRecord, bytes: number, outcome: (counts: OutcomeCounts) => void): void {
    const told = this.#unconfirmedOf(record.input);
    told.counts.lines += 1;
    told.linesUntold += 1;
    told.bytesUntold += bytes;
    outcome(told.counts);
  }

  /** Into `rejected`; the caller counts it. */
  keep(record: ReadRecord, { reason, detail, line, bytes }: Rejection): void {
    const { input, at, arrivalMs } = record;
    const value = encodeMessage(this.#options.codec, "rejected", {
      reason,
      detail,
      input,
      at: `${at}#${line}`,
      arrivalMs,
      bytes: bytes.subarray(0, LIMITS.lineBytesMax),
      originalBytes: bytes.length,
    });
    this.#rejects.push({ key: null, value });
  }

  /** Everything so far, to be published. */
  take(ticks: readonly Tick[], canaries: readonly Canary[] = []): readonly Outgoing[] {
    this.#lines.close();
    const { codec, observations, rejected } = this.#options;
    const publish: Outgoing[] = this.#packer.take(ticks, canaries).map(({ partition, batch }) => {
      const value = encodeMessage(codec, "observation-batch", batch);
      return { topic: observations.topic, partition, records: [{ key: null, value }] };
    });
    const { topic } = rejected;
    const partition = (this.#turn = (this.#turn + 1) % rejected.partitions);
    for (const records of inAppends(this.#rejects)) publish.push({ topic, partition, records });
    this.#rejects = [];
    return publish;
  }

  /** What tells what became of the lines so far; to be called once take()'s are published. */
  takeOutcomes(): () => void {
    const unconfirmed = this.#unconfirmed;
    this.#unconfirmed = new Map();
    return () => this.#tell(unconfirmed);
  }

  #tell(unconfirmed: ReadonlyMap<string, Unconfirmed>): void {
    const { events } = this.#options;
    for (const [input, told] of unconfirmed) {
      const { counts, rows, timesReplaced, linesUntold, bytesUntold } = told;
      if (linesUntold > 0) events.linesRead(input, linesUntold, bytesUntold);
      events.linesDone(input, counts);
      if (rows > 0) events.observationsPublished(input, rows);
      if (timesReplaced > 0) events.timesReplaced(input, timesReplaced);
    }
  }

  #followNew(
    record: ReadRecord,
    { bytes }: LineBatch,
    scan: (counts: OutcomeCounts, origin: RecordOrigin) => void,
  ): void {
    this.#follow(record, (told, origin) => {
      const { lines } = told.counts;
      scan(told.counts, origin);
      told.linesUntold += told.counts.lines - lines;
      told.bytesUntold += bytes.length;
    });
  }

  #follow(record: ReadRecord, scan: (told: Unconfirmed, origin: RecordOrigin) => void): void {
    this.#record = record;
    const told = this.#unconfirmedOf(record.input);
    const rowsBefore = this.#packer.rows;
    const { timesReplaced } = this.#scanner;
    const { at: place, arrivalMs, firstLine = 1 } = record;
    scan(told, { place, arrivalMs, firstLine });
    told.rows += this.#packer.rows - rowsBefore;
    told.timesReplaced += this.#scanner.timesReplaced - timesReplaced;
  }

  #unconfirmedOf(input: string): Unconfirmed {
    let told = this.#unconfirmed.get(input);
    if (told === undefined) {
      const counts = new OutcomeCounts();
      told = { counts, rows: 0, timesReplaced: 0, linesUntold: 0, bytesUntold: 0 };
      this.#unconfirmed.set(input, told);
    }
    return told;
  }

  #renewDirectory(): void {
    const { rules, retainMs, observations } = this.#options;
    this.#directory = new HostDirectory(rules);
    this.#packer = new ObservationPacker(this.#directory, observations.partitions);
    const into = { directory: this.#directory, packer: this.#packer, retainMs };
    this.#lines = new LineRecords(into);
    this.#scanner = new RecordScanner({
      ...into,
      onReject: (reason, line, bytes) =>
        this.keep(this.#record, { reason: REJECT_REASONS[reason]!, detail: "", line, bytes }),
    });
  }
}

/** As few appends as take them all. */
function inAppends(records: readonly NewRecord[]): readonly NewRecord[][] {
  const appends: NewRecord[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const record of records) {
    const size = record.value?.length ?? 0;
    if (bytes + size > LIMITS.appendBytesMax) {
      appends.push([]);
      bytes = 0;
    }
    appends.at(-1)!.push(record);
    bytes += size;
  }
  return appends;
}
