/** The limit line's text: which class, how many were wanted, how many were sent. */
import { isLetterAt, SPACE } from "./bytes";
import { CLASS_BYTES, CLASS_LENGTH, CLASS_MASK, CLASS_OF, CLASSES } from "./memory";

/** Bytes of the longest text that is read here, newline and all. */
const TEXT_BYTES_MAX: i32 = 96;
/** Digits that one look finds the end of. */
const DIGITS_MAX: i32 = 7;

// Words as they stand in a text, little-endian.
const LIMITING: u64 = 0x676e6974696d694c;
const TO: u32 = 0x206f7420;
const PACKETS: u64 = 0x7374656b63617020;
const SLASH_SEC: u32 = 0x6365732f;
const PER_SEC: u64 = 0x6365732072657020;
const COND: u32 = 0x646e6f63;

/** Of a digit less `0` nothing is left in the upper half of a byte, nor when 6 is added. */
const ZEROS: u64 = 0x3030303030303030;
const SIXES: u64 = 0x0606060606060606;
const UPPER_HALVES: u64 = 0xf0f0f0f0f0f0f0f0;

export let gauge: i32 = 0;
export let offered: i32 = 0;
export let allowed: i32 = 0;
/** Behind the number that was read last; -1 where there was none. */
let numberEnd: i32 = 0;

/**
 * Forms B to G of the limit line (kernel.md section 1), whole: where the text that starts at `text`
 * ends, or -1 where the general reader must look.
 */
export function limitEnd(text: i32, limit: i32): i32 {
  if (text + TEXT_BYTES_MAX > limit) return -1;
  // A byte of the first word and one of the second tell all classes apart, so taken together.
  gauge = load<u8>(CLASS_OF + ((3 * <i32>load<u8>(text + 9) + <i32>load<u8>(text + 14)) & 0xff));
  const row = CLASSES + gauge * CLASS_BYTES;
  const first = differences(text, row);
  const second = differences(text + 16, row + 16);
  const third = differences(text + 32, row + 32);
  if (v128.any_true(v128.or(v128.or(first, second), third))) return -1;
  offered = numberAt(text + <i32>load<u8>(row + CLASS_LENGTH));
  if (numberEnd < 0 || load<u32>(numberEnd) != TO) return -1;
  allowed = numberAt(numberEnd + 4);
  if (numberEnd < 0 || load<u64>(numberEnd) != PACKETS) return -1;
  const unit = numberEnd + 8;
  if (load<u32>(unit) == SLASH_SEC) return unit + 4;
  return load<u64>(unit) == PER_SEC && load<u32>(unit + 7) == COND ? unit + 11 : -1;
}

/** What limitsOther looks at. */
export const OTHER_LIMIT_BYTES: i32 = 10;

/** `Limiting ` and a word that no class begins with: other drivers limit other things. */
export function limitsOther(text: i32, limit: i32): bool {
  if (text + OTHER_LIMIT_BYTES > limit || load<u64>(text) != LIMITING) return false;
  const initial = load<u8>(text + 9);
  // closed, icmp, open, sctp, tcp.
  const isOurs =
    initial == 0x63 || initial == 0x69 || initial == 0x6f || initial == 0x73 || initial == 0x74;
  return load<u8>(text + 8) == SPACE && isLetterAt(text + 9) && !isOurs;
}

function differences(text: i32, row: i32): v128 {
  return v128.and(v128.xor(v128.load(text), v128.load(row)), v128.load(row + CLASS_MASK));
}

/** Without a branch that how many digits there are could take by surprise. */
function numberAt(at: i32): i32 {
  const digits = load<u64>(at) ^ ZEROS;
  const others = (digits | (digits + SIXES)) & UPPER_HALVES;
  const count = (<i32>ctz(others)) >> 3;
  numberEnd = count == 0 || count > DIGITS_MAX ? -1 : at + count;
  return valueOf(digits << ((8 - count) << 3));
}

/** Eight digits, the first in the lowest byte: pairs, then fours, then all in two steps at once. */
function valueOf(digits: u64): i32 {
  const pairs = digits * 10 + (digits >> 8);
  const outer = (pairs & 0x000000ff000000ff) * 0x000f424000000064;
  const inner = ((pairs >> 16) & 0x000000ff000000ff) * 0x0000271000000001;
  return <i32>((outer + inner) >> 32);
}
