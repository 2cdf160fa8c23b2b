import { FactBatch } from "../../lib/domain/fact-batch.ts";
import type { HostDirectory } from "../../lib/domain/host-directory.ts";
import type { HostReading } from "../../lib/domain/host-readings.ts";
import type { LineBatch, LineSegment } from "../../lib/domain/line-batch.ts";
import { TRUSTS } from "../../lib/domain/observation.ts";
import type { Zone } from "../../lib/domain/zone.ts";
import { TIME_ARRIVAL } from "./core/event-time.ts";
import { FastLines, ROWS_MAX } from "./core/fast-lines.ts";
import { hostReading } from "./core/host-reading.ts";
import { appendFact } from "./core/normalise.ts";
import type { RowOrigin } from "./core/observation-columns.ts";
import type { OutcomeCounts } from "./core/outcome-counts.ts";
import {
  DROP_REASONS,
  KINDS,
  OUTCOME_DROP,
  OUTCOME_EVENTS,
  OUTCOME_REJECT,
  Reading,
  REJECT_REASONS,
} from "./core/reading.ts";
import { LimitRows } from "./limit-rows.ts";
import { LIMITS } from "./limits.ts";
import type { ObservationPacker } from "./observation-packer.ts";
import { type LineOrSample, readEvents, type SampleEvent } from "./read-events.ts";
import { type LineContext, readLine } from "./read-line.ts";
import { NO_HOST, RecordHosts } from "./record-hosts.ts";

const NEWLINE = 0x0a;
const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;
const SAMPLE = KINDS.indexOf("sample");
const NOT_OURS = DROP_REASONS.indexOf("not_ours");
const LINE_TOO_LONG = REJECT_REASONS.indexOf("line_too_long");
const TOO_LATE = REJECT_REASONS.indexOf("too_late");

export interface RecordScannerOptions {
  readonly directory: HostDirectory;
  readonly packer: ObservationPacker;
  /** Facts older than this at their arrival are rejected. */
  readonly retainMs: number;
  readonly onReject: (reason: number, line: number, bytes: Uint8Array) => void;
}

/** One record of `lines` and what is known of it. */
export interface ScannedRecord {
  readonly batch: LineBatch;
  readonly origin: RowOrigin;
  readonly zone: Zone;
  readonly counts: OutcomeCounts;
  /** What its first line counts as, where it is only a part of a record; else 1. */
  readonly firstLine?: number;
}

/**
 * Lines of a record into observations. As LineScanner does for files, with what a record adds: the
 * arrival that times are believed against, the trust of its senders, and whose a line without a
 * host is. Both use the same readers, and test/ingest/pipeline.test.ts holds them equal.
 */
export class RecordScanner {
  /** Event times that the arrival stands for, since the scanner was made. */
  timesReplaced = 0;
  /** Events beyond the first of their line, likewise. */
  furtherEvents = 0;
  readonly #options: RecordScannerOptions;
  readonly #fast: FastLines;
  readonly #reading = new Reading();
  readonly #fact = new FactBatch(1);
  readonly #decoder = new TextDecoder();
  readonly #limits: LimitRows;
  #record!: ScannedRecord;
  /** The bytes of the record, as the class whose texts are quickest. */
  #bytes!: Buffer;
  #context!: LineContext;
  readonly #hosts: RecordHosts;
  #line = 0;
  /** How many segments were entered, and the last line of the last of them. */
  #segment = 0;
  #segmentEnd = 0;
  #trust = 0;

  constructor(options: RecordScannerOptions) {
    this.#options = options;
    this.#fast = new FastLines(options.directory);
    this.#hosts = new RecordHosts(options.directory);
    this.#limits = new LimitRows(options.packer, options.retainMs);
  }

