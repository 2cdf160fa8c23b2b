/** One row of a table, as text. */
export interface CsvRow {
  readonly fields: readonly string[];
  /** Where the next row begins. */
  readonly end: number;
}

const QUOTE = 0x22;
const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;

const decoder = new TextDecoder();

/**
 * The row of RFC 4180 that begins at `start`; null where its end has not been read yet. A quoted
 * field may hold separators, doubled quotes and newlines; one whose quote never ends is torn, and
 * ends with its line; a quote inside an unquoted field is text.
 */
export function readRow(
  bytes: Uint8Array,
  start: number,
  end: number,
  separator: number,
  isLast: boolean,
): CsvRow | null {
  const fields: string[] = [];
  let at = start;
  for (;;) {
    let text = "";
    if (at < end && bytes[at] === QUOTE) {
      const close = closingQuote(bytes, at + 1, end);
      // The last byte read may be the first half of a doubled quote.
      const isWhole = close >= 0 && close + 1 < end;
      if (!isWhole && !isLast) return null;
      const stop = close < 0 ? endOfField(bytes, at + 1, end, NEWLINE) : close;
      text = decoder.decode(bytes.subarray(at + 1, stop)).replaceAll('""', '"');
      at = close < 0 ? stop : stop + 1;
    }
    const stop = endOfField(bytes, at, end, separator);
    if (stop === end && !isLast) return null;
    const isRowEnd = stop === end || bytes[stop] === NEWLINE;
    const isCrlf = isRowEnd && stop > at && bytes[stop - 1] === CARRIAGE_RETURN;
    fields.push(text + decoder.decode(bytes.subarray(at, isCrlf ? stop - 1 : stop)));
    at = Math.min(stop + 1, end);
    if (isRowEnd) return { fields, end: at };
  }
}

/** The quote that ends the field that began before `from`; -1 where it has not been read. */
function closingQuote(bytes: Uint8Array, from: number, end: number): number {
  let at = bytes.indexOf(QUOTE, from);
  while (at >= 0 && at + 1 < end && bytes[at + 1] === QUOTE) at = bytes.indexOf(QUOTE, at + 2);
  return at >= end ? -1 : at;
}

function endOfField(bytes: Uint8Array, from: number, end: number, separator: number): number {
  let at = from;
  while (at < end && bytes[at] !== separator && bytes[at] !== NEWLINE) at++;
  return at;
}
