/** Four bytes as the shape of a date has them: `9` is any digit, anything else is itself. */
interface Shape {
  readonly mask: number;
  readonly carry: number;
  readonly value: number;
}

function shape(text: string): Shape {
  const word = (byteOf: (character: string) => number) =>
    [...text].reduce((value, character) => (value << 8) | byteOf(character), 0);
  const isDigit = (character: string) => character === "9";
  return {
    mask: word((character) => (isDigit(character) ? 0xf0 : 0xff)),
    carry: word((character) => (isDigit(character) ? 6 : 0)),
    value: word((character) => (isDigit(character) ? 0x30 : character.charCodeAt(0))),
  };
}

/** A byte from `0` to `9` keeps its upper half when 6 is added, `:` to `?` do not. */
function fits(word: number, { mask, carry, value }: Shape): boolean {
  return (word & mask) === value && ((word + carry) & mask) === value;
}

const DAY = shape("99 9");
const SHORT_DAY = shape(" 9 9");
const MINUTE = shape("9:99");
const SECOND = shape(":99 ");
const YEAR = shape("9999");
const MONTH = shape("-99-");
const DAY_AND_HOUR = shape("99T9");

const MONTHS = Int32Array.from(
  ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
  (month) => [...`${month} `].reduce((word, letter) => (word << 8) | letter.charCodeAt(0), 0),
);

/** `Nov `, as the four bytes that an RFC 3164 date begins with. */
export function isMonth(word: number): boolean {
  return MONTHS.includes(word);
}

/** What follows the month: `20 08:30:00 ` or ` 9 08:30:00 `, twelve bytes at `at`. */
export function isDayAndTime(view: DataView, at: number): boolean {
  const day = view.getInt32(at);
  if (!fits(day, DAY) && !fits(day, SHORT_DAY)) return false;
  return fits(view.getInt32(at + 4), MINUTE) && fits(view.getInt32(at + 8), SECOND);
}

/** `2026-11-20T08:30:00`, nineteen bytes at `at`. */
export function isIsoDate(view: DataView, at: number): boolean {
  return (
    fits(view.getInt32(at), YEAR) &&
    fits(view.getInt32(at + 4), MONTH) &&
    fits(view.getInt32(at + 8), DAY_AND_HOUR) &&
    fits(view.getInt32(at + 12), MINUTE) &&
    fits(view.getInt32(at + 15), MINUTE)
  );
}
