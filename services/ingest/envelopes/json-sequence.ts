import { CLOSE_BRACE, CLOSE_BRACKET, OPEN_BRACE, OPEN_BRACKET, QUOTE } from "../core/bytes.ts";

const BACKSLASH = 0x5c;
const COMMA = 0x2c;

/**
 * Walks over JSON objects that follow each other with or without blanks between them, or stand in
 * arrays. It finds where each ends; whether it is good JSON its reader tells. O(length) in all.
 */
export class JsonSequence {
  /** Range of the object that next() has found, or where it found none. */
  start = 0;
  end = 0;
  readonly #bytes: Uint8Array;
  #isInArray = false;
  #needsComma = false;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  next(): "object" | "end" | "bad" {
    const bytes = this.#bytes;
    for (let at = this.end; at < bytes.length; at++) {
      const byte = bytes[at]!;
      this.start = at;
      this.end = at;
      if (isWhitespace(byte)) continue;
      if (byte === OPEN_BRACE && !this.#needsComma) return this.#find(at);
      if (!this.#step(byte)) return "bad";
    }
    this.start = bytes.length;
    this.end = bytes.length;
    return this.#isInArray ? "bad" : "end";
  }

  /** Brackets and commas around objects; false where one may not stand. */
  #step(byte: number): boolean {
    if (!this.#isInArray) {
      this.#isInArray = byte === OPEN_BRACKET;
      return this.#isInArray;
    }
    if (byte === CLOSE_BRACKET) {
      this.#isInArray = false;
      this.#needsComma = false;
      return true;
    }
    const isDue = byte === COMMA && this.#needsComma;
    this.#needsComma = false;
    return isDue;
  }

  #find(start: number): "object" | "bad" {
    const bytes = this.#bytes;
    let depth = 0;
    for (let at = start; at < bytes.length; at++) {
      const byte = bytes[at]!;
      if (byte === QUOTE) at = stringEnd(bytes, at);
      else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth += 1;
      else if ((byte === CLOSE_BRACE || byte === CLOSE_BRACKET) && --depth === 0) {
        this.end = at + 1;
        this.#needsComma = this.#isInArray;
        return "object";
      }
    }
    this.end = bytes.length;
    return "bad";
  }
}

/** Where the string that begins at `at` has its closing quote. */
function stringEnd(bytes: Uint8Array, at: number): number {
  for (let end = at + 1; end < bytes.length; end++) {
    if (bytes[end] === BACKSLASH) end += 1;
    else if (bytes[end] === QUOTE) return end;
  }
  return bytes.length;
}

function isWhitespace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
