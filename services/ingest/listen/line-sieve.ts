import { utcZone } from "../../../lib/domain/zone.ts";
import { FAST_LIMIT, FAST_UNSURE, FastLines } from "../core/fast-lines.ts";
import { OutcomeCounts } from "../core/outcome-counts.ts";
import { DROP_REASONS, OUTCOME_DROP, OUTCOME_EVENTS, Reading } from "../core/reading.ts";
import { REJECT_REASONS, type RejectReason } from "../core/reading.ts";
import type { IngestEvents } from "../events.ts";
import { LIMITS } from "../limits.ts";
import { readEvents } from "../read-events.ts";
import { type LineContext, readLine } from "../read-line.ts";
import type { LineOrigin, LineWriter } from "./line-writer.ts";
import type { RejectWriter } from "./reject-writer.ts";

const NEWLINE = 0x0a;
const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;
const NOT_OURS = DROP_REASONS.indexOf("not_ours");
const EMPTY = DROP_REASONS.indexOf("empty");
const INCOMPLETE = DROP_REASONS.indexOf("incomplete");
const OVERFLOW = DROP_REASONS.indexOf("overflow");

/** As rsyslog writes a newline inside a message: one frame stays one line (`#012`). */
const ESCAPED_NEWLINE = [0x23, 0x30, 0x31, 0x32];

/** Times do not matter here, only whether a line is ours and whose. */
const CONTEXT: LineContext = { referenceMs: 0, zone: utcZone, arrivalMs: null };

/** Which hosts a sender may write lines of. */
export interface Speaker {
  speaksFor(host: string): boolean;
}

export interface LineSieveOptions {
  readonly input: string;
  readonly keep: "candidates" | "all";
  readonly writer: LineWriter;
  readonly rejects: RejectWriter;
  readonly events: IngestEvents;
}

const decoder = new TextDecoder();

/**
 * What comes in, line by line: what may be ours goes on into `lines`, everything else ends here
 * with
 * a counted reason. Of what goes on, the pipeline tells the outcome, so no line is told twice.
 */
export class LineSieve {
  /** `pass` are the lines that went on. */
  readonly counts = new OutcomeCounts();
  readonly #options: LineSieveOptions;
  readonly #fast = new FastLines(null);
  readonly #reading = new Reading();
  #fresh = new OutcomeCounts();
  #freshBytes = 0;
  readonly #foreign = new Map<string, number>();

  constructor(options: LineSieveOptions) {
    this.#options = options;
  }

  /** One frame. With a speaker, lines of hosts it does not speak for are rejected. */
  take(
    bytes: Uint8Array,
    start: number,
    end: number,
    excessBytes: number,
    origin: LineOrigin,
    speaker: Speaker | null,
  ): void {
    const fresh = this.#fresh;
    fresh.lines += 1;
    this.#freshBytes += end - start + excessBytes;
    let stop = end;
    while (stop > start && isTrailer(bytes[stop - 1])) stop--;
    if (stop === start) return void (fresh.drops[EMPTY]! += 1);
    if (excessBytes > 0 || stop - start > lengthLimit(bytes[start])) {
      return this.#rejectLong(bytes, start, stop, excessBytes);
    }
    this.#judge(bytes, start, stop, origin, speaker);
  }

  /** A frame whose end never came. */
  incomplete(bytes: number): void {
    this.#fresh.lines += 1;
    this.#freshBytes += bytes;
    this.#fresh.drops[INCOMPLETE]! += 1;
  }

  /** A datagram for which there was no room. */
  overflow(bytes: number): void {
    this.#fresh.lines += 1;
    this.#freshBytes += bytes;
    this.#fresh.drops[OVERFLOW]! += 1;
  }

