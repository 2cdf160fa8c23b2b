import { CLOSE_BRACKET, COLON, DASH, OPEN_BRACKET, PLUS, SPACE } from "../core/bytes.ts";
import { findByte, isDigit, isLetter, skipBlanks, tokenEnd } from "../core/bytes.ts";
import { MAX_UNFAMILIAR_HEAD_BYTES, MAX_UNFAMILIAR_HEAD_TOKENS } from "../core/limits.ts";
import { STAMP_LOCAL, STAMP_OFFSET, STAMP_UNREADABLE, STAMP_YEARLESS } from "./stamp.ts";
import type { Stamp } from "./stamp.ts";

const DOT = 0x2e;
const COMMA = 0x2c;

/** Month 1 to 12 of an English abbreviation as syslog and ctime write it, or 0. */
export function monthOf(a: number, b: number, c: number): number {
  switch ((a << 16) | (b << 8) | c) {
    case 0x4a616e:
      return 1;
    case 0x466562:
      return 2;
    case 0x4d6172:
      return 3;
    case 0x417072:
      return 4;
    case 0x4d6179:
      return 5;
    case 0x4a756e:
      return 6;
    case 0x4a756c:
      return 7;
    case 0x417567:
      return 8;
    case 0x536570:
      return 9;
    case 0x4f6374:
      return 10;
    case 0x4e6f76:
      return 11;
    case 0x446563:
      return 12;
    default:
      return 0;
  }
}

/** Weekdays of ctime, packed like months: Mon Tue Wed Thu Fri Sat Sun. */
const WEEKDAYS = [0x4d6f6e, 0x547565, 0x576564, 0x546875, 0x467269, 0x536174, 0x53756e];

function packed(bytes: Uint8Array, pos: number): number {
  return ((bytes[pos] ?? 0) << 16) | ((bytes[pos + 1] ?? 0) << 8) | (bytes[pos + 2] ?? 0);
}

function digitAt(bytes: Uint8Array, pos: number, end: number): number {
  const digit = pos < end ? (bytes[pos] ?? 0) - 0x30 : -1;
  return digit >= 0 && digit <= 9 ? digit : -1;
}

function twoDigits(bytes: Uint8Array, pos: number, end: number): number {
  const tens = digitAt(bytes, pos, end);
  const ones = digitAt(bytes, pos + 1, end);
  return tens < 0 || ones < 0 ? -1 : tens * 10 + ones;
}

function fourDigits(bytes: Uint8Array, pos: number, end: number): number {
  const high = twoDigits(bytes, pos, end);
  const low = twoDigits(bytes, pos + 2, end);
  return high < 0 || low < 0 ? -1 : high * 100 + low;
}

/** `HH:MM:SS` with an optional fraction; returns where it ends, or -1. */
function readClock(bytes: Uint8Array, pos: number, end: number, stamp: Stamp): number {
  const hour = twoDigits(bytes, pos, end);
  const minute = twoDigits(bytes, pos + 3, end);
  const second = twoDigits(bytes, pos + 6, end);
  if (hour < 0 || minute < 0 || second < 0) return -1;
  if (bytes[pos + 2] !== COLON || bytes[pos + 5] !== COLON) return -1;
  stamp.hour = hour;
  stamp.minute = minute;
  stamp.second = second;
  stamp.millisecond = 0;
  let at = pos + 8;
  const mark = at < end ? bytes[at] : 0;
  if ((mark !== DOT && mark !== COMMA) || !isDigit(bytes[at + 1]) || at + 1 >= end) return at;
  at++;
  for (let scale = 100; at < end && isDigit(bytes[at]); at++, scale = Math.floor(scale / 10))
    stamp.millisecond += ((bytes[at] ?? 0) - 0x30) * scale;
  return at;
}

/** A date that we know, at `pos`: fills `stamp` and returns where it ends, or -1. */
export function readDate(bytes: Uint8Array, pos: number, end: number, stamp: Stamp): number {
  const first = pos < end ? (bytes[pos] ?? 0) : 0;
  if (isDigit(first)) return readIsoDate(bytes, pos, end, stamp);
  if (first >= 0x41 && first <= 0x57) return readBsdDate(bytes, pos, end, stamp);
  if (first === OPEN_BRACKET) return readBracketDate(bytes, pos, end, stamp);
  return -1;
}

/** `Nov 20 08:30:00`, `Oct  9`, `Sep 01`, `Nov 20 2026 08:30:00`, `Wed Mar 10 20:19:39 2021`. */
function readBsdDate(bytes: Uint8Array, pos: number, end: number, stamp: Stamp): number {
  const hasWeekday = WEEKDAYS.includes(packed(bytes, pos)) && bytes[pos + 3] === SPACE;
  let at = hasWeekday ? pos + 4 : pos;
  const month = monthOf(bytes[at] ?? 0, bytes[at + 1] ?? 0, bytes[at + 2] ?? 0);
  if (month === 0 || bytes[at + 3] !== SPACE) return -1;
  at = skipBlanks(bytes, at + 4, end);
  const tens = digitAt(bytes, at, end);
  if (tens < 0) return -1;
  const ones = digitAt(bytes, at + 1, end);
  stamp.month = month;
  stamp.day = ones < 0 ? tens : tens * 10 + ones;
  at = skipBlanks(bytes, at + (ones < 0 ? 1 : 2), end);
  stamp.shape = STAMP_YEARLESS;
  const yearInFront = fourDigits(bytes, at, end);
  if (yearInFront >= 0 && bytes[at + 4] === SPACE) {
    stamp.year = yearInFront;
    stamp.shape = STAMP_LOCAL;
    at = skipBlanks(bytes, at + 4, end);
  }
  at = readClock(bytes, at, end, stamp);
  if (at < 0 || !hasWeekday) return at;
  const yearBehind = fourDigits(bytes, at + 1, end);
  if (yearBehind < 0 || bytes[at] !== SPACE) return at;
  if (at + 5 < end && isDigit(bytes[at + 5])) return at;
  stamp.year = yearBehind;
  stamp.shape = STAMP_LOCAL;
  return at + 5;
}

