import { CLOSE_BRACKET, GREATER, LESS, OPEN_BRACKET, SPACE } from "../core/bytes.ts";
import { isDigit, skipBlanks } from "../core/bytes.ts";
import { MAX_UPTIME_DIGITS } from "../core/limits.ts";
import type { Envelope } from "./envelope.ts";

const DOT = 0x2e;

/** `<N>` with up to three digits: a syslog PRI or a printk level; `pos` where there is none. */
export function skipPriority(bytes: Uint8Array, pos: number, end: number): number {
  if (pos >= end || bytes[pos] !== LESS) return pos;
  let at = pos + 1;
  while (at < end && at < pos + 4 && isDigit(bytes[at])) at++;
  return at > pos + 1 && at < end && bytes[at] === GREATER ? at + 1 : pos;
}

/**
 * Takes what a kernel itself puts in front of a text, each part optional: `<6>`, then
 * `[9615729] ` (FreeBSD) or `[  601.749973][    C1] ` (Linux). The bracket is uptime, not an epoch.
 */
export function readPrintk(
  bytes: Uint8Array,
  pos: number,
  end: number,
  envelope: Envelope,
): number {
  const at = skipPriority(bytes, skipBlanks(bytes, pos, end), end);
  const after = readUptime(bytes, at, end, envelope);
  return skipBlanks(bytes, skipCaller(bytes, after, end), end);
}

/** Where the uptime bracket ends; `pos` where there is none. */
export function readUptime(
  bytes: Uint8Array,
  pos: number,
  end: number,
  envelope: Envelope,
): number {
  if (pos >= end || bytes[pos] !== OPEN_BRACKET) return pos;
  let at = pos + 1;
  while (at < end && bytes[at] === SPACE) at++;
  const digits = at;
  let seconds = 0;
  for (; at < end && isDigit(bytes[at]); at++) {
    if (at - digits >= MAX_UPTIME_DIGITS) return pos;
    seconds = seconds * 10 + ((bytes[at] ?? 0) - 0x30);
  }
  if (at === digits) return pos;
  let micros = 0;
  if (at < end && bytes[at] === DOT) {
    at++;
    for (let scale = 100_000; at < end && isDigit(bytes[at]); at++) {
      micros += ((bytes[at] ?? 0) - 0x30) * scale;
      scale = Math.floor(scale / 10);
    }
  }
  if (at >= end || bytes[at] !== CLOSE_BRACKET) return pos;
  envelope.uptimeSeconds = (seconds * 1_000_000 + micros) / 1_000_000;
  return at + 1;
}

/** CONFIG_PRINTK_CALLER: `[    C1]` or `[  T123]` right behind the time. */
function skipCaller(bytes: Uint8Array, pos: number, end: number): number {
  if (pos >= end || bytes[pos] !== OPEN_BRACKET) return pos;
  let at = pos + 1;
  while (at < end && bytes[at] === SPACE) at++;
  if (at >= end || (bytes[at] !== 0x43 && bytes[at] !== 0x54)) return pos;
  at++;
  while (at < end && isDigit(bytes[at])) at++;
  return at < end && bytes[at] === CLOSE_BRACKET ? at + 1 : pos;
}
