import { wordBytes } from "./byte-blocks.ts";
import {
  BLOCK,
  COUNT,
  FLAGS,
  FROZEN,
  HEAD,
  HOT,
  IN_USE,
  LATEST,
  LEARNT,
  MEASURED,
  MS_MASK,
  sampleAt,
  SAMPLE_WORDS,
  SAMPLES,
  SECOND,
  SLOTS,
  SUMS,
  VALUES,
  WAS_HOT,
} from "./series-words.ts";

/** More than any series takes: 30 words in five bytes each, and eight samples of ten. */
const PACKED_BYTES_MAX = 608;
/** In place of how the milliseconds differ, where more than those do. */
const OTHER_FLAGS = 0;
const ALL_SLOTS = (1 << SLOTS) - 1;
/** A level that is not known, as its bits. */
const UNKNOWN = new Uint32Array(new Float32Array([Number.NaN]).buffer)[0]!;

/**
 * A series at rest, in about a third of the bytes: numbers as long as they are, of samples the
 * newest as it is and each older one by how it differs from the one behind it.
 */
export class SeriesPacking {
  /** What was packed, from byte 1 on: the first belongs to whoever keeps it. */
  readonly room = wordBytes(PACKED_BYTES_MAX);
  readonly bytes = this.room.bytes;
  #from: Uint8Array = this.bytes;
  #at = 0;

  /** Answers where in `bytes` the series at `base` ends. */
  pack(words: Uint32Array, base: number): number {
    this.#at = 1;
    this.#put(words[base + COUNT]! * 2 + words[base + WAS_HOT]!);
    this.#put(words[base + BLOCK]!);
    this.#put(words[base + MEASURED]!);
    this.#put(words[base + HOT]!);
    this.#put(words[base + LEARNT]!);
    this.#put(words[base + FROZEN]!);
    this.#putSome(words, base + SUMS);
    this.#putLevels(words, base);
    const count = words[base + COUNT]!;
    for (let index = count - 1; index >= 0; index--) {
      const sample = sampleAt(words, base, index);
      if (index === count - 1) this.#putNewest(words, sample);
      else this.#putOlder(words, sample, sampleAt(words, base, index + 1));
    }
    return this.#at;
  }

  /** The series at `base` from the bytes at `at`: all but the room of samples it does not have. */
  unpack(from: Uint8Array, at: number, words: Uint32Array, base: number): void {
    this.#from = from;
    this.#at = at;
    const head = this.#take();
    const count = head >>> 1;
    words[base + HEAD] = 0;
    words[base + COUNT] = count;
    words[base + WAS_HOT] = head & 1;
    words[base + BLOCK] = this.#take();
    words[base + MEASURED] = this.#take();
    words[base + HOT] = this.#take();
    words[base + LEARNT] = this.#take();
    words[base + FROZEN] = this.#take();
    this.#takeSome(words, base + SUMS);
    this.#takeLevels(words, base);
    for (let index = count - 1; index >= 0; index--) {
      const sample = base + SAMPLES + index * SAMPLE_WORDS;
      if (index === count - 1) this.#takeNewest(words, sample);
      else {
        this.#takeHead(words, sample, sample + SAMPLE_WORDS);
        this.#takeGrowth(words, sample + VALUES, sample + SAMPLE_WORDS + VALUES);
      }
    }
  }

