import { utcZone, type Zone } from "../../../lib/domain/zone.ts";
import { isValidStamp, resolveStamp, Stamp, STAMP_YEARLESS } from "../envelopes/stamp.ts";
import { monthOf } from "../envelopes/date.ts";

const SPACE = 0x20;
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
    const tens = bytes[at + 4]!;
    const day = (tens === SPACE ? 0 : tens - 0x30) * 10 + bytes[at + 5]! - 0x30;
    const hour = (bytes[at + 7]! - 0x30) * 10 + bytes[at + 8]! - 0x30;
    const minute = (bytes[at + 10]! - 0x30) * 10 + bytes[at + 11]! - 0x30;
    const second = (bytes[at + 13]! - 0x30) * 10 + bytes[at + 14]! - 0x30;
    if (!areDigits(bytes, at)) return Number.NaN;
    const month = monthOf(bytes[at]!, bytes[at + 1]!, bytes[at + 2]!);
    const key = month * 32 + day;
    if (month === 0 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 59) {
      return Number.NaN;
    }
    const known = this.#dayStartMs[key]!;
    const dayStartMs = known === 0 ? this.#learn(key, month, day) : known;
    return dayStartMs + ((hour * 60 + minute) * 60 + second) * 1_000;
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

/** The second digit of each field; a first digit out of range fails the checks of the caller. */
function areDigits(bytes: Uint8Array, at: number): boolean {
  return (
    isDigit(bytes[at + 5]!) &&
    isDigit(bytes[at + 7]!) &&
    isDigit(bytes[at + 8]!) &&
    isDigit(bytes[at + 10]!) &&
    isDigit(bytes[at + 11]!) &&
    isDigit(bytes[at + 13]!) &&
    isDigit(bytes[at + 14]!) &&
    (bytes[at + 4] === SPACE || isDigit(bytes[at + 4]!))
  );
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}