/**
 * RFC 3339 and its relatives: `T` or a blank, `.` or `,`, `Z`, `+02:00`, `+0200`, `+02` or none.
 */
function readIsoDate(bytes: Uint8Array, pos: number, end: number, stamp: Stamp): number {
  const year = fourDigits(bytes, pos, end);
  const month = twoDigits(bytes, pos + 5, end);
  const day = twoDigits(bytes, pos + 8, end);
  if (year < 0 || month < 0 || day < 0) return -1;
  if (bytes[pos + 4] !== DASH || bytes[pos + 7] !== DASH) return -1;
  const separator = (bytes[pos + 10] ?? 0) | 0x20;
  if (separator !== 0x74 && separator !== SPACE) return -1;
  stamp.year = year;
  stamp.month = month;
  stamp.day = day;
  const at = readClock(bytes, pos + 11, end, stamp);
  if (at < 0) return -1;
  stamp.shape = STAMP_LOCAL;
  stamp.offsetMinutes = 0;
  return readOffset(bytes, at, end, stamp);
}

function readOffset(bytes: Uint8Array, at: number, end: number, stamp: Stamp): number {
  const sign = at < end ? bytes[at] : 0;
  if (sign === 0x5a || sign === 0x7a) {
    stamp.shape = STAMP_OFFSET;
    return at + 1;
  }
  const hours = twoDigits(bytes, at + 1, end);
  if ((sign !== PLUS && sign !== DASH) || hours < 0) return at;
  let next = at + 3;
  const minutesAt = bytes[next] === COLON ? next + 1 : next;
  const minutes = twoDigits(bytes, minutesAt, end);
  if (minutes >= 0) next = minutesAt + 2;
  const offset = hours * 60 + Math.max(0, minutes);
  stamp.offsetMinutes = sign === DASH ? -offset : offset;
  stamp.shape = STAMP_OFFSET;
  return next;
}

/**
 * `dmesg -T`: `[Wed Mar 10 20:19:39 2021]`, and the same in other languages, which is unreadable.
 */
function readBracketDate(bytes: Uint8Array, pos: number, end: number, stamp: Stamp): number {
  const limit = Math.min(end, pos + MAX_UNFAMILIAR_HEAD_BYTES);
  const close = findByte(bytes, pos, limit, CLOSE_BRACKET);
  if (close < 0) return -1;
  if (readBsdDate(bytes, pos + 1, close, stamp) === close) return close + 1;
  const inside = readUnfamiliarDate(bytes, pos + 1, close, stamp);
  return inside < 0 ? -1 : close + 1;
}

/**
 * A date in words that we do not know (`april 19 09:21:31`, `Ср мар 10 20:19:39 2021`), or what a
 * cut in front left of one (`8:30:00`): words without punctuation up to a time of day. Returns
 * where
 * it ends, or -1.
 */
export function readUnfamiliarDate(
  bytes: Uint8Array,
  pos: number,
  end: number,
  stamp: Stamp,
): number {
  const limit = Math.min(end, pos + MAX_UNFAMILIAR_HEAD_BYTES);
  let at = pos;
  for (let token = 0; token < MAX_UNFAMILIAR_HEAD_TOKENS && at < limit; token++) {
    const stop = tokenEnd(bytes, at, limit);
    if (isTimeOfDay(bytes, at, stop)) {
      stamp.shape = STAMP_UNREADABLE;
      return token >= 2 ? skipYear(bytes, stop, end) : stop;
    }
    if (!isDateWord(bytes, at, stop)) return -1;
    at = skipBlanks(bytes, stop, limit);
  }
  return -1;
}

/** Digits and time punctuation with a colon inside and a digit at the end. */
function isTimeOfDay(bytes: Uint8Array, start: number, end: number): boolean {
  let colons = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at];
    if (byte === COLON) colons++;
    else if (!isDigit(byte) && byte !== DOT && byte !== COMMA && byte !== PLUS && byte !== DASH)
      return false;
  }
  return colons > 0 && isDigit(bytes[end - 1]);
}

/** Letters of any alphabet and digits, with the dots and commas that dates have. */
function isDateWord(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 0;
    const fits = byte >= 0x80 || isLetter(byte) || isDigit(byte) || byte === DOT || byte === COMMA;
    if (!fits) return false;
  }
  return end > start;
}

function skipYear(bytes: Uint8Array, pos: number, end: number): number {
  const at = skipBlanks(bytes, pos, end);
  const stop = tokenEnd(bytes, at, end);
  const century = twoDigits(bytes, at, end);
  return stop - at === 4 && fourDigits(bytes, at, end) > 0 && (century === 19 || century === 20)
    ? stop
    : pos;
}
