import { DASH, GREATER, LESS, OPEN_BRACKET, PLUS, SPACE, ascii } from "../core/bytes.ts";
import { equals, find, skipBlanks, startsWith, tokenEnd } from "../core/bytes.ts";
import { MAX_UNFAMILIAR_HEAD_BYTES } from "../core/limits.ts";
import { isKernelTextHead } from "../parse/kernel-text.ts";
import { readDate, readUnfamiliarDate } from "./date.ts";
import { TAG_KERNEL, TAG_KERNEL_ZERO, TAG_NONE, TAG_SLASH_KERNEL } from "./envelope.ts";
import type { Envelope } from "./envelope.ts";
import { isHostToken } from "./host.ts";
import { readPrintk, readUptime, skipPriority } from "./printk.ts";
import { isRfc5424, readRfc5424, skipProcess } from "./rfc5424.ts";
import { readBeheadedTag, readTag, tagRead } from "./tag.ts";

const KERN = ascii("kern.");
const LOGIN = ascii("login:");
const LIMITING = ascii("Limiting");
const RESPONSE_FROM = ascii(" response from ");
const SEVERITIES = [
  "emerg",
  "alert",
  "crit",
  "err",
  "error",
  "warn",
  "warning",
  "notice",
  "info",
  "debug",
].map(ascii);

/** `port RST response from ` is the longest that may stand before " response from " after a cut. */
const BEHEADED_BYTES = 32;

/**
 * Takes the head off a line, whatever of it is there: fills host, time, tag, uptime and where the
 * text begins. False where another program wrote the line, decided at its tag.
 */
export function readHead(
  bytes: Uint8Array,
  start: number,
  end: number,
  envelope: Envelope,
): boolean {
  const quotedByMail = bytes[start] === PLUS;
  const pos = skipPriority(bytes, quotedByMail ? start + 1 : start, end);
  if (isRfc5424(bytes, pos, end)) return readRfc5424(bytes, pos, end, envelope);
  const afterDate = readDate(bytes, pos, end, envelope.stamp);
  if (afterDate >= 0) return readDated(bytes, afterDate, end, envelope);
  envelope.undated = quotedByMail;
  return readUndated(bytes, pos, end, envelope);
}

/** After the date: `HOST TAG: text`, each of host and tag optional. */
function readDated(bytes: Uint8Array, pos: number, end: number, envelope: Envelope): boolean {
  const at = skipFacility(bytes, skipBlanks(bytes, pos, end), end);
  if (readBareText(bytes, at, end, envelope)) return true;
  if (readTag(bytes, at, end) && !isHostNamedKernel(bytes, end)) {
    return openTagged(bytes, end, envelope);
  }
  const stop = tokenEnd(bytes, at, end);
  if (!isHostToken(bytes, at, stop)) return false;
  envelope.hostStart = at;
  envelope.hostEnd = stop;
  return readAfterHost(bytes, skipBlanks(bytes, stop, end), end, envelope);
}

function readAfterHost(bytes: Uint8Array, pos: number, end: number, envelope: Envelope): boolean {
  if (isRfc5424(bytes, pos, end)) return readRfc5424(bytes, pos, end, envelope);
  const at = skipSeverity(bytes, pos, end);
  if (readTag(bytes, at, end)) return openTagged(bytes, end, envelope);
  return readBareText(bytes, at, end, envelope);
}

/** A line without a date that we know: from a console, a ring buffer, a mail, or cut in front. */
function readUndated(bytes: Uint8Array, pos: number, end: number, envelope: Envelope): boolean {
  if (readBareText(bytes, pos, end, envelope)) return true;
  const at = skipFacility(bytes, pos, end);
  if (readTag(bytes, at, end) && tagRead.hasColon) return openTagged(bytes, end, envelope);
  if (readBeheadedTag(bytes, pos, end)) return openTagged(bytes, end, envelope);
  if (readHostAlone(bytes, pos, end, envelope)) return true;
  const afterDate = readUnfamiliarDate(bytes, pos, end, envelope.stamp);
  if (afterDate >= 0) return readDated(bytes, afterDate, end, envelope);
  return readBeheadedText(bytes, pos, end, envelope);
}

/** The text itself begins here, behind nothing but what the kernel puts in front of it. */
function readBareText(bytes: Uint8Array, pos: number, end: number, envelope: Envelope): boolean {
  const first = pos < end ? bytes[pos] : 0;
  const at = first === LESS || first === OPEN_BRACKET ? readPrintk(bytes, pos, end, envelope) : pos;
  if (!isKernelTextHead(bytes, at, end)) return false;
  envelope.tag = TAG_NONE;
  envelope.textStart = at;
  return true;
}

