import { utcZone, type Zone } from "../../../lib/domain/zone.ts";
import { isValidStamp, resolveStamp, Stamp, STAMP_YEARLESS } from "../envelopes/stamp.ts";
import { monthOf } from "../envelopes/date.ts";

const SPACE = 0x20;
const ZERO = 0x30;
const DAY_KEYS = 13 * 32;

/**
 * RFC 3164 dates at the speed of digits: the year and the start of each day are worked out once per
 * day of the log. Answers NaN where the general reader must decide: other zones than UTC, and the
 * one day in which the year itself changes with the hour.
 */
export class FastDate {
  readonly #referenceMs: number;
  readonly #isUtc: boolean;
  readonly #stamp = new Stamp();
  /** Start of the day by month and day; 0 is not worked out yet. */
  readonly #dayStartMs = new Float64Array(DAY_KEYS);

  constructor(referenceMs: number, zone: Zone) {
    this.#referenceMs = referenceMs;
    this.#isUtc = zone === utcZone;
  }

  /** Milliseconds since 1970 UTC of the 15 bytes at `at`, whose blanks and colons were checked. */
  read(bytes: Uint8Array, at: number): number {
    if (!this.#isUtc) return Number.NaN;
    const tens = bytes[at + 4] === SPACE ? 0 : bytes[at + 4]! - ZERO;
    const ones = bytes[at + 5]! - ZERO;
    const hours = bytes[at + 7]! - ZERO;
    const hour = bytes[at + 8]! - ZERO;
    const minutes = bytes[at + 10]! - ZERO;
    const minute = bytes[at + 11]! - ZERO;
    const seconds = bytes[at + 13]! - ZERO;
    const second = bytes[at + 14]! - ZERO;
    // Below zero where any field has something else than its digits.
    const isOff =
      (tens | (3 - tens) | ones | (9 - ones) | hours | (2 - hours) | hour | (9 - hour)) < 0;
    const isOver =
      (minutes |
        (5 - minutes) |
        minute |
        (9 - minute) |
        seconds |
        (5 - seconds) |
        second |
        (9 - second)) <
      0;
    const month = monthOf(bytes[at]!, bytes[at + 1]!, bytes[at + 2]!);
    const hourOfDay = hours * 10 + hour;
    if (isOff || isOver || month === 0 || hourOfDay > 23) return Number.NaN;
    const day = tens * 10 + ones;
    const key = month * 32 + day;
    const known = this.#dayStartMs[key]!;
    const dayStartMs = known === 0 ? this.#learn(key, month, day) : known;
    const secondOfDay = (hourOfDay * 60 + minutes * 10 + minute) * 60 + seconds * 10 + second;
    return dayStartMs + secondOfDay * 1_000;
  }

  #learn(key: number, month: number, day: number): number {
    const stamp = this.#stamp;
    stamp.shape = STAMP_YEARLESS;
    stamp.month = month;
    stamp.day = day;
    stamp.hour = stamp.minute = stamp.second = stamp.millisecond = 0;
    if (!isValidStamp(stamp)) return Number.NaN;
    const firstMs = resolveStamp(stamp, this.#referenceMs, utcZone);
    stamp.hour = 23;
    stamp.minute = stamp.second = 59;
    const lastMs = resolveStamp(stamp, this.#referenceMs, utcZone);
    const isOneYear = lastMs - firstMs === 86_399_000;
    if (isOneYear) this.#dayStartMs[key] = firstMs;
    return isOneYear ? firstMs : Number.NaN;
  }
}
