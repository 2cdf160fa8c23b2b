import { epochMsOf } from "../../../lib/domain/time.ts";

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const MONTH = `(${MONTHS.join("|")})`;
const TIME = "([0-9]{2}):([0-9]{2}):([0-9]{2})";

/** `Sun, 06 Nov 1994 08:49:37 GMT` */
const IMF_DATE = new RegExp(`^[A-Z][a-z]{2}, ([0-9]{2}) ${MONTH} ([0-9]{4}) ${TIME} GMT$`);
/** `Sunday, 06-Nov-94 08:49:37 GMT` */
const RFC850_DATE = new RegExp(`^[A-Z][a-z]+day, ([0-9]{2})-${MONTH}-([0-9]{2}) ${TIME} GMT$`);
/** `Sun Nov  6 08:49:37 1994` */
const ASCTIME_DATE = new RegExp(`^[A-Z][a-z]{2} ${MONTH} ([ 0-9][0-9]) ${TIME} ([0-9]{4})$`);

/**
 * How long a header Retry-After asks to wait, in milliseconds from `nowMs`; never negative. Null
 * when it is neither seconds nor one of the three dates of RFC 9110 sections 5.6.7 and 10.2.3.
 */
export function retryAfterMs(header: string, nowMs: number): number | null {
  const text = header.trim();
  if (/^[0-9]{1,10}$/.test(text)) return Number(text) * 1_000;
  const atMs = httpDateMs(text, nowMs);
  return Number.isNaN(atMs) ? null : Math.max(0, atMs - nowMs);
}

function httpDateMs(text: string, nowMs: number): number {
  const imf = IMF_DATE.exec(text);
  if (imf !== null) return dateMs(imf[3], imf[2], imf[1], imf.slice(4));
  const asctime = ASCTIME_DATE.exec(text);
  if (asctime !== null) return dateMs(asctime[6], asctime[1], asctime[2], asctime.slice(3, 6));
  const rfc850 = RFC850_DATE.exec(text);
  if (rfc850 === null) return Number.NaN;
  const inCentury = (century: number) =>
    dateMs(String(century + Number(rfc850[3])), rfc850[2], rfc850[1], rfc850.slice(4));
  // RFC 9110: more than 50 years ahead means the century before.
  const aheadMaxMs = 50 * 365.25 * 86_400_000;
  return inCentury(2000) - nowMs > aheadMaxMs ? inCentury(1900) : inCentury(2000);
}

function dateMs(
  year: string | undefined,
  month: string | undefined,
  day: string | undefined,
  time: readonly string[],
): number {
  const [hour = 0, minute = 0, second = 0] = time.map(Number);
  const dayNumber = Number(day);
  if (dayNumber < 1 || dayNumber > 31 || hour > 23 || minute > 59 || second > 60) {
    return Number.NaN;
  }
  const monthNumber = MONTHS.indexOf(month ?? "") + 1;
  return epochMsOf(Number(year), monthNumber, dayNumber, hour, minute, second);
}
