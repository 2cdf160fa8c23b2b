/**
 * Civil time without a clock and without Date: pure arithmetic on the proleptic Gregorian calendar.
 */

export const SECOND_MS = 1_000;
export const DAY_MS = 86_400_000;

/** Days since 1970-01-01 of a civil date; month 1 to 12. */
export function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra =
    yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

/** The inverse of daysFromCivil. */
export function civilFromDays(days: number): { year: number; month: number; day: number } {
  const z = days + 719_468;
  const era = Math.floor(z / 146_097);
  const dayOfEra = z - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1_460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthIndex = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * monthIndex + 2) / 5) + 1;
  const month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}

export function isLeapYear(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

/** Milliseconds since 1970 UTC; the fields must be in range. */
export function epochMsOf(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
): number {
  return (
    daysFromCivil(year, month, day) * DAY_MS + ((hour * 60 + minute) * 60 + second) * SECOND_MS
  );
}

/** `00` to `99`: an incident tells the times of up to a thousand hosts. */
const TWO_DIGITS = Array.from({ length: 100 }, (_, value) => String(value).padStart(2, "0"));

/** RFC 3339 UTC with milliseconds, as in every JSON of the contract. */
export function formatTime(epochMs: number): string {
  const { year, month, day } = civilFromDays(Math.floor(epochMs / DAY_MS));
  const milliseconds = Math.floor(epochMs) - Math.floor(epochMs / SECOND_MS) * SECOND_MS;
  const fraction = milliseconds === 0 ? "000" : String(milliseconds).padStart(3, "0");
  const date = `${String(year).padStart(4, "0")}-${TWO_DIGITS[month]}-${TWO_DIGITS[day]}`;
  return `${date}T${formatTimeOfDay(epochMs)}.${fraction}Z`;
}

/** `08:29:10`, for sentences; the sentence says UTC. */
export function formatTimeOfDay(epochMs: number): string {
  const second = Math.floor(epochMs / SECOND_MS) - Math.floor(epochMs / DAY_MS) * 86_400;
  const hour = TWO_DIGITS[Math.floor(second / 3_600)];
  return `${hour}:${TWO_DIGITS[Math.floor(second / 60) % 60]}:${TWO_DIGITS[second % 60]}`;
}