  scan(record: ScannedRecord): void {
    this.#open(record);
    const { bytes } = record.batch;
    const fast = this.#fast;
    fast.open(bytes, bytes.length, this.#hosts.realm);
    for (let pos = 0; pos < bytes.length;) {
      const isStuck = fast.read(pos, ROWS_MAX);
      this.#takeRows(bytes);
      pos = isStuck ? this.#readSlowly(bytes, fast.next) : fast.next;
    }
  }

  /** Events of a record that has no lines: all of them are of its line 1. */
  place(record: ScannedRecord, read: (context: LineContext) => readonly LineOrSample[]): void {
    this.#open(record);
    this.#goTo(this.#line + 1);
    this.#placeEvents(read(this.#context), record.batch.bytes);
  }

  #open(record: ScannedRecord): void {
    const { batch, origin, zone } = record;
    const { arrivalMs } = origin;
    this.#record = record;
    const { buffer, byteOffset, length } = batch.bytes;
    this.#bytes = Buffer.from(buffer, byteOffset, length);
    this.#context = { referenceMs: arrivalMs, zone, arrivalMs };
    this.#hosts.open(batch);
    this.#line = (record.firstLine ?? 1) - 1;
    this.#segment = 0;
    this.#segmentEnd = this.#line;
    this.#trust = 0;
    this.#limits.open(arrivalMs, zone);
  }

