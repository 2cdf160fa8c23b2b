import { CLOSE_BRACKET, COLON, OPEN_BRACKET, SLASH, SPACE, TAB, ascii } from "../core/bytes.ts";
import { equals, isDigit, startsWith } from "../core/bytes.ts";
import {
  TAG_KERNEL,
  TAG_KERNEL_ZERO,
  TAG_NONE,
  TAG_SLASH_KERNEL,
  TAG_SYSLOGD,
  TAG_TIDEGAUGE,
  TAG_TMM,
} from "./envelope.ts";

const KERNEL = ascii("kernel");
const TMM = ascii("tmm");
const TIDEGAUGE = ascii("tidegauge");
const DAEMONS = ["syslogd", "rsyslogd", "syslog-ng"].map(ascii);
const ZERO_PID = ascii("[0]");

/** The tag read last: which, where it ends, and whether a colon closed it. Reused. */
export const tagRead = { tag: TAG_NONE, end: 0, hasColon: false };

/**
 * Reads `name[pid]:` at `pos` where the name is one we trust; false for any other program. The
 * colon may be missing: rsyslog loses it when it turns RFC 5424 into its default format.
 */
export function readTag(bytes: Uint8Array, pos: number, end: number): boolean {
  let at = pos;
  while (at < end && !endsName(bytes[at])) at++;
  const tag = tagOf(bytes, pos, at);
  if (tag === TAG_NONE) return false;
  tagRead.tag = tag;
  if (at < end && bytes[at] === OPEN_BRACKET) {
    if (tag === TAG_KERNEL && startsWith(bytes, at, end, ZERO_PID)) tagRead.tag = TAG_KERNEL_ZERO;
    const close = pidEnd(bytes, at, end);
    if (close < 0) return false;
    at = close;
  }
  tagRead.hasColon = at < end && bytes[at] === COLON;
  if (tagRead.hasColon) at++;
  else if (at < end && bytes[at] !== SPACE && bytes[at] !== TAB) return false;
  tagRead.end = at;
  return true;
}

function endsName(byte: number | undefined): boolean {
  return byte === COLON || byte === OPEN_BRACKET || byte === SPACE || byte === TAB;
}

/** After `[pid]`; -1 where the bracket holds anything but digits. */
function pidEnd(bytes: Uint8Array, pos: number, end: number): number {
  let at = pos + 1;
  while (at < end && isDigit(bytes[at])) at++;
  return at < end && at > pos + 1 && bytes[at] === CLOSE_BRACKET ? at + 1 : -1;
}

/** The tag of a program name, without pid and colon. */
export function tagOf(bytes: Uint8Array, start: number, end: number): number {
  switch (bytes[start]) {
    case 0x6b: // k
      return equals(bytes, start, end, KERNEL) ? TAG_KERNEL : TAG_NONE;
    case SLASH:
      return equals(bytes, start + 1, end, KERNEL) ? TAG_SLASH_KERNEL : TAG_NONE;
    case 0x74: // t
      if (equals(bytes, start, end, TIDEGAUGE)) return TAG_TIDEGAUGE;
      return isTmm(bytes, start, end) ? TAG_TMM : TAG_NONE;
    case 0x73: // s
    case 0x72: // r
      return DAEMONS.some((name) => equals(bytes, start, end, name)) ? TAG_SYSLOGD : TAG_NONE;
    default:
      return TAG_NONE;
  }
}

/** `tmm`, `tmm1`, `tmm12`: one per processor. */
function isTmm(bytes: Uint8Array, start: number, end: number): boolean {
  if (!startsWith(bytes, start, end, TMM)) return false;
  for (let at = start + TMM.length; at < end; at++) if (!isDigit(bytes[at])) return false;
  return true;
}

/** What a cut in front may leave of `kernel: `, the colon and the blank at least. */
export function readBeheadedTag(bytes: Uint8Array, pos: number, end: number): boolean {
  for (let cut = 1; cut <= KERNEL.length; cut++) {
    const left = KERNEL.length - cut;
    const isClosed = bytes[pos + left] === COLON && bytes[pos + left + 1] === SPACE;
    if (!isClosed || pos + left + 1 >= end) continue;
    if (!startsWith(bytes, pos, end, KERNEL.subarray(cut))) continue;
    tagRead.tag = TAG_KERNEL;
    tagRead.hasColon = true;
    tagRead.end = pos + left + 1;
    return true;
  }
  return false;
}