  /** Tells telemetry what came in since the last call. */
  report(): void {
    const fresh = this.#fresh;
    if (fresh.lines === 0) return;
    const { input, events } = this.#options;
    this.counts.add(fresh);
    events.linesRead(input, fresh.lines, this.#freshBytes);
    // These are still on their way; the pipeline will tell.
    fresh.pass = 0;
    events.linesDone(input, fresh);
    for (const [peer, lines] of this.#foreign) events.hostForeign(input, lines, peer);
    this.#foreign.clear();
    this.#fresh = new OutcomeCounts();
    this.#freshBytes = 0;
  }

  #judge(
    bytes: Uint8Array,
    start: number,
    end: number,
    origin: LineOrigin,
    speaker: Speaker | null,
  ): void {
    const keepsAll = this.#options.keep === "all";
    const fast = this.#fast;
    const outcome = fast.readAlone(bytes, start, end, 0);
    // What has a newline inside is unsure too: the general reader sees all of it.
    if (outcome === FAST_UNSURE) return this.#judgeSlowly(bytes, start, end, origin, speaker);
    if (outcome === FAST_LIMIT) {
      if (speaker !== null) {
        const host = decoder.decode(bytes.subarray(fast.hostStart(0), fast.hostEnd(0)));
        if (!speaker.speaksFor(host)) return this.#rejectForeign(bytes, start, end, origin, host);
      }
    } else if (!keepsAll) return void (this.#fresh.drops[NOT_OURS]! += 1);
    this.#keep(bytes, start, end, origin);
  }

  #judgeSlowly(
    bytes: Uint8Array,
    start: number,
    end: number,
    origin: LineOrigin,
    speaker: Speaker | null,
  ): void {
    const reading = this.#reading;
    readLine(bytes, start, end, CONTEXT, reading);
    let hosts: readonly string[] = [];
    let isOurs = reading.outcome !== OUTCOME_DROP;
    if (reading.outcome === OUTCOME_EVENTS) {
      const events = readEvents(bytes, reading.textStart, reading.textEnd, CONTEXT);
      const ours = events.filter(
        (event) => event.type === "sample" || event.reading.outcome !== OUTCOME_DROP,
      );
      isOurs = ours.length > 0;
      hosts = ours.flatMap((event) => (event.type === "sample" ? event.sample : event).host ?? []);
    }
    if (!isOurs && this.#options.keep === "candidates") {
      const isEmpty = reading.outcome === OUTCOME_DROP && reading.reason === EMPTY;
      return void (this.#fresh.drops[isEmpty ? EMPTY : NOT_OURS]! += 1);
    }
    if (speaker !== null && isOurs) {
      if (reading.hostStart >= 0) {
        const host = decoder.decode(bytes.subarray(reading.hostStart, reading.hostEnd));
        hosts = [...hosts, host];
      }
      const foreign = hosts.find((host) => !speaker.speaksFor(host));
      if (foreign !== undefined) return this.#rejectForeign(bytes, start, end, origin, foreign);
    }
    this.#keepEscaped(bytes, start, end, origin);
  }

  #keep(bytes: Uint8Array, start: number, end: number, origin: LineOrigin): void {
    this.#fresh.pass += 1;
    this.#options.writer.add(bytes, start, end, origin);
  }

  /** As #keep, for a frame that may have newlines inside. */
  #keepEscaped(bytes: Uint8Array, start: number, end: number, origin: LineOrigin): void {
    const isOneLine = !bytes.subarray(start, end).includes(NEWLINE);
    if (isOneLine) return this.#keep(bytes, start, end, origin);
    const escaped: number[] = [];
    for (let at = start; at < end; at++) {
      if (bytes[at] === NEWLINE) escaped.push(...ESCAPED_NEWLINE);
      else escaped.push(bytes[at]!);
    }
    this.#keep(Uint8Array.from(escaped), 0, escaped.length, origin);
  }

  #rejectLong(bytes: Uint8Array, start: number, end: number, excessBytes: number): void {
    const cut = Math.min(end, start + LIMITS.lineBytesMax);
    const originalBytes = end - start + excessBytes;
    this.#fresh.excessBytes += originalBytes - (cut - start);
    const detail = `longer than ${LIMITS.lineBytesMax} bytes`;
    this.#reject("line_too_long", detail, bytes.subarray(start, cut), originalBytes);
  }

  #rejectForeign(
    bytes: Uint8Array,
    start: number,
    end: number,
    origin: LineOrigin,
    host: string,
  ): void {
    const peer = origin.peer ?? "the sender";
    this.#foreign.set(peer, (this.#foreign.get(peer) ?? 0) + 1);
    const detail = `the certificate of ${peer} does not name ${host}`;
    this.#reject("foreign_host", detail, bytes.subarray(start, end), end - start);
  }

  #reject(reason: RejectReason, detail: string, bytes: Uint8Array, originalBytes: number): void {
    this.#fresh.rejects[REJECT_REASONS.indexOf(reason)]! += 1;
    const line = this.counts.lines + this.#fresh.lines;
    this.#options.rejects.add(reason, detail, line, bytes, originalBytes);
  }
}

/** What senders put behind a message: it says nothing. */
function isTrailer(byte: number | undefined): boolean {
  return byte === NEWLINE || byte === 0x0d || byte === 0;
}

function lengthLimit(first: number | undefined): number {
  const mayBeBatch = first === OPEN_BRACE || first === OPEN_BRACKET;
  return mayBeBatch ? LIMITS.fileLineBytesMax : LIMITS.lineBytesMax;
}
