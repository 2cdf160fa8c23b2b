import { COLON, DASH, OPEN_BRACKET, CLOSE_BRACKET, PLUS, SPACE } from "../core/bytes.ts";
import { findByte, isDigit, startsWith } from "../core/bytes.ts";
import { OUTCOME_PASS, OUTCOME_REJECT, REJECT_REASONS } from "../core/reading.ts";
import type { Reading } from "../core/reading.ts";
import { MAX_COUNT, MAX_PORT } from "../core/limits.ts";

const WHOLE = 0;
const CUT = 1;
const BROKEN = 2;

const REJECT_RANGE = REJECT_REASONS.indexOf("number_out_of_range");
const REJECT_MALFORMED = REJECT_REASONS.indexOf("malformed");
const REJECT_TORN = REJECT_REASONS.indexOf("torn");

/**
 * Walks one kernel text. The first failure sticks and later steps do nothing, so a grammar reads as
 * a list of steps; a number out of range does not stop the walk, because the rest decides whether
 * the line is ours at all. One cursor is reused: reading a line never waits.
 */
export class Cursor {
  bytes: Uint8Array = new Uint8Array(0);
  pos = 0;
  end = 0;
  private state = WHOLE;
  private outOfRange = false;

  open(bytes: Uint8Array, pos: number, end: number): void {
    this.bytes = bytes;
    this.pos = pos;
    this.end = end;
    this.state = WHOLE;
    this.outOfRange = false;
  }

  get whole(): boolean {
    return this.state === WHOLE;
  }

  get byte(): number | undefined {
    return this.pos < this.end ? this.bytes[this.pos] : undefined;
  }

  /** Takes the literal when it is next. */
  take(literal: Uint8Array): boolean {
    if (this.state !== WHOLE || !startsWith(this.bytes, this.pos, this.end, literal)) return false;
    this.pos += literal.length;
    return true;
  }

  /**
   * Takes the literal, or its beginning where the line ends inside it after at least `least` bytes:
   * then the line is ours and cut. False where it is something else.
   */
  takeHead(literal: Uint8Array, least: number): boolean {
    if (this.state !== WHOLE) return false;
    if (this.take(literal)) return true;
    const left = this.end - this.pos;
    if (left < least || left >= literal.length) return false;
    if (!startsWith(this.bytes, this.pos, this.end, literal.subarray(0, left))) return false;
    this.state = CUT;
    return true;
  }

  /** Takes the literal or fails: cut where the line ends inside it, broken otherwise. */
  expect(literal: Uint8Array): void {
    if (this.take(literal) || this.state !== WHOLE) return;
    const left = Math.max(0, this.end - this.pos);
    const cut =
      left < literal.length &&
      startsWith(this.bytes, this.pos, this.end, literal.subarray(0, left));
    this.state = cut ? CUT : BROKEN;
  }

  fail(): void {
    if (this.state === WHOLE) this.state = this.pos >= this.end ? CUT : BROKEN;
  }

  /** A count without sign, at most `max`; beyond it the line is rejected as out of range. */
  number(max: number = MAX_COUNT): number {
    if (this.state !== WHOLE) return 0;
    const sign = this.byte === DASH || this.byte === PLUS;
    let at = sign ? this.pos + 1 : this.pos;
    let value = 0;
    const start = at;
    for (; at < this.end; at++) {
      const digit = (this.bytes[at] ?? 0) - 0x30;
      if (digit < 0 || digit > 9) break;
      if (value <= max) value = value * 10 + digit;
    }
    if (at === start) {
      this.pos = at;
      this.fail();
      return 0;
    }
    this.pos = at;
    if (!sign && value <= max) return value;
    this.outOfRange = true;
    return 0;
  }

  /** A port, or -1 where a poster wrote something else in its place. */
  port(): number {
    if (isDigit(this.byte) || this.byte === DASH) return this.number(MAX_PORT);
    if (this.state === WHOLE && this.pos >= this.end) this.fail();
    while (this.state === WHOLE && this.pos < this.end && isPlaceholder(this.byte)) this.pos++;
    return -1;
  }

  /** Moves to the next `byte` and returns where the span before it began; fails without one. */
  spanTo(byte: number): number {
    const start = this.pos;
    if (this.state !== WHOLE) return start;
    const at = findByte(this.bytes, start, this.end, byte);
    if (at < 0) this.state = CUT;
    else this.pos = at;
    return start;
  }

  /** Moves over letters, digits and underscores; returns where it began. */
  word(): number {
    const start = this.pos;
    if (this.state === WHOLE) while (this.pos < this.end && isWord(this.byte)) this.pos++;
    return start;
  }

  settle(reading: Reading, kind: number, gauge: number, os: number): void {
    reading.kind = kind;
    reading.gauge = gauge;
    reading.os = os;
    if (this.state === WHOLE && !this.outOfRange) {
      reading.outcome = OUTCOME_PASS;
      return;
    }
    reading.outcome = OUTCOME_REJECT;
    if (this.state === WHOLE) reading.reason = REJECT_RANGE;
    else reading.reason = this.state === CUT ? REJECT_TORN : REJECT_MALFORMED;
  }
}

function isWord(byte: number | undefined): boolean {
  if (byte === undefined) return false;
  const lower = byte | 0x20;
  return isDigit(byte) || (lower >= 0x61 && lower <= 0x7a) || byte === 0x5f;
}

function isPlaceholder(byte: number | undefined): boolean {
  return byte !== SPACE && byte !== COLON && byte !== OPEN_BRACKET && byte !== CLOSE_BRACKET;
}
