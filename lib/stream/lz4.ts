import { UNPACKS_TO } from "./limits.ts";

/**
 * lz4 in its frame (LZ4 Frame Format 1.6.4), for reading: Java's clients and librdkafka write it.
 * Its checksums are passed by, since the record batch around it has one of its own.
 */
const MAGIC = 0x184d2204;
const VERSION_MASK = 0xc0;
const VERSION = 0x40;
const HAS_BLOCK_CHECKSUM = 0x10;
const HAS_CONTENT_SIZE = 0x08;
const HAS_CONTENT_CHECKSUM = 0x04;
const HAS_DICTIONARY = 0x01;
/** Magic, flags, how large blocks may be, and a checksum of those. */
const HEAD_BYTES = 7;
const CONTENT_SIZE_BYTES = 8;
const CHECKSUM_BYTES = 4;
/** A block of this bit is as it was. */
const IS_PLAIN = 0x80000000;
const MATCH_BYTES_MIN = 4;
/** Half a byte holds lengths below this; more bytes follow it. */
const LENGTH_IN_TOKEN_MAX = 15;
/** What is shorter is copied sooner than a call of copy begins; most literals are. */
const COPY_BYTES_MIN = 48;

/**
 * Throws what `tooLarge` makes where it would unpack to more than `bytesMax`, and a RangeError
 * where it is no lz4.
 */
export function unpackLz4(packed: Buffer, bytesMax: number, tooLarge: () => Error): Buffer {
  const flags = flagsOf(packed);
  const blockTail = (flags & HAS_BLOCK_CHECKSUM) === 0 ? 0 : CHECKSUM_BYTES;
  const unpacked = new Unpacked(packed, bytesMax, tooLarge);
  let at = HEAD_BYTES + ((flags & HAS_CONTENT_SIZE) === 0 ? 0 : CONTENT_SIZE_BYTES);
  for (;;) {
    const size = packed.readUInt32LE(at);
    at += 4;
    if (size === 0) break;
    const end = at + (size & ~IS_PLAIN);
    if (end > packed.length) throw new RangeError("an lz4 block is cut off");
    if (size >= IS_PLAIN) unpacked.addPlain(at, end);
    else unpacked.addBlock(at, end);
    at = end + blockTail;
  }
  at += (flags & HAS_CONTENT_CHECKSUM) === 0 ? 0 : CHECKSUM_BYTES;
  if (at !== packed.length) throw new RangeError(`${packed.length - at} bytes behind an lz4 frame`);
  return unpacked.bytes();
}

function flagsOf(packed: Buffer): number {
  if (packed.readUInt32LE(0) !== MAGIC) throw new RangeError("no lz4 frame");
  const flags = packed.readUInt8(4);
  if ((flags & VERSION_MASK) !== VERSION) throw new RangeError("an lz4 frame of another version");
  if ((flags & HAS_DICTIONARY) !== 0) throw new RangeError("an lz4 frame with a dictionary");
  return flags;
}

/** What came out so far; blocks may point back into those before them. */
class Unpacked {
  readonly #packed: Buffer;
  readonly #bytesMax: number;
  readonly #tooLarge: () => Error;
  #to: Buffer;
  #length = 0;

  constructor(packed: Buffer, bytesMax: number, tooLarge: () => Error) {
    this.#packed = packed;
    this.#bytesMax = bytesMax;
    this.#tooLarge = tooLarge;
    this.#to = Buffer.allocUnsafeSlow(Math.min(packed.length * UNPACKS_TO, bytesMax));
  }

  bytes(): Buffer {
    return this.#to.subarray(0, this.#length);
  }

  addPlain(start: number, end: number): void {
    const length = end - start;
    this.#makeRoom(length);
    const packed = this.#packed;
    const to = this.#to;
    const at = this.#length;
    if (length > COPY_BYTES_MIN) packed.copy(to, at, start, end);
    else for (let i = 0; i < length; i++) to[at + i] = packed[start + i]!;
    this.#length += length;
  }

  /** Sequences (LZ4 Block Format): literals, then a match; the last one has only literals. */
  addBlock(start: number, end: number): void {
    const packed = this.#packed;
    let at = start;
    const lengthOf = (inToken: number): number => {
      let length = inToken;
      for (let more = inToken === LENGTH_IN_TOKEN_MAX ? 255 : 0; more === 255; length += more) {
        if (at >= end) throw new RangeError("an lz4 length is cut off");
        more = packed[at++]!;
      }
      return length;
    };
    for (;;) {
      if (at >= end) throw new RangeError("an lz4 block ends with a match");
      const token = packed[at++]!;
      const literals = lengthOf(token >>> 4);
      if (at + literals > end) throw new RangeError("lz4 literals are cut off");
      this.addPlain(at, at + literals);
      at += literals;
      if (at === end) return;
      if (at + 2 > end) throw new RangeError("an lz4 match is cut off");
      const offset = packed.readUInt16LE(at);
      at += 2;
      this.#addMatch(offset, lengthOf(token & LENGTH_IN_TOKEN_MAX) + MATCH_BYTES_MIN);
    }
  }

  #addMatch(offset: number, length: number): void {
    const from = this.#length - offset;
    if (offset === 0 || from < 0) throw new RangeError("an lz4 match points before the start");
    this.#makeRoom(length);
    const to = this.#to;
    const at = this.#length;
    // Forwards: a match may reach into what it writes, which is how runs are packed.
    for (let i = 0; i < length; i++) to[at + i] = to[from + i]!;
    this.#length += length;
  }

  #makeRoom(bytes: number): void {
    const needed = this.#length + bytes;
    if (needed <= this.#to.length) return;
    if (needed > this.#bytesMax) throw this.#tooLarge();
    const larger = Buffer.allocUnsafeSlow(Math.min(needed * 2, this.#bytesMax));
    this.#to.copy(larger, 0, 0, this.#length);
    this.#to = larger;
  }
}
