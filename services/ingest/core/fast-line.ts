import { hashStep } from "../../../lib/domain/name-table.ts";
import { skipPriority } from "../envelopes/printk.ts";

/** What `readFast` made of a line. */
export const FAST_DROP = 0;
export const FAST_LIMIT = 1;
/** Nothing decided: the general reader must look. */
export const FAST_UNSURE = 2;

const NEWLINE = 0x0a;
const SPACE = 0x20;
const LESS = 0x3c;
const COLON = 0x3a;
const DASH = 0x2d;
const UPPER_T = 0x54;

/** Longest header token (a date, a host) that is read here; longer ones are for the general reader. */
const TOKEN_BYTES_MAX = 64;
/** Nine digits stay below the range check of the general reader. */
const DIGITS_MAX = 9;

const ANOTHER_PROGRAM = 0;
const MAYBE_OURS = 1;
/** A severity may stand here (`err kernel: ...`), or any program. */
const MAYBE_SEVERITY = 2;

/** By its first byte, what a tag, or a text without one, may be. */
const TAG_BYTE = new Uint8Array(256).fill(MAYBE_OURS);
for (const letter of "bfghjoquvxyzABDEFGHIJKMNOQRUVWXYZ") {
  TAG_BYTE[letter.charCodeAt(0)] = ANOTHER_PROGRAM;
}
for (const letter of "acdew") TAG_BYTE[letter.charCodeAt(0)] = MAYBE_SEVERITY;

/** Letters, digits and `.-_`: what host names that are read here consist of. */
const HOST_BYTE = new Uint8Array(256);
for (const letter of "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_") {
  HOST_BYTE[letter.charCodeAt(0)] = 1;
}

/** Packed first four letters of tags that share their first letter with ours. */
function packed(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
}

/** `Limiting tcp reset response from `, in words of four bytes. */
const LIMI = 0x4c696d69;
const TING = 0x74696e67;

const CLASS_TEXTS: readonly (readonly [string, number])[] = [
  ["tcp reset", 0],
  ["closed port RST", 1],
  ["open port RST", 2],
];
const RESPONSE_FROM = " response from ";
const CLASSES = CLASS_TEXTS.map(([words, gauge]) => ({
  gauge,
  bytes: Uint8Array.from(` ${words}${RESPONSE_FROM}`, (letter) => letter.charCodeAt(0)),
}));
const TAIL = Uint8Array.from(" packets/sec", (letter) => letter.charCodeAt(0));
const TO = Uint8Array.from(" to ", (letter) => letter.charCodeAt(0));

/**
 * Reads the commonest shape of all, `Nov 20 08:30:00 host tag: text`, without the general reader:
 * most lines of a log are another program's, and their tag says so. It agrees with readLine on
 * every line it decides (test/ingest/fast-line.test.ts); bench/parse shows what it saves.
 */
export class FastLine {
  /** End of the line: its newline, found on the way. Only valid after FAST_DROP and FAST_LIMIT. */
  end = 0;
  hostStart = 0;
  hostEnd = 0;
  hostHash = 0;
  /** Start of the RFC 3164 date. */
  dateStart = 0;
  textStart = 0;
  gauge = 0;
  offered = 0;
  allowed = 0;

  /** `limit` is the end of what may be read; there must be a newline before it. */
  read(bytes: Uint8Array, start: number, limit: number, hostSeed: number): number {
    const at = bytes[start] === LESS ? skipPriority(bytes, start, limit) : start;
    // The shortest header that is decided here: a date of 16 bytes, a host and a tag.
    if (limit - at < 32) return FAST_UNSURE;
    const isBsdDate =
      bytes[at + 3] === SPACE &&
      bytes[at + 6] === SPACE &&
      bytes[at + 9] === COLON &&
      bytes[at + 12] === COLON &&
      bytes[at + 15] === SPACE;
    if (!isBsdDate) return this.#readIso(bytes, at, limit);
    const hostStart = at + 16;
    let hash = hostSeed;
    let pos = hostStart;
    const stop = Math.min(limit, hostStart + TOKEN_BYTES_MAX);
    let byte = 0;
    while (pos < stop && HOST_BYTE[(byte = bytes[pos]!)] === 1) {
      hash = hashStep(hash, byte);
      pos++;
    }
    if (byte !== SPACE || !isHost(bytes, hostStart, pos)) return FAST_UNSURE;
    const tag = pos + 1;
    if (tag + 8 > limit) return FAST_UNSURE;
    if (!mayBeOurs(bytes, tag)) return this.#drop(bytes, tag, limit);
    if (packed(bytes, tag) !== 0x6b65726e || bytes[tag + 6] !== COLON || bytes[tag + 7] !== SPACE) {
      return FAST_UNSURE;
    }
    if (packed(bytes, tag + 3) !== 0x6e656c3a) return FAST_UNSURE;
    this.hostStart = hostStart;
    this.hostEnd = pos;
    this.hostHash = hash;
    this.dateStart = at;
    return this.#readText(bytes, tag + 8, limit);
  }

