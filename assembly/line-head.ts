/** What a line is, by what stands in front of its text. */
import { digitLanes, isDigitAt, SPACE } from "./bytes";
import { afterIsoSecond, isBsdDate, isIsoDate } from "./date";
import { mayBegin } from "./heads";
import { limitEnd, limitsOther, OTHER_LIMIT_BYTES } from "./limit-text";
import { HOST_HEADS, TAG_HEADS, TEXT_HEADS } from "./memory";

/** What is made of a line: not ours, a limit line, or for the general reader. */
export const DROP: i32 = 0;
export const LIMIT: i32 = 1;
export const UNSURE: i32 = 2;

/** `kernel: `, the tag of nearly all that is ours, and `Limi`, both little-endian. */
const KERNEL: u64 = 0x203a6c656e72656b;
const LIMI: u32 = 0x696d694c;
const LESS: u8 = 0x3c;
const GREATER: u8 = 0x3e;

/** A head and some text; what is left at the end of a buffer is for the general reader. */
export const LINE_BYTES_MIN: i32 = 128;
/** How much of a tag or a text says that it is not ours. */
const HEAD_BYTES: i32 = 4;
/** Longest host name that is read here. */
const HOST_BYTES_MAX: i32 = 64;

/** Of the line that was decided last. */
export let dateStart: i32 = 0;
export let hostStart: i32 = 0;
export let hostEnd: i32 = 0;
export let textStart: i32 = 0;
/** Behind the text of a LIMIT. */
export let textEnd: i32 = 0;
/** Behind the last byte that decided a DROP. */
export let headEnd: i32 = 0;

/**
 * What the line at `start` is, by its head: most lines of a log are another program's, and their
 * tag says so. Of bytes at or behind `limit` none decides, but for the first LINE_BYTES_MIN.
 */
export function decide(start: i32, limit: i32): i32 {
  const at = load<u8>(start) == LESS ? afterPriority(start) : start;
  if (!isBsdDate(at)) return decideIso(at, limit);
  const host = at + 16;
  const stop = afterHost(host);
  if (load<u8>(stop) != SPACE || stop == host || mayBegin(HOST_HEADS, host)) return UNSURE;
  if (load<u64>(stop + 1) != KERNEL) {
    return mayBegin(TAG_HEADS, stop + 1) ? UNSURE : drop(stop + 1, HEAD_BYTES);
  }
  const text = stop + 9;
  if (load<u32>(text) != LIMI) {
    return mayBegin(TEXT_HEADS, text) ? UNSURE : drop(text, HEAD_BYTES);
  }
  const end = limitEnd(text, limit);
  if (end < 0) return limitsOther(text, limit) ? drop(text, OTHER_LIMIT_BYTES) : UNSURE;
  dateStart = at;
  hostStart = host;
  hostEnd = stop;
  textStart = text;
  textEnd = end;
  return LIMIT;
}

/** `2026-11-20T08:30:00.123456+00:00 host tag: text`: decides only what is not ours. */
function decideIso(at: i32, limit: i32): i32 {
  if (!isIsoDate(at)) return UNSURE;
  const blank = afterIsoSecond(at + 19, limit);
  const host = blank + 1;
  if (load<u8>(blank) != SPACE || host + HOST_BYTES_MAX + 8 > limit) return UNSURE;
  const stop = afterHost(host);
  if (load<u8>(stop) != SPACE || stop == host || mayBegin(HOST_HEADS, host)) return UNSURE;
  return mayBegin(TAG_HEADS, stop + 1) ? UNSURE : drop(stop + 1, HEAD_BYTES);
}

/** `<N>` with up to three digits: a syslog PRI or a printk level; `start` where there is none. */
function afterPriority(start: i32): i32 {
  let at = start + 1;
  while (at < start + 4 && isDigitAt(at)) at += 1;
  return at > start + 1 && load<u8>(at) == GREATER ? at + 1 : start;
}

/** Behind letters, digits and `.-_`: what host names that are read here consist of. */
function afterHost(host: i32): i32 {
  let at = host;
  for (const stop = host + HOST_BYTES_MAX; at < stop; at += 16) {
    const bytes = v128.load(at);
    const lower = v128.or(bytes, i8x16.splat(0x20));
    const letters = i8x16.lt_u(i8x16.sub(lower, i8x16.splat(0x61)), i8x16.splat(26));
    const dashOrDot = i8x16.lt_u(i8x16.sub(bytes, i8x16.splat(0x2d)), i8x16.splat(2));
    const underscores = i8x16.eq(bytes, i8x16.splat(0x5f));
    const marks = v128.or(dashOrDot, underscores);
    const others = ~i8x16.bitmask(v128.or(v128.or(letters, digitLanes(bytes)), marks)) & 0xffff;
    if (others != 0) return at + ctz(others);
  }
  return at;
}

/** `text` has a head of so many bytes that none of ours has. */
function drop(text: i32, headBytes: i32): i32 {
  textStart = text;
  headEnd = text + headBytes;
  return DROP;
}
