import { blockOf, LEVEL_UNUSED_BITS } from "./baseline.ts";
import { BitStream, bitsOf, unzigzag, zigzag } from "./bit-stream.ts";
import { SampleTimes, UNUSUAL } from "./sample-times.ts";
import * as seriesWords from "./series-words.ts";
import { SIZE_BITS } from "./spilling-words.ts";

/** Local constants are part of the code; imported ones are looked up at every use. */
const { ALL_SLOTS, BLOCK, COUNT, FLAGS, HEAD, IN_USE, LATEST, MEASURED, sampleAt } = seriesWords;
const { SAMPLE_WORDS, SAMPLES, SAMPLES_KEPT, SECOND, SLOTS, SUMS, VALUES, WAS_HOT } = seriesWords;

/** More than any series takes: 53 numbers of 37 bits, and eight samples of ten words. */
const PACKED_WORDS_MAX = 160;
/** The head in its bits: whose block it is, samples, WAS_HOT, times written out, then two masks. */
const COUNT_SHIFT = SIZE_BITS;
const COUNT_MASK = 0xf;
const HOT_SHIFT = COUNT_SHIFT + 4;
const UNUSUAL_SHIFT = HOT_SHIFT + 1;
const MOVING_SHIFT = UNUSUAL_SHIFT + 1;
const KNOWN_SHIFT = MOVING_SHIFT + SLOTS;
const HEAD_BITS = KNOWN_SHIFT + SLOTS;
/** Of all: what is counted from MEASURED on, then the block. Behind these come those by slot. */
const PLAIN = WAS_HOT - MEASURED;
const PLAIN_NUMBERS = PLAIN + 2;
const NUMBERS_MAX = PLAIN_NUMBERS + 5 * SLOTS;
/** A level that is not known, as its bits, and as it is packed; beside it one of 0. */
const UNKNOWN = new Uint32Array(new Float32Array([Number.NaN]).buffer)[0]!;
const PACKED_UNKNOWN = 0;
const PACKED_ZERO = 1;

/**
 * A series at rest, in a fifth of the bits. Of samples the newest is as it is; of the older ones
 * there is what each counter grew by over all of them, and how far its growth from one to the next
 * is from its share of that by time: next to nothing. Equal series are equal when packed.
 */
export class SeriesPacking {
  /** What was packed; the low SIZE_BITS bits belong to whoever keeps it. */
  readonly room = new Uint32Array(PACKED_WORDS_MAX);
  readonly #bits = new BitStream();
  readonly #numbers = new Int32Array(NUMBERS_MAX);
  readonly #times = new SampleTimes();
  /**
   * By age of a sample: how much more or less a counter grew from it to the newer one, 0, -1, 1, -2
   * and so on as 0 to 3.
   */
  readonly #residues = new Int32Array(SAMPLES_KEPT);

