import { ascii, equals } from "../core/bytes.ts";

/** Not the first word of a kernel text. */
export const NOT_TORN = 0;
/** A first word that a blank follows in the text. */
export const TORN_AT_BLANK = 1;
/** A first word that a colon and a blank follow in the text. */
export const TORN_AT_COLON = 2;

const BEFORE_BLANK = ["Limiting", "last", "Last"].map(ascii);
const BEFORE_COLON = ["TCP", "sonewconn", "nf_conntrack", "ip_conntrack", "net_ratelimit"].map(
  ascii,
);

/**
 * Whether a header field is really the first word of a kernel text that came without a header:
 * rsyslog and syslog-ng take the first words for host and program (shippers.md section 10, b and
 * f).
 */
export function tornWord(bytes: Uint8Array, start: number, end: number): number {
  if (BEFORE_BLANK.some((word) => equals(bytes, start, end, word))) return TORN_AT_BLANK;
  if (BEFORE_COLON.some((word) => equals(bytes, start, end, word))) return TORN_AT_COLON;
  return NOT_TORN;
}

/** The torn words and the text behind the header as one piece again. */
export function joinTorn(
  bytes: Uint8Array,
  wordsStart: number,
  wordsEnd: number,
  textStart: number,
  textEnd: number,
): Uint8Array {
  const colon = tornWord(bytes, wordsStart, wordsEnd) === TORN_AT_COLON;
  const gap = colon ? 2 : 1;
  const wordsLength = wordsEnd - wordsStart;
  const joined = new Uint8Array(wordsLength + gap + Math.max(0, textEnd - textStart)).fill(0x20);
  joined.set(bytes.subarray(wordsStart, wordsEnd), 0);
  if (colon) joined[wordsLength] = 0x3a;
  joined.set(bytes.subarray(textStart, textEnd), wordsLength + gap);
  return joined;
}
