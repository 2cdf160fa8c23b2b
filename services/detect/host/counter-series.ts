import { SeriesPacking } from "./series-packing.ts";
import { LATEST, SAMPLES, SERIES_WORDS } from "./series-words.ts";
import { HOME_WORDS, SpillingWords } from "./spilling-words.ts";

export const NO_SERIES = -1;

/**
 * What is known of a series at rest, in words: its key, then the rest of it packed. The first is
 * the host's next series plus one, and whether its boot has a name.
 */
const NEXT = 0;
const IS_NAMED = 0x8000_0000;
const SAMPLER = 1;
/** Hash of the boot's name, or the second in which it booted. */
const BOOT = 2;
/** Nothing while it is open for the first time. Behind the key, because who finds it reads on. */
const PACKED = 3;
const RESTING_WORDS = PACKED + HOME_WORDS;

/** Series come by the thousand, so that growth never copies. */
const SEGMENT_SHIFT = 10;
const SEGMENT_SERIES = 1 << SEGMENT_SHIFT;

/** More than one host has at once: whoever works on a host may hold them all. */
const OPEN_MAX = 8;

/** Who reads which boot. */
export interface SeriesKey {
  /** Hash of who samples. */
  readonly sampler: number;
  /** Hash of the boot's name; 0 where the system has none for it. */
  readonly boot: number;
  /**
   * When it booted as its uptime says, in seconds since 1970 UTC; 0 where that is not known, or not
   * asked for because the boot has a name.
   */
  readonly bootSecond: number;
}

/**
 * The newest samples and the baseline of each counter series. A series is what one sampler reads of
 * one boot of one host. Those last asked for are open, in words (series-words.ts); all others rest
 * in a fifth of the bytes: of a million hosts nearly all rest.
 */
export class CounterSeries {
  /** Every series' number is below; some may be free. */
  size = 0;
  live = 0;
  /** All open series, one after the other; `base` says where each begins. */
  readonly words = new Uint32Array(OPEN_MAX * SERIES_WORDS);
  /** The same memory, for levels. */
  readonly floats = new Float32Array(this.words.buffer);
  readonly #resting: Uint32Array[] = [];
  readonly #spilling = new SpillingWords();
  readonly #packing = new SeriesPacking();
  /** By place: which series is open there, and when it was asked for last. */
  readonly #open = new Int32Array(OPEN_MAX).fill(NO_SERIES);
  readonly #askedAt = new Float64Array(OPEN_MAX);
  #asked = 0;
  /** Asked for last: nearly all ask for it again. */
  #last = NO_SERIES;
  #lastBase = 0;
  #free = NO_SERIES;

  /** The number of a series whose words are all zero and whose levels are unknown. */
  create({ sampler, boot, bootSecond }: SeriesKey): number {
    const series = this.#take();
    this.live += 1;
    const keys = this.#restingOf(series);
    const key = restingAt(series);
    keys[key + NEXT] = boot === 0 ? 0 : IS_NAMED;
    keys[key + PACKED] = 0;
    keys[key + SAMPLER] = sampler;
    keys[key + BOOT] = boot === 0 ? bootSecond : boot;
    const base = this.#place(series);
    this.words.fill(0, base, base + SERIES_WORDS);
    this.floats.fill(Number.NaN, base + LATEST, base + SAMPLES);
    return series;
  }

