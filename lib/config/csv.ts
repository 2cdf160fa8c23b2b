/** One record of a CSV file; a quoted field may span lines. */
export interface CsvRecord {
  /** The line it begins on, from 1. */
  readonly line: number;
  readonly fields: readonly string[];
  /** A quote that never ends, or text behind one. */
  readonly torn: boolean;
}

/** A quoted field that is longer lost its closing quote. */
const FIELD_CHARS_MAX = 65_536;

/** RFC 4180, with LF, CRLF or CR, a byte order mark, and empty lines skipped. */
export function* readCsv(text: string): Generator<CsvRecord> {
  let at = text.startsWith("\uFEFF") ? 1 : 0;
  let line = 1;
  while (at < text.length) {
    const beginsOn = line;
    const fields: string[] = [];
    let torn = false;
    for (;;) {
      let field = "";
      const isQuoted = text[at] === '"';
      if (isQuoted) {
        const end = endOfQuoted(text, at + 1);
        torn ||= end - at > FIELD_CHARS_MAX;
        field = torn ? "" : text.slice(at + 1, end).replaceAll('""', '"');
        line += field.split("\n").length - 1;
        torn ||= end === text.length;
        at = Math.min(end + 1, text.length);
      }
      const end = endOfField(text, at);
      torn ||= isQuoted && end > at;
      fields.push(field + text.slice(at, end));
      at = end;
      if (text[at] !== ",") break;
      at++;
    }
    if (text[at] === "\r") at++;
    if (text[at] === "\n") at++;
    line++;
    const isEmpty = fields.length === 1 && fields[0]?.trim() === "";
    if (!isEmpty || torn) yield { line: beginsOn, fields, torn };
  }
}

/** Where the closing quote stands; the length of the text where there is none. */
function endOfQuoted(text: string, from: number): number {
  let at = text.indexOf('"', from);
  while (at >= 0 && text[at + 1] === '"') at = text.indexOf('"', at + 2);
  return at < 0 ? text.length : at;
}

function endOfField(text: string, from: number): number {
  let at = from;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === 0x2c || code === 0x0a || code === 0x0d) break;
    at++;
  }
  return at;
}
