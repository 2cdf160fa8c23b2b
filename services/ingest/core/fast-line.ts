import { type Gauge, GAUGES, LIMIT_CLASS_COUNT } from "../../../lib/domain/gauge.ts";
import { hashStep } from "../../../lib/domain/name-table.ts";
import { skipPriority } from "../envelopes/printk.ts";
import { ascii } from "./bytes.ts";
import { TAG_HEADS, TEXT_HEADS } from "./heads.ts";

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

const CLASSES = GAUGES.slice(0, LIMIT_CLASS_COUNT).map((gauge, index) => {
  const words = gauge.replaceAll("_", " ").replace("rst", "RST");
  return { gauge: index, bytes: ascii(` ${words} response from `) };
});
const byGauge = (gauge: Gauge) => CLASSES[GAUGES.indexOf(gauge)]!;
const TCP_RESET = byGauge("tcp_reset");
const CLOSED_PORT = byGauge("closed_port_rst");
const OPEN_PORT = byGauge("open_port_rst");
const ICMP_UNREACH = byGauge("icmp_unreach");
const ICMP_PING = byGauge("icmp_ping");
const ICMP_TSTAMP = byGauge("icmp_tstamp");
const ICMP6_UNREACH = byGauge("icmp6_unreach");
const SCTP_OOTB = byGauge("sctp_ootb");
const TO = ascii(" to ");
const PACKETS = ascii(" packets");
const PER_SECOND = ascii(" per second");
const SLASH_SEC = ascii("/sec");

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
    if (!TAG_HEADS.mayBegin(bytes, tag)) return this.#drop(bytes, tag, limit);
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
    if (tag + 8 > limit || TAG_HEADS.mayBegin(bytes, tag)) return FAST_UNSURE;
    return this.#drop(bytes, tag, limit);
  }

  #readText(bytes: Uint8Array, text: number, limit: number): number {
    const isLimiting = packed(bytes, text) === LIMI && packed(bytes, text + 4) === TING;
    if (!isLimiting) {
      return TEXT_HEADS.mayBegin(bytes, text) ? FAST_UNSURE : this.#drop(bytes, text, limit);
    }
    const known = classAt(bytes, text + 9);
    if (known === undefined) return FAST_UNSURE;
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
    pos = after(bytes, pos, PACKETS);
    pos = after(bytes, pos, bytes[pos] === SPACE ? PER_SECOND : SLASH_SEC);
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
  if (pos < 0) return -1;
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

/** The one class that the text at `at` may name, by the bytes in which they differ. */
function classAt(bytes: Uint8Array, at: number): (typeof CLASSES)[number] | undefined {
  switch (bytes[at]) {
    case 0x74: // tcp
      return TCP_RESET;
    case 0x63: // closed
      return CLOSED_PORT;
    case 0x6f: // open
      return OPEN_PORT;
    case 0x73: // sctp
      return SCTP_OOTB;
    case 0x69: // icmp
      break;
    default:
      return undefined;
  }
  switch (bytes[at + 5]) {
    case 0x75:
      return ICMP_UNREACH;
    case 0x70:
      return ICMP_PING;
    case 0x74:
      return ICMP_TSTAMP;
    default:
      return ICMP6_UNREACH;
  }
}