  #enter({ trust, peer }: LineSegment): void {
    this.#trust = TRUSTS.indexOf(trust);
    this.#hosts.enter(peer);
  }

  /** Moves to that line, and into the segment it is of. */
  #goTo(line: number): void {
    const { segments } = this.#record.batch;
    while (line > this.#segmentEnd && this.#segment < segments.length) {
      const segment = segments[this.#segment++]!;
      this.#enter(segment);
      this.#segmentEnd += segment.lines;
    }
    this.#line = line;
  }

  #takeRows(bytes: Uint8Array): void {
    const { counts } = this.#record;
    const { rows, lines } = this.#fast;
    const before = this.#line;
    for (let row = 0; row < rows; row++) {
      this.#goTo(before + this.#fast.linesUpTo(row));
      if (this.#addRow(bytes, row)) continue;
      this.#readOne(bytes, this.#fast.lineStart(row), this.#fast.textEnd(row));
    }
    this.#goTo(before + lines);
    counts.lines += lines - rows;
    counts.drops[NOT_OURS]! += lines - rows;
  }

  #readSlowly(bytes: Uint8Array, pos: number): number {
    this.#goTo(this.#line + 1);
    const newline = bytes.indexOf(NEWLINE, pos);
    const end = newline < 0 ? bytes.length : newline;
    this.#readOne(bytes, pos, end);
    return end + 1;
  }

  /** False where the general reader must look at the time. */
  #addRow(bytes: Uint8Array, row: number): boolean {
    const fast = this.#fast;
    const { counts, origin } = this.#record;
    const timeMs = this.#limits.timeMs(bytes, fast.dateStart(row));
    if (Number.isNaN(timeMs)) return false;
    counts.lines += 1;
    counts.pass += 1;
    const host = fast.host(row);
    const text = this.#text(bytes, fast.textStart(row), fast.textEnd(row));
    this.#limits.add(host, origin, fast, row, {
      timeMs,
      trust: this.#trust,
      line: this.#line,
      text,
    });
    return true;
  }

  #readOne(bytes: Uint8Array, start: number, end: number): void {
    const { counts } = this.#record;
    const first = bytes[start];
    const mayBeBatch = first === OPEN_BRACE || first === OPEN_BRACKET;
    if (end - start > (mayBeBatch ? LIMITS.jsonLineBytesMax : LIMITS.lineBytesMax)) {
      counts.lines += 1;
      counts.excessBytes += end - start - LIMITS.lineBytesMax;
      return this.#reject(LINE_TOO_LONG, bytes.subarray(start, start + LIMITS.lineBytesMax));
    }
    const reading = this.#reading;
    readLine(bytes, start, end, this.#context, reading);
    if (reading.outcome === OUTCOME_EVENTS) return this.#readEvents(bytes, reading);
    counts.lines += 1;
    const line = bytes.subarray(start, end);
    if (reading.outcome === OUTCOME_REJECT) this.#reject(reading.reason, line);
    else if (reading.outcome === OUTCOME_DROP) counts.drops[reading.reason]! += 1;
    else {
      const { hostStart, hostEnd } = reading;
      this.#place(this.#hosts.ofBytes(bytes, hostStart, hostEnd), reading, bytes, line);
    }
  }

  #readEvents(bytes: Uint8Array, { hostStart, hostEnd, timeMs, timeSource }: Reading): void {
    const { textStart, textEnd } = this.#reading;
    const host = hostStart < 0 ? null : this.#decoder.decode(bytes.subarray(hostStart, hostEnd));
    const around = { host, timeMs, timeSource };
    const events = readEvents(bytes, textStart, textEnd, this.#context, around);
    this.#placeEvents(events, bytes.subarray(textStart, textEnd));
  }

  #placeEvents(events: readonly LineOrSample[], source: Uint8Array): void {
    this.furtherEvents += events.length - 1;
    for (const event of events) {
      this.#record.counts.lines += 1;
      this.#placeEvent(event, source);
    }
  }

  #placeEvent(event: LineOrSample, source: Uint8Array): void {
    const { counts } = this.#record;
    if (event.type === "sample") return this.#placeSample(event, source);
    const { reading, bytes, host } = event;
    if (reading.outcome === OUTCOME_REJECT) this.#reject(reading.reason, keptOf(bytes, source));
    else if (reading.outcome === OUTCOME_DROP) counts.drops[reading.reason]! += 1;
    else this.#place(this.#hosts.ofName(host), reading, bytes, keptOf(bytes, source));
  }

  #placeSample({ sample, timeSource }: SampleEvent, source: Uint8Array): void {
    const reading = this.#reading;
    reading.reset();
    reading.kind = SAMPLE;
    reading.timeMs = sample.timeMs;
    reading.timeSource = timeSource;
    const counted = hostReading(sample, this.#record.batch.input);
    this.#place(this.#hosts.ofName(sample.host), reading, source, source, counted);
  }

  /** `line` is what is kept where it came too late, `counted` what a sample says. */
  #place(
    host: number,
    reading: Reading,
    bytes: Uint8Array,
    line: Uint8Array,
    counted?: HostReading,
  ): void {
    const { counts, origin } = this.#record;
    const { packer, retainMs } = this.#options;
    if (reading.timeMs < origin.arrivalMs - retainMs) return this.#reject(TOO_LATE, line);
    counts.pass += 1;
    if (host === NO_HOST) return void (counts.withoutHost += 1);
    if (Number.isNaN(reading.timeMs)) return void (counts.withoutTime += 1);
    if (reading.timeSource === TIME_ARRIVAL) this.timesReplaced += 1;
    const fact = this.#fact;
    fact.clear();
    appendFact(fact, reading, host, reading.timeMs, this.#line);
    const gauge = fact.gauge[0]!;
    packer.add(host, origin, {
      timeMs: Math.floor(reading.timeMs),
      kind: reading.kind,
      gauge,
      offered: whole(fact.offered[0]!),
      allowed: whole(reading.allowed),
      suppressed: whole(fact.suppressed[0]!),
      count: whole(reading.count),
      timeSource: reading.timeSource,
      trust: this.#trust,
      line: this.#line,
      text: gauge < 0 ? null : this.#text(bytes, reading.textStart, reading.textEnd),
      ...(counted === undefined ? {} : { reading: counted }),
    });
  }

  #text(bytes: Uint8Array, start: number, end: number): string {
    const stop = Math.min(end, start + LIMITS.textBytesMax);
    if (bytes === this.#record.batch.bytes) return this.#bytes.toString("utf8", start, stop);
    return this.#decoder.decode(bytes.subarray(start, stop));
  }

  #reject(reason: number, bytes: Uint8Array): void {
    this.#record.counts.rejects[reason]! += 1;
    this.#options.onReject(reason, this.#line, bytes);
  }
}

/** What a record can hold: a repeat of a large number may go beyond. */
function whole(value: number): number {
  return Math.min(Math.floor(value), Number.MAX_SAFE_INTEGER);
}

/** What a rejected event is kept as: its own text, or the line it could not be taken out of. */
function keptOf(bytes: Uint8Array, line: Uint8Array): Uint8Array {
  return bytes.length > 0 ? bytes : line;
}
