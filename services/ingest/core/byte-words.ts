import { ascii } from "./bytes.ts";

const NEWLINE = 0x0a;
const NEWLINES = 0x0a0a0a0a;
const ONES = 0x01010101;
const HIGH_BITS = 0x80808080 | 0;

/** A literal of four bytes or more as big-endian words; the last one overlaps to end with it. */
export interface Words {
  readonly length: number;
  readonly values: Int32Array;
  readonly offsets: Int32Array;
}

export function words(literal: string): Words {
  const bytes = ascii(literal);
  const view = new DataView(bytes.buffer);
  const offsets: number[] = [];
  for (let at = 0; at + 4 <= bytes.length; at += 4) offsets.push(at);
  if (bytes.length % 4 !== 0) offsets.push(bytes.length - 4);
  return {
    length: bytes.length,
    values: Int32Array.from(offsets, (at) => view.getInt32(at)),
    offsets: Int32Array.from(offsets),
  };
}

/** Whether the literal stands at `at`; all of its bytes must lie inside the view. */
export function standsAt(view: DataView, at: number, literal: Words): boolean {
  const { values, offsets } = literal;
  for (let i = 0; i < values.length; i++) {
    if (view.getInt32(at + offsets[i]!) !== values[i]) return false;
  }
  return true;
}

/** The bytes of a buffer as machine words, for one search over them after the other. */
export class NewlineFinder {
  #bytes: Uint8Array = new Uint8Array(0);
  #words: Int32Array = new Int32Array(0);
  /** Bytes of the first word that lie in front of the buffer. */
  #lead = 0;

  open(bytes: Uint8Array): void {
    this.#bytes = bytes;
    this.#lead = bytes.byteOffset & 3;
    const words = (this.#lead + bytes.length) >> 2;
    this.#words = new Int32Array(bytes.buffer, bytes.byteOffset - this.#lead, words);
  }

  /**
   * The first newline in [from, limit), or -1: eight bytes at a time, since most of a log is the
   * rest of lines that are not ours (bench/parse.bench.ts).
   */
  find(from: number, limit: number): number {
    const bytes = this.#bytes;
    const words = this.#words;
    const lead = this.#lead;
    let at = from;
    for (; ((at + lead) & 3) !== 0; at++) if (bytes[at] === NEWLINE) return at < limit ? at : -1;
    let word = (at + lead) >> 2;
    for (const end = ((limit + lead) >> 2) - 1; word < end; word += 2) {
      const one = words[word]! ^ NEWLINES;
      const two = words[word + 1]! ^ NEWLINES;
      // A byte that was a newline is zero now: only then does the borrow set its high bit.
      if (((one - ONES) & ~one & HIGH_BITS) !== 0) break;
      if (((two - ONES) & ~two & HIGH_BITS) !== 0) break;
    }
    at = (word << 2) - lead;
    while (at < limit && bytes[at] !== NEWLINE) at++;
    return at < limit ? at : -1;
  }
}
