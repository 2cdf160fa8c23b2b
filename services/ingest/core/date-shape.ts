/** Four bytes as the shape of a date has them: `9` is any digit, anything else is itself. */
interface Shape {
  readonly mask: number;
  readonly carry: number;
  readonly value: number;
}

function wordOf(text: string, byteOf: (character: string) => number): number {
  return text.split("").reduce((word, character) => (word << 8) | byteOf(character), 0);
}

function shape(text: string): Shape {
  const word = (byteOf: (character: string) => number) => wordOf(text, byteOf);
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
  (month) => wordOf(`${month} `, (letter) => letter.charCodeAt(0)),
);

/**
 * Whether the sixteen bytes `Nov 20 08:30:00 ` or `Nov  9 08:30:00 ` stand somewhere. Lines of a
 * log share most of them with the line before, so what was found right once is only compared.
 */
export class BsdShape {
  /** How often a date was another one than the date before. */
  changes = 0;
  #month = 0;
  #day = 0;
  #minute = 0;
  #second = 0;

  standsAt(view: DataView, at: number): boolean {
    const month = view.getInt32(at);
    const day = view.getInt32(at + 4);
    const minute = view.getInt32(at + 8);
    const second = view.getInt32(at + 12);
    const isSame =
      second === this.#second &&
      minute === this.#minute &&
      day === this.#day &&
      month === this.#month;
    return isSame || this.#learn(month, day, minute, second);
  }

  #learn(month: number, day: number, minute: number, second: number): boolean {
    if (month !== this.#month && !MONTHS.includes(month)) return false;
    if (day !== this.#day && !fits(day, DAY) && !fits(day, SHORT_DAY)) return false;
    if (minute !== this.#minute && !fits(minute, MINUTE)) return false;
    if (second !== this.#second && !fits(second, SECOND)) return false;
    this.#month = month;
    this.#day = day;
    this.#minute = minute;
    this.#second = second;
    this.changes += 1;
    return true;
  }
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
