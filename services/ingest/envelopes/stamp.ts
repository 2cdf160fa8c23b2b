import { DAY_MS, civilFromDays, epochMsOf, isLeapYear } from "../../../lib/domain/time.ts";
import type { Zone } from "../../../lib/domain/zone.ts";
import { MAX_YEARLESS_AHEAD_MS } from "../core/limits.ts";

/** No time on the line. */
export const STAMP_NONE = 0;
/** A date is there, in words we do not read: time unknown, the rest of the line counts. */
export const STAMP_UNREADABLE = 1;
/** RFC 3164: month and day without a year, local time. */
export const STAMP_YEARLESS = 2;
/** A full date in local time. */
export const STAMP_LOCAL = 3;
/** A full date with its own offset. */
export const STAMP_OFFSET = 4;

/** A time as a line wrote it, field by field; resolved only for lines that are ours. Reused. */
export class Stamp {
  shape = STAMP_NONE;
  year = 0;
  month = 0;
  day = 0;
  hour = 0;
  minute = 0;
  second = 0;
  millisecond = 0;
  offsetMinutes = 0;

  reset(): void {
    this.shape = STAMP_NONE;
    this.millisecond = 0;
    this.offsetMinutes = 0;
  }
}

const DAYS_IN_MONTH = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Leap days lie at most 8 years apart (1896 to 1904, 2096 to 2104), plus the year ahead. */
const MAX_YEARS_BACK = 9;

/** False for February 30 or 25 o'clock: a date in shape only. Second 60 is a leap second. */
export function isValidStamp(stamp: Stamp): boolean {
  if (stamp.shape < STAMP_YEARLESS) return true;
  const days = DAYS_IN_MONTH[stamp.month - 1] ?? 0;
  if (stamp.day < 1 || stamp.day > days) return false;
  if (stamp.hour > 23 || stamp.minute > 59 || stamp.second > 60) return false;
  if (stamp.shape === STAMP_YEARLESS) return true;
  const leapDay = stamp.month === 2 && stamp.day === 29;
  return stamp.year >= 1970 && (!leapDay || isLeapYear(stamp.year));
}

/**
 * Milliseconds since 1970 UTC of a valid stamp; NaN where it has no readable time. A yearless time
 * takes the latest year in which it is not more than a day after the reference.
 */
export function resolveStamp(stamp: Stamp, referenceMs: number, zone: Zone): number {
  switch (stamp.shape) {
    case STAMP_YEARLESS:
      return resolveYearless(stamp, referenceMs, zone);
    case STAMP_LOCAL:
      return zone.toUtcMs(asIfUtc(stamp, stamp.year));
    case STAMP_OFFSET:
      return asIfUtc(stamp, stamp.year) - stamp.offsetMinutes * 60_000;
    default:
      return Number.NaN;
  }
}

function asIfUtc(stamp: Stamp, year: number): number {
  const { month, day, hour, minute, second, millisecond } = stamp;
  return epochMsOf(year, month, day, hour, minute, second) + millisecond;
}

function resolveYearless(stamp: Stamp, referenceMs: number, zone: Zone): number {
  const latest = referenceMs + MAX_YEARLESS_AHEAD_MS;
  const leapDay = stamp.month === 2 && stamp.day === 29;
  // A local date runs up to 14 hours ahead of UTC, so begin with the year of the day after.
  const from = yearOf(latest + DAY_MS);
  for (let year = from; year >= from - MAX_YEARS_BACK; year--) {
    if (leapDay && !isLeapYear(year)) continue;
    const utcMs = zone.toUtcMs(asIfUtc(stamp, year));
    if (utcMs <= latest) return utcMs;
  }
  return Number.NaN;
}

let cachedFromMs = Number.NaN;
let cachedToMs = Number.NaN;
let cachedYear = 0;

/** The year of a time; lines of one file nearly always share it, so the last answer is kept. */
function yearOf(epochMs: number): number {
  if (epochMs >= cachedFromMs && epochMs < cachedToMs) return cachedYear;
  cachedYear = civilFromDays(Math.floor(epochMs / DAY_MS)).year;
  cachedFromMs = epochMsOf(cachedYear, 1, 1, 0, 0, 0);
  cachedToMs = epochMsOf(cachedYear + 1, 1, 1, 0, 0, 0);
  return cachedYear;
}
