import { FactBatch } from "../../lib/domain/fact-batch.ts";
import type { HostDirectory } from "../../lib/domain/host-directory.ts";
import { NO_READINGS, ReadingColumns } from "../../lib/domain/host-readings.ts";
import { FastDate } from "./core/fast-date.ts";
import { FastLines, ROWS_MAX } from "./core/fast-lines.ts";
import { isBelievable } from "./core/event-time.ts";
import { hostReading } from "./core/host-reading.ts";
import { appendFact } from "./core/normalise.ts";
import { OutcomeCounts } from "./core/outcome-counts.ts";
import { type LineOrSample, readEvents, type SampleEvent } from "./read-events.ts";
import { type LineContext, readLine } from "./read-line.ts";
import {
  DROP_REASONS,
  KINDS,
  OUTCOME_DROP,
  OUTCOME_EVENTS,
  OUTCOME_REJECT,
  Reading,
  REJECT_REASONS,
} from "./core/reading.ts";
import { LIMITS } from "./limits.ts";

const NEWLINE = 0x0a;
const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;
const SAMPLE = KINDS.indexOf("sample");
const NOT_OURS = DROP_REASONS.indexOf("not_ours");
const LINE_TOO_LONG = REJECT_REASONS.indexOf("line_too_long");
const NO_HOST = -1;
const NO_EVENTS: readonly LineOrSample[] = [];

export interface LineScannerOptions {
  readonly context: LineContext;
  readonly directory: HostDirectory;
  readonly realm: string;
  /** Whose the lines without a host name are; null leaves them without. */
  readonly originHost: string | null;
  /** What evidence cites: `topic/partition@offset` or a file. */
  readonly origin: string;
  readonly batchFacts: number;
  /** Keeps the bytes of a line that is ours and cannot be believed. */
  readonly onReject?: (reason: number, line: number, bytes: Uint8Array) => void;
}

/**
 * Lines out of a buffer, facts into a batch: one pass over the bytes, and a line that is not ours
 * is never more than looked at. Every line ends in exactly one outcome of `counts`.
 */
export class LineScanner {
  readonly batch: FactBatch;
  readonly counts = new OutcomeCounts();
  readonly #options: LineScannerOptions;
  readonly #fast: FastLines;
  readonly #date: FastDate;
  /** The date that was read last, and what it said. */
  #dateNumber = -1;
  #dateMs = Number.NaN;
  readonly #reading = new Reading();
  readonly #realm: number;
  readonly #originHost: number;
  /** The rest of a line beyond the cap is skipped up to its newline. */
  #isSkipping = false;
  #lineNumber = 0;
  /** Events of one line that are still to be placed: a line may hold more than a batch does. */
  #events: readonly LineOrSample[] = NO_EVENTS;
  #nextEvent = 0;
  /** Of the batch at hand, once it has a sample. */
  #readings: ReadingColumns | null = null;

  constructor(options: LineScannerOptions) {
    this.#options = options;
    const { directory, context, realm, originHost } = options;
    this.batch = new FactBatch(options.batchFacts);
    this.batch.origins = [options.origin];
    this.#date = new FastDate(context.referenceMs, context.zone);
    this.#fast = new FastLines(directory);
    this.#realm = directory.realm(realm);
    this.#originHost = originHost === null ? NO_HOST : directory.idOf(realm, originHost);
  }

  /** Whether events of the last line still wait for room in a batch. */
  get hasPending(): boolean {
    return this.#events.length > 0;
  }

  /**
   * Reads whole lines from bytes[start, end) until they end or the batch is full, and returns where
   * the next one begins. With `isLast` the bytes end the input, so what has no newline is a line.
   */
  scan(bytes: Uint8Array, start: number, end: number, isLast: boolean): number {
    const { batch } = this;
    const fast = this.#fast;
    batch.bytes = bytes;
    fast.open(bytes, end, this.#realm);
    this.#placeEvents();
    let pos = this.#isSkipping ? this.#skipExcess(bytes, start, end) : start;
    while (pos < end && batch.length < batch.capacity) {
      const isStuck = fast.read(pos, Math.min(batch.capacity - batch.length, ROWS_MAX));
      this.#takeRows(bytes);
      pos = fast.next;
      if (!isStuck) continue;
      const next = this.#readSlowly(bytes, pos, end, isLast);
      if (next < 0) break;
      pos = next;
    }
    return pos;
  }

  #takeRows(bytes: Uint8Array): void {
    const { counts } = this;
    const { rows, lines } = this.#fast;
    const before = this.#lineNumber;
    for (let row = 0; row < rows; row++) {
      this.#lineNumber = before + this.#fast.linesUpTo(row);
      if (this.#appendRow(bytes, row)) continue;
      this.#readOne(bytes, this.#fast.lineStart(row), this.#fast.textEnd(row));
    }
    this.#lineNumber = before + lines;
    counts.lines += lines - rows;
    counts.drops[NOT_OURS]! += lines - rows;
  }

  /** False where the general reader must look at the time. */
  #appendRow(bytes: Uint8Array, row: number): boolean {
    const fast = this.#fast;
    const { context } = this.#options;
    const dateNumber = fast.dateNumber(row);
    if (dateNumber !== this.#dateNumber) {
      this.#dateNumber = dateNumber;
      this.#dateMs = this.#date.read(bytes, fast.dateStart(row));
    }
    const timeMs = this.#dateMs;
    if (Number.isNaN(timeMs) || !isBelievable(timeMs, context.arrivalMs)) return false;
    const { batch, counts } = this;
    counts.lines += 1;
    counts.pass += 1;
    const at = batch.length++;
    batch.host[at] = fast.host(row);
    batch.timeMs[at] = timeMs;
    batch.gauge[at] = fast.gauge(row);
    const offered = fast.offered(row);
    const allowed = fast.allowed(row);
    batch.offered[at] = offered;
    batch.suppressed[at] = offered > allowed ? offered - allowed : 0;
    batch.line[at] = this.#lineNumber;
    batch.textStart[at] = fast.textStart(row);
    batch.textEnd[at] = fast.textEnd(row);
    return true;
  }