  #putNewest(words: Uint32Array, sample: number): void {
    this.#putWord(words[sample + SECOND]!);
    this.#putWord(words[sample + FLAGS]!);
    this.#putSome(words, sample + VALUES);
  }

  #takeNewest(words: Uint32Array, sample: number): void {
    words[sample + SECOND] = this.#takeWord();
    words[sample + FLAGS] = this.#takeWord();
    this.#takeSome(words, sample + VALUES);
  }

  #putOlder(words: Uint32Array, sample: number, newer: number): void {
    const flags = words[sample + FLAGS]!;
    const newerFlags = words[newer + FLAGS]!;
    this.#put(words[newer + SECOND]! - words[sample + SECOND]!);
    if (((flags ^ newerFlags) & ~MS_MASK) === 0) {
      this.#put(1 + zigzag((newerFlags & MS_MASK) - (flags & MS_MASK)));
    } else {
      this.#put(OTHER_FLAGS);
      this.#putWord(flags);
    }
    const { bytes } = this;
    const mask = this.#at;
    let at = mask + 1;
    let some = 0;
    for (let slot = 0; slot < SLOTS; slot++) {
      const growth = (words[newer + VALUES + slot]! - words[sample + VALUES + slot]!) | 0;
      if (growth === 0) continue;
      some |= 1 << slot;
      at = putAt(bytes, at, zigzag(growth));
    }
    bytes[mask] = some;
    this.#at = at;
  }

  #takeHead(words: Uint32Array, sample: number, newer: number): void {
    words[sample + SECOND] = words[newer + SECOND]! - this.#take();
    const flags = words[newer + FLAGS]!;
    const difference = this.#take();
    if (difference === OTHER_FLAGS) words[sample + FLAGS] = this.#takeWord();
    else {
      const ms = (flags & MS_MASK) - unzigzag(difference - 1);
      words[sample + FLAGS] = (flags & ~MS_MASK) | ms;
    }
  }

  /** Nearly every difference is one byte or two, which need no loop. */
  #takeGrowth(words: Uint32Array, values: number, newer: number): void {
    const from = this.#from;
    let at = this.#at;
    const some = from[at++]!;
    for (let slot = 0; slot < SLOTS; slot++) {
      let growth = 0;
      if (((some >>> slot) & 1) === 1) {
        growth = from[at++]!;
        if (growth > 0x7f) {
          const high = from[at++]!;
          growth = (growth & 0x7f) | ((high & 0x7f) << 7);
          if (high > 0x7f) {
            this.#at = at - 2;
            growth = this.#take();
            at = this.#at;
          }
        }
      }
      words[values + slot] = words[newer + slot]! - unzigzag(growth);
    }
    this.#at = at;
  }

  /** One word a slot; most are 0. */
  #putSome(words: Uint32Array, from: number): void {
    const { bytes } = this;
    const mask = this.#at;
    let at = mask + 1;
    let some = 0;
    for (let slot = 0; slot < SLOTS; slot++) {
      const word = words[from + slot]!;
      if (word === 0) continue;
      some |= 1 << slot;
      at = putAt(bytes, at, word);
    }
    bytes[mask] = some;
    this.#at = at;
  }

  #takeSome(words: Uint32Array, from: number): void {
    const some = this.#from[this.#at++]!;
    for (let slot = 0; slot < SLOTS; slot++) {
      words[from + slot] = ((some >>> slot) & 1) === 1 ? this.#take() : 0;
    }
  }

  /** What was learnt, and of what is in use only what differs from that. */
  #putLevels(words: Uint32Array, base: number): void {
    let isLatest = 0;
    for (let slot = 0; slot < SLOTS; slot++) {
      if (words[base + IN_USE + slot] === words[base + LATEST + slot]) isLatest |= 1 << slot;
    }
    this.#putLevelsOf(words, base + LATEST, 0);
    this.bytes[this.#at++] = isLatest;
    if (isLatest !== ALL_SLOTS) this.#putLevelsOf(words, base + IN_USE, isLatest);
  }

  #takeLevels(words: Uint32Array, base: number): void {
    this.#takeLevelsOf(words, base + LATEST, 0);
    const isLatest = this.#from[this.#at++]!;
    if (isLatest !== ALL_SLOTS) this.#takeLevelsOf(words, base + IN_USE, isLatest);
    for (let slot = 0; slot < SLOTS; slot++) {
      if (((isLatest >>> slot) & 1) === 1)
        words[base + IN_USE + slot] = words[base + LATEST + slot]!;
    }
  }

  /** Levels but those of `left`: most are unknown, or 0. */
  #putLevelsOf(words: Uint32Array, from: number, left: number): void {
    const masks = this.#at;
    this.#at += 2;
    let known = 0;
    let some = 0;
    for (let slot = 0; slot < SLOTS; slot++) {
      const level = words[from + slot]!;
      if (((left >>> slot) & 1) === 1 || level === UNKNOWN) continue;
      known |= 1 << slot;
      if (level === 0) continue;
      some |= 1 << slot;
      this.#putWord(level);
    }
    this.bytes[masks] = known;
    this.bytes[masks + 1] = some;
  }

  #takeLevelsOf(words: Uint32Array, from: number, left: number): void {
    const known = this.#from[this.#at++]!;
    const some = this.#from[this.#at++]!;
    for (let slot = 0; slot < SLOTS; slot++) {
      if (((left >>> slot) & 1) === 1) continue;
      if (((some >>> slot) & 1) === 1) words[from + slot] = this.#takeWord();
      else words[from + slot] = ((known >>> slot) & 1) === 1 ? 0 : UNKNOWN;
    }
  }

  #put(word: number): void {
    this.#at = putAt(this.bytes, this.#at, word);
  }

  #take(): number {
    const from = this.#from;
    let byte = from[this.#at++]!;
    let word = byte & 0x7f;
    for (let shift = 7; byte > 0x7f; shift += 7) {
      byte = from[this.#at++]!;
      word |= (byte & 0x7f) << shift;
    }
    return word >>> 0;
  }

  #putWord(word: number): void {
    for (let shift = 0; shift < 32; shift += 8) this.bytes[this.#at++] = word >>> shift;
  }

  #takeWord(): number {
    let word = 0;
    for (let shift = 0; shift < 32; shift += 8) word |= this.#from[this.#at++]! << shift;
    return word >>> 0;
  }
}

/** Seven bits a byte, the lowest first; answers where it ends. */
function putAt(bytes: Uint8Array, from: number, word: number): number {
  let at = from;
  let rest = word;
  while (rest > 0x7f) {
    bytes[at++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  bytes[at++] = rest;
  return at;
}

/** Small numbers of either sign as small ones: 0, -1, 1, -2, … */
function zigzag(word: number): number {
  return ((word << 1) ^ (word >> 31)) >>> 0;
}

function unzigzag(word: number): number {
  return (word >>> 1) ^ -(word & 1);
}