  /** `2026-11-20T08:30:00.123456+00:00 host tag: text`: decides only what is not ours. */
  #readIso(bytes: Uint8Array, at: number, limit: number): number {
    const isIsoDate =
      bytes[at + 4] === DASH && bytes[at + 7] === DASH && bytes[at + 10] === UPPER_T;
    if (!isIsoDate || bytes[at + 13] !== COLON || bytes[at + 16] !== COLON) return FAST_UNSURE;
    let host = at + 19;
    while (host < at + 36 && bytes[host] !== SPACE) host++;
    if (bytes[host] !== SPACE) return FAST_UNSURE;
    const end = tokenEnd(bytes, host + 1, limit);
    if (end < 0 || !isHost(bytes, host + 1, end)) return FAST_UNSURE;
    const tag = end + 1;
    if (tag + 8 > limit || mayBeOurs(bytes, tag)) return FAST_UNSURE;
    return this.#drop(bytes, tag, limit);
  }

  #readText(bytes: Uint8Array, text: number, limit: number): number {
    const isLimiting =
      packed(bytes, text) === LIMI && packed(bytes, text + 4) === TING && text + 60 < limit;
    if (!isLimiting) return FAST_UNSURE;
    const second = bytes[text + 9];
    const known = second === 0x74 ? CLASSES[0]! : second === 0x63 ? CLASSES[1]! : CLASSES[2]!;
    let pos = after(bytes, text + 8, known.bytes);
    if (pos < 0) return FAST_UNSURE;
    const firstDigit = pos;
    let offered = 0;
    let digit = 0;
    while ((digit = bytes[pos]! - 0x30) >= 0 && digit <= 9 && pos - firstDigit < DIGITS_MAX) {
      offered = offered * 10 + digit;
      pos++;
    }
    if (pos === firstDigit) return FAST_UNSURE;
    pos = after(bytes, pos, TO);
    if (pos < 0) return FAST_UNSURE;
    const secondDigit = pos;
    let allowed = 0;
    while ((digit = bytes[pos]! - 0x30) >= 0 && digit <= 9 && pos - secondDigit < DIGITS_MAX) {
      allowed = allowed * 10 + digit;
      pos++;
    }
    if (pos === secondDigit) return FAST_UNSURE;
    pos = after(bytes, pos, TAIL);
    // What lies behind `limit` is left from an earlier read.
    if (pos < 0 || pos >= limit || bytes[pos] !== NEWLINE) return FAST_UNSURE;
    this.end = pos;
    this.textStart = text;
    this.gauge = known.gauge;
    this.offered = offered;
    this.allowed = allowed;
    return FAST_LIMIT;
  }

  #drop(bytes: Uint8Array, from: number, limit: number): number {
    let pos = from;
    while (pos < limit && bytes[pos] !== NEWLINE) pos++;
    if (pos === limit) return FAST_UNSURE;
    this.end = pos;
    return FAST_DROP;
  }
}

/** Past `literal` at `pos`, or -1. Reads beyond the buffer answer undefined, which never matches. */
function after(bytes: Uint8Array, pos: number, literal: Uint8Array): number {
  for (let i = 0; i < literal.length; i++) if (bytes[pos + i] !== literal[i]) return -1;
  return pos + literal.length;
}

/**
 * Whether a token stands where a host name stands: not a tag, and not the first word of a text
 * whose host name is missing (`Limiting open port ...`, `Connection attempt to ...`).
 */
function isHost(bytes: Uint8Array, start: number, end: number): boolean {
  switch (bytes[start]) {
    case 0x4c: // Limiting
      return end - start !== 8;
    case 0x43: // Connection
      return end - start !== 10;
    case 0x53: // Stealth
      return end - start !== 7;
    case 0x69: // icmp-response
      return end - start !== 13;
    case 0x6b: // kern.info, OpenWrt's priority
      return packed(bytes, start) !== 0x6b65726e;
    case 0x2d: // the nil value
      return end - start > 1;
    default:
      return end > start;
  }
}

function tokenEnd(bytes: Uint8Array, from: number, limit: number): number {
  const stop = Math.min(limit, from + TOKEN_BYTES_MAX);
  let pos = from;
  while (pos < stop && HOST_BYTE[bytes[pos]!] === 1) pos++;
  return pos < stop && bytes[pos] === SPACE ? pos : -1;
}

/** Whether a tag, or a text without one, could still be the kernel's, F5's, a repeat or ours. */
function mayBeOurs(bytes: Uint8Array, tag: number): boolean {
  const kind = TAG_BYTE[bytes[tag]!]!;
  if (kind === ANOTHER_PROGRAM) return false;
  const letters = packed(bytes, tag);
  return kind === MAYBE_OURS ? !isKnownProgram(letters) : isSeverity(letters);
}

/** The busiest programs whose first letter is also one of ours. */
function isKnownProgram(letters: number): boolean {
  switch (letters) {
    case 0x73736864: // sshd
    case 0x73797374: // systemd
    case 0x7375646f: // sudo
    case 0x706f7374: // postfix, postgres
    case 0x6e67696e: // nginx
    case 0x6e616d65: // named
    case 0x6e747064: // ntpd
    case 0x43524f4e: // CRON
    case 0x6c6f6769: // login
    case 0x6d797371: // mysqld
      return true;
    default:
      return false;
  }
}

/** `alert`, `crit`, `debug`, `emerg`, `err`, `error`, `warn`, `warning`. */
function isSeverity(letters: number): boolean {
  switch (letters) {
    case 0x616c6572:
    case 0x63726974:
    case 0x64656275:
    case 0x656d6572:
    case 0x65727220:
    case 0x6572726f:
    case 0x7761726e:
      return true;
    default:
      return false;
  }
}