  /** Answers how many words of `room` the series at `base` takes. */
  pack(words: Uint32Array, base: number): number {
    const bits = this.#bits;
    const { samples } = this.#times;
    const count = words[base + COUNT]!;
    for (let age = 0; age < count; age++) samples[age] = sampleAt(words, base, count - 1 - age);
    const leastMs = this.#times.read(words, count);
    const moving = this.#movingSlots(words, count);
    const known = knownSlots(words, base, moving);
    bits.begin(this.room, 0);
    const isUnusual = leastMs === UNUSUAL;
    const head = (count << COUNT_SHIFT) | (words[base + WAS_HOT]! << HOT_SHIFT);
    const masks = (moving << MOVING_SHIFT) | (known << KNOWN_SHIFT);
    bits.put(head | (isUnusual ? 1 << UNUSUAL_SHIFT : 0) | masks, HEAD_BITS);
    const written = isUnusual ? count : Math.min(1, count);
    for (let age = 0; age < written; age++) {
      bits.put(words[samples[age]! + SECOND]!, 32);
      bits.put(words[samples[age]! + FLAGS]!, 32);
    }
    bits.putNumbers(this.#numbers, this.#gather(words, base, leastMs, moving, known));
    if (count < 2) return bits.end;
    if (!isUnusual) this.#times.put(bits, leastMs, count);
    this.#times.share(count);
    this.#putResidues(words, moving, count);
    return bits.end;
  }

  /** The series at `base` from the words at `at`: all but the room of samples it does not have. */
  unpack(from: Uint32Array, at: number, words: Uint32Array, base: number): void {
    const bits = this.#bits;
    const { samples } = this.#times;
    bits.begin(from, at);
    const head = bits.take(HEAD_BITS);
    const count = (head >>> COUNT_SHIFT) & COUNT_MASK;
    const isUnusual = ((head >>> UNUSUAL_SHIFT) & 1) === 1;
    const moving = (head >>> MOVING_SHIFT) & ALL_SLOTS;
    const known = (head >>> KNOWN_SHIFT) & ALL_SLOTS;
    words[base + HEAD] = 0;
    words[base + COUNT] = count;
    words[base + WAS_HOT] = (head >>> HOT_SHIFT) & 1;
    const newest = base + SAMPLES + (count - 1) * SAMPLE_WORDS;
    for (let age = 0; age < count; age++) samples[age] = newest - age * SAMPLE_WORDS;
    const written = isUnusual ? count : Math.min(1, count);
    for (let age = 0; age < written; age++) {
      words[samples[age]! + SECOND] = bits.take(32);
      words[samples[age]! + FLAGS] = bits.take(32);
    }
    bits.takeNumbers(this.#numbers, PLAIN_NUMBERS + 3 * onesIn(known) + 2 * onesIn(moving));
    const stands = this.#scatter(words, base, known);
    if (count > 1) {
      if (isUnusual) this.#times.read(words, count);
      else this.#times.take(bits, this.#numbers[PLAIN + 1]!, words, count);
      this.#times.share(count);
    }
    this.#takeValues(words, stands, moving, count);
  }

  /** Answers how many numbers there are. */
  #gather(words: Uint32Array, base: number, leastMs: number, moving: number, known: number) {
    const numbers = this.#numbers;
    const count = words[base + COUNT]!;
    for (let at = 0; at < PLAIN; at++) numbers[at] = words[base + MEASURED + at]!;
    numbers[PLAIN] = zigzag(words[base + BLOCK]! - this.#newestBlock(words, count));
    numbers[PLAIN + 1] = count < 2 || leastMs === UNUSUAL ? 0 : leastMs;
    let end = PLAIN_NUMBERS;
    for (let slot = 0; slot < SLOTS; slot++) {
      if (((known >>> slot) & 1) === 0) continue;
      // What was learnt, and of what is in use how it differs from that.
      const latest = packedLevel(words[base + LATEST + slot]!);
      numbers[end] = words[base + SUMS + slot]!;
      numbers[end + 1] = latest;
      numbers[end + 2] = zigzag(packedLevel(words[base + IN_USE + slot]!) - latest);
      end += 3;
    }
    for (let slot = 0; slot < SLOTS; slot++) {
      if (((moving >>> slot) & 1) === 0) continue;
      // Where each counter stands, and what it grew by over all samples.
      const newest = words[this.#times.samples[0]! + VALUES + slot]!;
      numbers[end] = newest;
      numbers[end + 1] = zigzag(
        (newest - words[this.#times.samples[count - 1]! + VALUES + slot]!) | 0,
      );
      end += 2;
    }
    return end;
  }

  /** All but the samples; answers where the numbers of those begin. */
  #scatter(words: Uint32Array, base: number, known: number): number {
    const numbers = this.#numbers;
    for (let at = 0; at < PLAIN; at++) words[base + MEASURED + at] = numbers[at]!;
    words[base + BLOCK] =
      unzigzag(numbers[PLAIN]!) + this.#newestBlock(words, words[base + COUNT]!);
    let from = PLAIN_NUMBERS;
    for (let slot = 0; slot < SLOTS; slot++) {
      const isKnown = ((known >>> slot) & 1) === 1;
      const latest = isKnown ? numbers[from + 1]! : PACKED_ZERO;
      words[base + SUMS + slot] = isKnown ? numbers[from]! : 0;
      words[base + LATEST + slot] = unpackedLevel(latest);
      const inUse = isKnown ? latest + unzigzag(numbers[from + 2]!) : latest;
      words[base + IN_USE + slot] = unpackedLevel(inUse);
      if (isKnown) from += 3;
    }
    return from;
  }

  /** Nearly always the block at hand: the newest sample began it or came later. */
  #newestBlock(words: Uint32Array, count: number): number {
    return count === 0 ? 0 : blockOf(words[this.#times.samples[0]! + SECOND]!);
  }

  #putResidues(words: Uint32Array, moving: number, count: number): void {
    const { samples, shares } = this.#times;
    const residues = this.#residues;
    for (let slot = 0; slot < SLOTS; slot++) {
      if (((moving >>> slot) & 1) === 0) continue;
      let value = words[samples[0]! + VALUES + slot]! | 0;
      const growth = (value - words[samples[count - 1]! + VALUES + slot]!) | 0;
      let all = 0;
      for (let age = 1; age < count; age++) {
        const older = words[samples[age]! + VALUES + slot]! | 0;
        const residue = zigzag((value - older - ((growth * shares[age]!) | 0)) | 0);
        residues[age] = residue;
        all |= residue;
        value = older;
      }
      this.#bits.putAlike(residues, count, bitsOf(all));
    }
  }

  #takeValues(words: Uint32Array, stands: number, moving: number, count: number): void {
    const { samples, shares } = this.#times;
    const residues = this.#residues;
    const numbers = this.#numbers;
    let stand = stands;
    for (let slot = 0; slot < SLOTS; slot++) {
      if (((moving >>> slot) & 1) === 0) {
        for (let age = 0; age < count; age++) words[samples[age]! + VALUES + slot] = 0;
        continue;
      }
      let value = numbers[stand]!;
      const growth = unzigzag(numbers[stand + 1]!);
      stand += 2;
      words[samples[0]! + VALUES + slot] = value;
      if (count > 1) this.#bits.takeAlike(residues, count);
      for (let age = 1; age < count; age++) {
        const share = (growth * shares[age]!) | 0;
        value = (value - share - unzigzag(residues[age]!)) | 0;
        words[samples[age]! + VALUES + slot] = value;
      }
    }
  }

  /** Slots that are not 0 in all samples. */
  #movingSlots(words: Uint32Array, count: number): number {
    const { samples } = this.#times;
    let moving = 0;
    for (let slot = 0; slot < SLOTS; slot++) {
      let age = 0;
      while (age < count && words[samples[age]! + VALUES + slot] === 0) age++;
      if (age < count) moving |= 1 << slot;
    }
    return moving;
  }
}

/** Slots of which something is known but that they are and were 0. */
function knownSlots(words: Uint32Array, base: number, moving: number): number {
  let known = moving;
  for (let slot = 0; slot < SLOTS; slot++) {
    const some =
      words[base + SUMS + slot]! | words[base + LATEST + slot]! | words[base + IN_USE + slot]!;
    if (some !== 0) known |= 1 << slot;
  }
  return known;
}

function onesIn(mask: number): number {
  let ones = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) ones += 1;
  return ones;
}

function packedLevel(level: number): number {
  return level === UNKNOWN ? PACKED_UNKNOWN : (level >>> LEVEL_UNUSED_BITS) + 1;
}

function unpackedLevel(packed: number): number {
  return packed === PACKED_UNKNOWN ? UNKNOWN : (packed - 1) << LEVEL_UNUSED_BITS;
}
