/** Dates as syslog writes them: RFC 3164, which are read elsewhere, and RFC 3339, passed by. */
import { digitLanes, isDigitAt } from "./bytes";

/** `Jan ` and the other eleven, as little-endian words. */
const MONTHS: usize = memory.data<u32>([
  0x206e614a, 0x20626546, 0x2072614d, 0x20727041, 0x2079614d, 0x206e754a, 0x206c754a, 0x20677541,
  0x20706553, 0x2074634f, 0x20766f4e, 0x20636544,
]);
const MONTHS_BYTES: usize = 48;

/** Lanes of `Nov 20 08:30:00 ` that are digits, and those of its blanks and colons. */
const BSD_DIGITS: i32 = 0b0110_1101_1010_0000;
const BSD_MARKS: i32 = 0b1001_0010_0100_1000;
/** A digit or a blank: `Nov  9`. */
const BSD_TENS: i32 = 0b0001_0000;
/** The same of `2026-11-20T08:30`. */
const ISO_DIGITS: i32 = 0b1101_1011_0110_1111;
const ISO_MARKS: i32 = 0b0010_0100_1001_0000;

const DOT: u8 = 0x2e;
const COMMA: u8 = 0x2c;
const COLON: u8 = 0x3a;
const PLUS: u8 = 0x2b;
const DASH: u8 = 0x2d;
const UPPER_Z: u8 = 0x5a;

/** The date that was found last: `Jan  1 00:00:00 ` before any was. */
let last: v128 = i8x16(74, 97, 110, 32, 32, 49, 32, 48, 48, 58, 48, 48, 58, 48, 48, 32);
/** How often a date was another one than the date before: one number, one date. */
export let dateNumber: i32 = 0;

/**
 * Whether the sixteen bytes `Nov 20 08:30:00 ` or `Nov  9 08:30:00 ` stand at `at`. Lines of a log
 * share them with the line before mostly, so what was found right once is only compared.
 */
export function isBsdDate(at: i32): bool {
  return !v128.any_true(v128.xor(v128.load(at), last)) || learn(at);
}

function learn(at: i32): bool {
  const bytes = v128.load(at);
  const digits = i8x16.bitmask(digitLanes(bytes));
  const expected = i8x16(0, 0, 0, 32, 32, 0, 32, 0, 0, 58, 0, 0, 58, 0, 0, 32);
  const marks = i8x16.bitmask(i8x16.eq(bytes, expected));
  if ((digits & BSD_DIGITS) != BSD_DIGITS || (marks & BSD_MARKS) != BSD_MARKS) return false;
  if (((digits | marks) & BSD_TENS) == 0 || !isMonth(load<u32>(at))) return false;
  last = bytes;
  dateNumber += 1;
  return true;
}

function isMonth(word: u32): bool {
  for (let month: usize = 0; month < MONTHS_BYTES; month += 4) {
    if (load<u32>(MONTHS + month) == word) return true;
  }
  return false;
}

/** `2026-11-20T08:30:00`, nineteen bytes at `at`. */
export function isIsoDate(at: i32): bool {
  const bytes = v128.load(at);
  const digits = i8x16.bitmask(digitLanes(bytes));
  const expected = i8x16(0, 0, 0, 0, 45, 0, 0, 45, 0, 0, 84, 0, 0, 58, 0, 0);
  const marks = i8x16.bitmask(i8x16.eq(bytes, expected));
  if ((digits & ISO_DIGITS) != ISO_DIGITS || (marks & ISO_MARKS) != ISO_MARKS) return false;
  return load<u8>(at + 16) == COLON && isDigitAt(at + 17) && isDigitAt(at + 18);
}

/**
 * Behind the fraction and the offset of a time: `.123456`, `Z`, `+02:00`, `+0200`, `+02` or none.
 */
export function afterIsoSecond(at: i32, limit: i32): i32 {
  let pos = at;
  const mark = load<u8>(at);
  if ((mark == DOT || mark == COMMA) && isDigitAt(at + 1)) {
    pos += 1;
    while (pos < limit && isDigitAt(pos)) pos += 1;
  }
  const zone = load<u8>(pos);
  if (zone == UPPER_Z) return pos + 1;
  if (zone != PLUS && zone != DASH) return pos;
  if (!isDigitAt(pos + 1) || !isDigitAt(pos + 2)) return pos;
  const minutes = load<u8>(pos + 3) == COLON ? pos + 4 : pos + 3;
  return isDigitAt(minutes) && isDigitAt(minutes + 1) ? minutes + 2 : pos + 3;
}