  /** One line by the general reader; -1 where its end has not been read yet. */
  #readSlowly(bytes: Uint8Array, start: number, end: number, isLast: boolean): number {
    const found = bytes.indexOf(NEWLINE, start);
    const newline = found >= 0 && found < end ? found : -1;
    const lineEnd = newline < 0 ? end : newline;
    const first = bytes[start];
    const mayBeBatch = first === OPEN_BRACE || first === OPEN_BRACKET;
    const bytesMax = mayBeBatch ? LIMITS.jsonLineBytesMax : LIMITS.lineBytesMax;
    if (newline < 0 && !isLast && lineEnd - start <= bytesMax) return -1;
    this.#lineNumber += 1;
    if (lineEnd - start > bytesMax) {
      this.counts.lines += 1;
      this.counts.excessBytes += lineEnd - start - LIMITS.lineBytesMax;
      this.#reject(LINE_TOO_LONG, bytes.subarray(start, start + LIMITS.lineBytesMax));
      this.#isSkipping = newline < 0;
      return newline < 0 ? end : newline + 1;
    }
    this.#readOne(bytes, start, lineEnd);
    return lineEnd + 1;
  }

  #readOne(bytes: Uint8Array, start: number, end: number): void {
    const { counts } = this;
    const reading = this.#reading;
    const { context } = this.#options;
    readLine(bytes, start, end, context, reading);
    if (reading.outcome === OUTCOME_EVENTS) {
      const { timeMs, timeSource } = reading;
      const around = { host: this.#hostText(bytes, reading), timeMs, timeSource };
      const { textStart, textEnd } = reading;
      this.#events = readEvents(bytes, textStart, textEnd, context, around);
      this.#nextEvent = 0;
      this.#placeEvents();
      return;
    }
    counts.lines += 1;
    if (reading.outcome === OUTCOME_REJECT)
      this.#reject(reading.reason, bytes.subarray(start, end));
    else if (reading.outcome === OUTCOME_DROP) counts.drops[reading.reason]! += 1;
    else this.#place(this.#hostOf(bytes, reading), reading);
  }

  /** Places events until they end or the batch is full; the next scan goes on with the rest. */
  #placeEvents(): void {
    const { counts, batch } = this;
    while (this.#nextEvent < this.#events.length && batch.length < batch.capacity) {
      const event = this.#events[this.#nextEvent++]!;
      counts.lines += 1;
      if (event.type === "sample") this.#placeSample(event.sample);
      else this.#placeEvent(event);
    }
    if (this.#nextEvent === this.#events.length) this.#events = NO_EVENTS;
  }

  #placeEvent({ bytes, reading, host }: Extract<LineOrSample, { type: "line" }>): void {
    const { counts } = this;
    if (reading.outcome === OUTCOME_REJECT) this.#reject(reading.reason, bytes);
    else if (reading.outcome === OUTCOME_DROP) counts.drops[reading.reason]! += 1;
    else if (this.#place(this.#hostNamed(host), reading)) {
      this.batch.quote(bytes.subarray(reading.textStart, reading.textEnd));
    }
  }

  #placeSample(sample: SampleEvent["sample"]): void {
    const reading = this.#reading;
    reading.reset();
    reading.kind = SAMPLE;
    reading.timeMs = sample.timeMs;
    if (!this.#place(this.#hostNamed(sample.host), reading)) return;
    if (this.#readings === null || this.batch.readings === NO_READINGS) {
      this.#readings = new ReadingColumns();
      this.batch.readings = this.#readings;
    }
    this.#readings.add(this.batch.length - 1, hostReading(sample, this.#options.origin));
  }

  /** True where the reading became a fact: it says which host, and when. */
  #place(host: number, reading: Reading): boolean {
    const { counts } = this;
    counts.pass += 1;
    if (host === NO_HOST) counts.withoutHost += 1;
    else if (Number.isNaN(reading.timeMs)) counts.withoutTime += 1;
    else {
      appendFact(this.batch, reading, host, reading.timeMs, this.#lineNumber);
      return true;
    }
    return false;
  }

  #hostNamed(host: string | null): number {
    const { directory, realm } = this.#options;
    return host === null ? this.#originHost : directory.idOf(realm, host);
  }

  #hostText(bytes: Uint8Array, { hostStart, hostEnd }: Reading): string | null {
    return hostStart < 0 ? null : new TextDecoder().decode(bytes.subarray(hostStart, hostEnd));
  }

  #hostOf(bytes: Uint8Array, reading: Reading): number {
    if (reading.hostStart < 0) return this.#originHost;
    const { directory } = this.#options;
    return directory.idOfBytes(bytes, reading.hostStart, reading.hostEnd, this.#realm);
  }

  #reject(reason: number, bytes: Uint8Array): void {
    this.counts.rejects[reason]! += 1;
    this.#options.onReject?.(reason, this.#lineNumber, bytes);
  }

  #skipExcess(bytes: Uint8Array, start: number, end: number): number {
    const newline = bytes.indexOf(NEWLINE, start);
    const isFound = newline >= 0 && newline < end;
    this.counts.excessBytes += (isFound ? newline : end) - start;
    this.#isSkipping = !isFound;
    return isFound ? newline + 1 : end;
  }
}
