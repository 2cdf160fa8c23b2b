import { skipPriority } from "../envelopes/printk.ts";
import { newlineFrom } from "./byte-words.ts";
import { isDigit } from "./bytes.ts";
import { BsdShape, isIsoDate } from "./date-shape.ts";
import { FastLimit, limitsOther, OTHER_LIMIT_BYTES } from "./fast-limit.ts";
import { HOST_HEADS, TAG_HEADS, TEXT_HEADS } from "./heads.ts";

/** What FastLine made of a line. */
export const FAST_DROP = 0;
export const FAST_LIMIT = 1;
/** Nothing decided: the general reader must look. */
export const FAST_UNSURE = 2;

const NEWLINE = 0x0a;
const SPACE = 0x20;
const LESS = 0x3c;
const COLON = 0x3a;
const DASH = 0x2d;
const PLUS = 0x2b;
const DOT = 0x2e;
const COMMA = 0x2c;
const UPPER_Z = 0x5a;
const LIMI = 0x4c696d69;
/** `kernel: `, the tag of nearly all that is ours. */
const KERN = 0x6b65726e;
const EL = 0x656c3a20;

/** A head and some text; what is left at the end of a buffer is for the general reader. */
const LINE_BYTES_MIN = 128;
/** How much of a tag or a text says that it is not ours. */
const HEAD_BYTES = 4;
/** Longest host name that is read here. */
const HOST_BYTES_MAX = 64;

/** Letters, digits and `.-_`: what host names that are read here consist of. */
const HOST_BYTE = new Uint8Array(256);
for (const letter of "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_") {
  HOST_BYTE[letter.charCodeAt(0)] = 1;
}

/** How many of two bytes, up to the first that is none of them. */
const HOST_PAIR = new Uint8Array(65_536);
for (let pair = 0; pair < HOST_PAIR.length; pair++) {
  const first = HOST_BYTE[pair >>> 8]!;
  HOST_PAIR[pair] = first + first * HOST_BYTE[pair & 0xff]!;
}

/**
 * Reads the commonest shape of all, `Nov 20 08:30:00 host tag: text`, without the general reader:
 * most lines of a log are another program's, and their tag says so. It agrees with readLine on
 * every line that it decides (test/ingest/core/fast-line.test.ts); bench/parse.bench.ts shows what
 * it saves.
 */
export class FastLine {
  /** Behind the line's text; only valid after FAST_DROP and FAST_LIMIT, like all that follows. */
  end = 0;
  hostStart = 0;
  hostEnd = 0;
  /** Start of the RFC 3164 date. */
  dateStart = 0;
  /** The same number is the same date, byte for byte. */
  dateNumber = 0;
  textStart = 0;
  /** Behind the last byte that decided a FAST_DROP. */
  #headEnd = 0;
  readonly limit = new FastLimit();
  #bytes: Uint8Array = new Uint8Array(0);
  #view: DataView = new DataView(new ArrayBuffer(0));
  readonly #bsdShape = new BsdShape();

