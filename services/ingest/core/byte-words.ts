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

/**
 * The first newline in [from, limit), or -1: sixteen bytes at a time, since most of a log is the
 * rest of lines that are not ours (bench/parse.bench.ts).
 */
export function newlineFrom(bytes: Uint8Array, view: DataView, from: number, limit: number) {
  let at = from;
  for (const end = limit - 16; at <= end; at += 16) {
    const one = view.getInt32(at, true) ^ NEWLINES;
    const two = view.getInt32(at + 4, true) ^ NEWLINES;
    const three = view.getInt32(at + 8, true) ^ NEWLINES;
    const four = view.getInt32(at + 12, true) ^ NEWLINES;
    // A byte that was a newline is zero now: only then does the borrow set its high bit.
    const first = (one - ONES) & ~one & HIGH_BITS;
    const second = (two - ONES) & ~two & HIGH_BITS;
    const third = (three - ONES) & ~three & HIGH_BITS;
    const fourth = (four - ONES) & ~four & HIGH_BITS;
    if ((first | second | third | fourth) === 0) continue;
    if (first !== 0) return at + zeroByte(first);
    if (second !== 0) return at + 4 + zeroByte(second);
    return third !== 0 ? at + 8 + zeroByte(third) : at + 12 + zeroByte(fourth);
  }
  while (at < limit && bytes[at] !== NEWLINE) at++;
  return at < limit ? at : -1;
}

/** Which byte the lowest bit says was zero: a borrow reaches only those behind it. */
function zeroByte(bits: number): number {
  return (31 - Math.clz32(bits & -bits)) >> 3;
}
