import { COUNTED, slotOf } from "../../../lib/domain/counted.ts";
import { type HostReadings, NUMBER_KINDS } from "../../../lib/domain/host-readings.ts";
import { BLIND_SPOTS, blindSpotOf } from "../../../lib/domain/posture.ts";
import { IS_LIMITING, IS_RATE, PRESENT_SHIFT, WIDE_SHIFT } from "./series-words.ts";

const COUNTER = NUMBER_KINDS.indexOf("counter");
const GAUGE = NUMBER_KINDS.indexOf("gauge");
const POSTURE = NUMBER_KINDS.indexOf("posture");
/** How a collector that keeps no counters calls its rates. */
const RATE_PREFIX = "perSecond.";
const NO_SLOT = -1;
/** Settings come after all slots. */
const FIRST_SETTING = 64;
/** Preferred least: rates count only where a sample has no counters. */
const RATE_RANK = 64;
const UINT32_VALUES = 2 ** 32;

/**
 * What of a reading the gauges look at: one value a slot, its low 32 bits. One object serves all
 * readings: `read` moves it.
 */
export class ReadingSlots {
  readonly values = new Float64Array(COUNTED.length);
  /** Bits of BLIND_SPOTS that the reading holds a setting for, and of those the ones that blind. */
  settings = 0;
  blind = 0;
  /** Of a sample: which slots it holds, which are beyond 2^32, and whether they are rates. */
  flags = 0;
  readonly #ranks = new Uint8Array(COUNTED.length);
  /** By index of a name in the dictionary of the readings at hand. */
  #readings: HostReadings | null = null;
  #slots = new Int8Array(64);
  #rankOfName = new Uint8Array(64);
  #osFlags = new Uint32Array(64);
  #known = 0;

  /** False where no gauge looks at any of it. */
  read(readings: HostReadings, index: number): boolean {
    this.#learnNames(readings);
    this.flags = 0;
    this.settings = 0;
    this.blind = 0;
    const { name, value, end } = readings;
    const to = end[index]!;
    for (let at = index === 0 ? 0 : end[index - 1]!; at < to; at++) {
      const slot = this.#slots[name[at]!]!;
      if (slot === NO_SLOT) continue;
      if (slot >= FIRST_SETTING) {
        this.#takeSetting(slot - FIRST_SETTING, value[at]!);
        continue;
      }
      const rank = this.#rankOfName[name[at]!]!;
      const isHeld = ((this.flags >>> (PRESENT_SHIFT + slot)) & 1) === 1;
      if (isHeld && this.#ranks[slot]! <= rank) continue;
      this.#take(slot, rank, value[at]!);
      this.flags |= this.#osFlags[name[at]!]!;
    }
    if (this.flags === 0) return false;
    this.#keepOneKind();
    return true;
  }

  #takeSetting(spot: number, value: number): void {
    this.settings |= 1 << spot;
    if (BLIND_SPOTS[spot]!.isBlind(value)) this.blind |= 1 << spot;
  }

  #take(slot: number, rank: number, value: number): void {
    this.#ranks[slot] = rank;
    this.values[slot] = value % UINT32_VALUES;
    this.flags |= 1 << (PRESENT_SHIFT + slot);
    if (value >= UINT32_VALUES) this.flags |= 1 << (WIDE_SHIFT + slot);
    else this.flags &= ~(1 << (WIDE_SHIFT + slot));
  }

  /** Counters win over rates: a slot that holds a rate beside them is left out. */
  #keepOneKind(): void {
    let counters = 0;
    let rates = 0;
    for (let slot = 0; slot < COUNTED.length; slot++) {
      if (((this.flags >>> (PRESENT_SHIFT + slot)) & 1) === 0) continue;
      if (this.#ranks[slot]! >= RATE_RANK) rates |= 1 << slot;
      else counters |= 1 << slot;
    }
    if (counters === 0) this.flags |= IS_RATE;
    else this.flags &= ~((rates << PRESENT_SHIFT) | (rates << WIDE_SHIFT));
  }

  /** Dictionaries grow while a batch is filled, and never change. */
  #learnNames(readings: HostReadings): void {
    if (readings !== this.#readings) {
      this.#readings = readings;
      this.#known = 0;
    }
    const { names } = readings;
    if (names.length > this.#slots.length) this.#grow(names.length);
    for (; this.#known < names.length; this.#known++) {
      const { kind, name } = names[this.#known]!;
      const spot = kind === POSTURE ? blindSpotOf(name) : -1;
      const isRate = kind === GAUGE && name.startsWith(RATE_PREFIX);
      const found =
        kind === COUNTER ? slotOf(name) : isRate ? slotOf(name.slice(RATE_PREFIX.length)) : null;
      if (spot >= 0) this.#slots[this.#known] = FIRST_SETTING + spot;
      else this.#slots[this.#known] = found === null ? NO_SLOT : found.slot;
      this.#osFlags[this.#known] = found?.os === "freebsd" ? IS_LIMITING : 0;
      this.#rankOfName[this.#known] = found === null ? 0 : found.rank + (isRate ? RATE_RANK : 0);
    }
  }

  #grow(names: number): void {
    this.#slots = new Int8Array(names * 2);
    this.#rankOfName = new Uint8Array(names * 2);
    this.#osFlags = new Uint32Array(names * 2);
    this.#known = 0;
  }
}
