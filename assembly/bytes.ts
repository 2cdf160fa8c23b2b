/** What bytes are, one by one and sixteen at a time. */
export const SPACE: u8 = 0x20;
const NEWLINE: u8 = 0x0a;

export function isDigitAt(at: i32): bool {
  return <u32>load<u8>(at) - 0x30 < 10;
}

export function isLetterAt(at: i32): bool {
  return ((<u32>load<u8>(at)) | 0x20) - 0x61 < 26;
}

export function isNewlineAt(at: i32): bool {
  return load<u8>(at) == NEWLINE;
}

/** Which of the sixteen bytes at `at` are digits. */
export function digitLanes(bytes: v128): v128 {
  return i8x16.lt_u(i8x16.sub(bytes, i8x16.splat(0x30)), i8x16.splat(10));
}

/** The first newline in [from, limit), or -1. */
export function newlineFrom(from: i32, limit: i32): i32 {
  for (let at = from; at < limit; at += 64) {
    const newlines = newlinesAt(at);
    if (newlines == 0) continue;
    const found = at + <i32>ctz(newlines);
    return found < limit ? found : -1;
  }
  return -1;
}

/** A bit for each of the 64 bytes at `at`: most lines end within the first or second look. */
function newlinesAt(at: i32): u64 {
  const newline = i8x16.splat(NEWLINE);
  const first = <u64>i8x16.bitmask(i8x16.eq(v128.load(at), newline));
  const second = <u64>i8x16.bitmask(i8x16.eq(v128.load(at, 16), newline));
  const third = <u64>i8x16.bitmask(i8x16.eq(v128.load(at, 32), newline));
  const fourth = <u64>i8x16.bitmask(i8x16.eq(v128.load(at, 48), newline));
  return first | (second << 16) | (third << 32) | (fourth << 48);
}
