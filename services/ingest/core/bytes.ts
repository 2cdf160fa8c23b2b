/** Bytes of one line in place: literals, digits, blanks and tokens, without making strings. */
export const TAB = 0x09;
export const SPACE = 0x20;
export const PLUS = 0x2b;
export const DASH = 0x2d;
export const SLASH = 0x2f;
export const COLON = 0x3a;
export const LESS = 0x3c;
export const GREATER = 0x3e;
export const OPEN_BRACKET = 0x5b;
export const CLOSE_BRACKET = 0x5d;
export const OPEN_BRACE = 0x7b;
export const CLOSE_BRACE = 0x7d;
export const QUOTE = 0x22;

/** The bytes of an ASCII literal. */
export function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

export function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

export function isLetter(byte: number | undefined): boolean {
  if (byte === undefined) return false;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x7a;
}

export function isBlank(byte: number | undefined): boolean {
  return byte === SPACE || byte === TAB;
}

export function startsWith(
  bytes: Uint8Array,
  pos: number,
  end: number,
  literal: Uint8Array,
): boolean {
  const length = literal.length;
  if (end - pos < length) return false;
  for (let i = 0; i < length; i++) if (bytes[pos + i] !== literal[i]) return false;
  return true;
}

export function equals(
  bytes: Uint8Array,
  start: number,
  end: number,
  literal: Uint8Array,
): boolean {
  return end - start === literal.length && startsWith(bytes, start, end, literal);
}

export function skipBlanks(bytes: Uint8Array, pos: number, end: number): number {
  while (pos < end && isBlank(bytes[pos])) pos++;
  return pos;
}

/** The first blank at or after `pos`, or `end`. */
export function tokenEnd(bytes: Uint8Array, pos: number, end: number): number {
  while (pos < end && !isBlank(bytes[pos])) pos++;
  return pos;
}

/** Where `literal` next begins in [pos, end), or -1; never looks beyond `end`. */
export function find(bytes: Uint8Array, pos: number, end: number, literal: Uint8Array): number {
  const first = literal[0];
  const last = end - literal.length;
  for (let at = pos; at <= last; at++)
    if (bytes[at] === first && startsWith(bytes, at, end, literal)) return at;
  return -1;
}

/** Where `byte` next is in [pos, end), or -1; never looks beyond `end`. */
export function findByte(bytes: Uint8Array, pos: number, end: number, byte: number): number {
  for (let at = pos; at < end; at++) if (bytes[at] === byte) return at;
  return -1;
}