  release(series: number): void {
    const place = this.#open.indexOf(series);
    if (place >= 0) this.#open[place] = NO_SERIES;
    if (this.#last === series) this.#last = NO_SERIES;
    const keys = this.#restingOf(series);
    this.#spilling.release(keys, restingAt(series) + PACKED);
    keys[restingAt(series) + NEXT] = this.#free + 1;
    this.#free = series;
    this.live -= 1;
  }

  /** Offset of the first word of a series, good until a few others were asked for. */
  base(series: number): number {
    return series === this.#last ? this.#lastBase : this.#find(series);
  }

  key(series: number): SeriesKey {
    const keys = this.#restingOf(series);
    const key = restingAt(series);
    const isNamed = keys[key + NEXT]! >= IS_NAMED;
    return {
      sampler: keys[key + SAMPLER]!,
      boot: isNamed ? keys[key + BOOT]! : 0,
      bootSecond: isNamed ? 0 : keys[key + BOOT]!,
    };
  }

  isOf(series: number, { sampler, boot, bootSecond }: SeriesKey, withinSeconds: number): boolean {
    const keys = this.#restingOf(series);
    const key = restingAt(series);
    const isNamed = keys[key + NEXT]! >= IS_NAMED;
    if (keys[key + SAMPLER] !== sampler || isNamed !== (boot !== 0)) return false;
    if (isNamed) return keys[key + BOOT] === boot;
    return Math.abs(keys[key + BOOT]! - bootSecond) <= withinSeconds;
  }

  isBootKnown(series: number): boolean {
    return this.#restingOf(series)[restingAt(series) + NEXT]! >= IS_NAMED;
  }

  /** The host's next series, or NO_SERIES. */
  next(series: number): number {
    return (this.#restingOf(series)[restingAt(series) + NEXT]! & ~IS_NAMED) - 1;
  }

  link(series: number, next: number): void {
    const keys = this.#restingOf(series);
    const named = keys[restingAt(series) + NEXT]! & IS_NAMED;
    keys[restingAt(series) + NEXT] = named | (next + 1);
  }

  /** All but the key, packed: equal for equal series. Good until the next call. */
  packed(series: number): Uint8Array {
    const { room } = this.#packing;
    const length = this.#packing.pack(this.words, this.base(series));
    return new Uint8Array(room.buffer, 0, length * Uint32Array.BYTES_PER_ELEMENT);
  }

  /** What `packed` gave away. */
  restore(series: number, packed: Uint8Array): void {
    const { room } = this.#packing;
    // To make room for it may pack another one, in the same place.
    const base = this.base(series);
    new Uint8Array(room.buffer).set(packed);
    this.#packing.unpack(room, 0, this.words, base);
  }

  #take(): number {
    const free = this.#free;
    if (free !== NO_SERIES) {
      this.#free = this.next(free);
      return free;
    }
    const series = this.size++;
    if (series >>> SEGMENT_SHIFT === this.#resting.length) {
      // Who reads bits looks at the word behind the last one too.
      this.#resting.push(new Uint32Array(SEGMENT_SERIES * RESTING_WORDS + 1));
    }
    return series;
  }

  #find(series: number): number {
    let place = 0;
    while (place < OPEN_MAX && this.#open[place] !== series) place++;
    if (place < OPEN_MAX) {
      this.#askedAt[place] = ++this.#asked;
      this.#last = series;
      this.#lastBase = place * SERIES_WORDS;
      return this.#lastBase;
    }
    const base = this.#place(series);
    const keys = this.#restingOf(series);
    const packed = restingAt(series) + PACKED;
    if (this.#spilling.isHome(keys, packed)) {
      this.#packing.unpack(keys, packed, this.words, base);
    } else {
      const { room } = this.#packing;
      this.#spilling.copy(keys, packed, room);
      this.#packing.unpack(room, 0, this.words, base);
    }
    return base;
  }

  /** A place for a series; the one that was not asked for the longest rests from now on. */
  #place(series: number): number {
    let place = 0;
    for (let other = 1; other < OPEN_MAX; other++) {
      if (this.#askedAt[other]! < this.#askedAt[place]!) place = other;
    }
    const before = this.#open[place]!;
    const base = place * SERIES_WORDS;
    if (before !== NO_SERIES) {
      const length = this.#packing.pack(this.words, base);
      const { room } = this.#packing;
      this.#spilling.put(this.#restingOf(before), restingAt(before) + PACKED, room, length);
    }
    this.#open[place] = series;
    this.#askedAt[place] = ++this.#asked;
    this.#last = series;
    this.#lastBase = base;
    return base;
  }

  #restingOf(series: number): Uint32Array {
    return this.#resting[series >>> SEGMENT_SHIFT]!;
  }
}

function restingAt(series: number): number {
  return (series & (SEGMENT_SERIES - 1)) * RESTING_WORDS;
}