/** Goes on behind the tag that readTag or readBeheadedTag found. */
function openTagged(bytes: Uint8Array, end: number, envelope: Envelope): boolean {
  envelope.tag = tagRead.tag;
  let at = skipBlanks(bytes, tagRead.end, end);
  const isRfc5424Tail = !tagRead.hasColon && bytes[at] === DASH && bytes[at + 1] === SPACE;
  if (isRfc5424Tail && at + 1 < end) at = skipProcess(bytes, at, end);
  envelope.textStart = readPrintk(bytes, at, end, envelope);
  return true;
}

/** `kernel kernel: text`: the first is a host that is called so. */
function isHostNamedKernel(bytes: Uint8Array, end: number): boolean {
  if (tagRead.hasColon) return false;
  const { tag, end: tagEnd } = tagRead;
  const isHost = readTag(bytes, skipBlanks(bytes, tagEnd, end), end) && tagRead.hasColon;
  tagRead.tag = tag;
  tagRead.end = tagEnd;
  tagRead.hasColon = false;
  return isHost;
}

/**
 * `HOST kernel[0]: text`, or a login prompt that a serial console mixed in: `HOST login: [ 255.1]`.
 */
function readHostAlone(bytes: Uint8Array, pos: number, end: number, envelope: Envelope): boolean {
  const limit = Math.min(end, pos + MAX_UNFAMILIAR_HEAD_BYTES);
  const stop = tokenEnd(bytes, pos, limit);
  if (!isHostToken(bytes, pos, stop)) return false;
  const at = skipBlanks(bytes, stop, limit);
  if (readTag(bytes, at, end) && tagRead.hasColon && isKernelTag(tagRead.tag)) {
    openTagged(bytes, end, envelope);
  } else {
    if (!startsWith(bytes, at, end, LOGIN)) return false;
    const bracket = skipBlanks(bytes, at + LOGIN.length, end);
    if (readUptime(bytes, bracket, end, envelope) === bracket) return false;
    if (!readBareText(bytes, bracket, end, envelope)) return false;
  }
  envelope.hostStart = pos;
  envelope.hostEnd = stop;
  return true;
}

function isKernelTag(tag: number): boolean {
  return tag === TAG_KERNEL || tag === TAG_SLASH_KERNEL || tag === TAG_KERNEL_ZERO;
}

/** A limit text that a cut in front left without its beginning; the parser says what is left. */
function readBeheadedText(
  bytes: Uint8Array,
  pos: number,
  end: number,
  envelope: Envelope,
): boolean {
  const stop = tokenEnd(bytes, pos, Math.min(end, pos + LIMITING.length));
  const isTail = stop > pos && equals(bytes, pos, stop, LIMITING.subarray(pos - stop));
  const at = isTail ? skipBlanks(bytes, stop, end) : pos;
  if (find(bytes, at, Math.min(end, at + BEHEADED_BYTES), RESPONSE_FROM) < 0) return false;
  envelope.tag = TAG_NONE;
  envelope.textStart = at;
  return true;
}

/** `kern.info ` of OpenWrt, `<kern.notice> ` and `<0.5> ` of a verbose FreeBSD syslogd. */
function skipFacility(bytes: Uint8Array, pos: number, end: number): number {
  const stop = tokenEnd(bytes, pos, Math.min(end, pos + MAX_UNFAMILIAR_HEAD_BYTES));
  if (bytes[pos] === LESS && bytes[stop - 1] === GREATER && skipPriority(bytes, pos, end) === pos) {
    return skipBlanks(bytes, stop, end);
  }
  if (!startsWith(bytes, pos, stop, KERN)) return pos;
  return isSeverity(bytes, pos + KERN.length, stop) ? skipBlanks(bytes, stop, end) : pos;
}

/** `warning ` between host and tag, as F5 writes it. */
function skipSeverity(bytes: Uint8Array, pos: number, end: number): number {
  const stop = tokenEnd(bytes, pos, Math.min(end, pos + 8));
  return isSeverity(bytes, pos, stop) ? skipBlanks(bytes, stop, end) : pos;
}

function isSeverity(bytes: Uint8Array, start: number, end: number): boolean {
  const first = bytes[start];
  for (const word of SEVERITIES)
    if (word[0] === first && equals(bytes, start, end, word)) return true;
  return false;
}