  /** Call before `read` with another buffer. */
  open(bytes: Uint8Array): void {
    if (bytes === this.#bytes) return;
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Reads the line at `start`; nothing at or behind `limit` is looked at. */
  read(start: number, limit: number): number {
    const outcome = this.#decide(start, limit);
    if (outcome === FAST_DROP)
      this.end = newlineFrom(this.#bytes, this.#view, this.textStart, limit);
    const isWhole = outcome === FAST_DROP ? this.end >= 0 : this.#bytes[this.end] === NEWLINE;
    return isWhole ? outcome : FAST_UNSURE;
  }

  /**
   * Reads what is one line and nothing else, with its newline or without: bytes [start, stop) of
   * many that lie one behind the other. What stands behind them is looked at and decides nothing.
   */
  readAlone(start: number, stop: number): number {
    const bytes = this.#bytes;
    const outcome = this.#decide(start, bytes.length);
    const end = bytes[stop - 1] === NEWLINE ? stop - 1 : stop;
    if (outcome === FAST_LIMIT) return this.end === end ? FAST_LIMIT : FAST_UNSURE;
    if (outcome !== FAST_DROP || this.#headEnd > end) return FAST_UNSURE;
    if (newlineFrom(bytes, this.#view, this.textStart, end) >= 0) return FAST_UNSURE;
    this.end = end;
    return FAST_DROP;
  }

  #decide(start: number, limit: number): number {
    if (limit - start < LINE_BYTES_MIN) return FAST_UNSURE;
    const bytes = this.#bytes;
    const at = bytes[start] === LESS ? skipPriority(bytes, start, limit) : start;
    if (!this.#bsdShape.standsAt(this.#view, at)) return this.#readIso(at, limit);
    const host = at + 16;
    const view = this.#view;
    const stop = host + HOST_BYTES_MAX;
    let pos = host;
    let count = HOST_PAIR[view.getUint16(pos)]!;
    while (count === 2 && pos < stop) count = HOST_PAIR[view.getUint16((pos += 2))]!;
    pos += count;
    if (bytes[pos] !== SPACE || pos === host || HOST_HEADS.mayBegin(bytes, host))
      return FAST_UNSURE;
    if (view.getInt32(pos + 1) !== KERN || view.getInt32(pos + 5) !== EL) {
      return TAG_HEADS.mayBegin(bytes, pos + 1) ? FAST_UNSURE : this.#drop(pos + 1);
    }
    this.dateStart = at;
    this.dateNumber = this.#bsdShape.changes;
    this.hostStart = host;
    this.hostEnd = pos;
    return this.#readText(pos + 9, limit);
  }

  /** `2026-11-20T08:30:00.123456+00:00 host tag: text`: decides only what is not ours. */
  #readIso(at: number, limit: number): number {
    const bytes = this.#bytes;
    if (!isIsoDate(this.#view, at)) return FAST_UNSURE;
    const host = afterIsoSecond(bytes, at + 19);
    let pos = host + 1;
    const stop = pos + HOST_BYTES_MAX;
    while (HOST_BYTE[bytes[pos]!] === 1 && pos < stop) pos++;
    const isHead = bytes[host] === SPACE && bytes[pos] === SPACE && pos > host + 1;
    if (!isHead || pos + 8 > limit || HOST_HEADS.mayBegin(bytes, host + 1)) return FAST_UNSURE;
    if (TAG_HEADS.mayBegin(bytes, pos + 1)) return FAST_UNSURE;
    return this.#drop(pos + 1);
  }

  #readText(text: number, limit: number): number {
    const bytes = this.#bytes;
    if (text + 4 > limit) return FAST_UNSURE;
    if (this.#view.getInt32(text) !== LIMI) {
      return TEXT_HEADS.mayBegin(bytes, text) ? FAST_UNSURE : this.#drop(text);
    }
    const end = this.limit.read(bytes, this.#view, text, limit);
    if (end < 0) {
      const isOther = limitsOther(bytes, text, limit);
      return isOther ? this.#drop(text, OTHER_LIMIT_BYTES) : FAST_UNSURE;
    }
    this.end = end;
    this.textStart = text;
    return FAST_LIMIT;
  }

  /** `text` has a head of so many bytes that none of ours has. */
  #drop(text: number, headBytes = HEAD_BYTES): number {
    this.textStart = text;
    this.#headEnd = text + headBytes;
    return FAST_DROP;
  }
}

/**
 * Behind the fraction and the offset of a time: `.123456`, `Z`, `+02:00`, `+0200`, `+02` or none.
 */
function afterIsoSecond(bytes: Uint8Array, at: number): number {
  let pos = at;
  if (bytes[pos] === DOT || bytes[pos] === COMMA) while (isDigit(bytes[++pos]));
  if (bytes[pos] === UPPER_Z) return pos + 1;
  if (bytes[pos] !== PLUS && bytes[pos] !== DASH) return pos;
  const minutes = bytes[pos + 3] === COLON ? pos + 4 : pos + 3;
  if (!isDigit(bytes[pos + 1]) || !isDigit(bytes[pos + 2])) return pos;
  return isDigit(bytes[minutes]) && isDigit(bytes[minutes + 1]) ? minutes + 2 : pos + 3;
}
