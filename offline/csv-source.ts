import { Trouble } from "../lib/process/trouble.ts";
import { LIMITS } from "../services/ingest/limits.ts";
import { csvColumns, type CsvColumns, lineOfRow, MESSAGE_COLUMN_NAMES } from "./csv-columns.ts";
import { type CsvRow, readRow } from "./csv-row.ts";
import { WrappedSource } from "./wrapped-source.ts";

const NEWLINE = 0x0a;
const CHUNK_BYTES = 64 * 1024;
/** What stands for a line of the file that is no row of its own: it is counted as not ours. */
const NO_ROW = ",\n";
/** What stands for a row that is longer than anything real: it is rejected as such. */
const TOO_LONG = `${"-".repeat(LIMITS.lineBytesMax + 1)}\n`;

/**
 * A SIEM's export as JSON lines, in the project's own form of a line. Every line of the file stays
 * one line, so that positions and counts are the file's: a row that spans three becomes one of JSON
 * and two that say nothing.
 */
export class CsvSource extends WrappedSource {
  readonly #encoder = new TextEncoder();
  #columns: CsvColumns | null = null;
  #input: Buffer = Buffer.alloc(CHUNK_BYTES);
  #start = 0;
  #end = 0;
  #isOver = false;
  /** The rest of a row that is too long is skipped up to the end of its line. */
  #isSkipping = false;
  #output: Uint8Array = new Uint8Array(0);

  async read(buffer: Uint8Array, at: number): Promise<number> {
    while (this.#output.length === 0) {
      if (this.#isOver && this.#start === this.#end) return 0;
      if (!this.#isOver) await this.#fill();
      this.#output = this.#encoder.encode(this.#convert());
    }
    const count = Math.min(this.#output.length, buffer.length - at);
    buffer.set(this.#output.subarray(0, count), at);
    this.#output = this.#output.subarray(count);
    return count;
  }

  async #fill(): Promise<void> {
    this.#input.copyWithin(0, this.#start, this.#end);
    this.#end -= this.#start;
    this.#start = 0;
    if (this.#end === this.#input.length) {
      const larger = Buffer.alloc(this.#input.length * 2);
      this.#input.copy(larger, 0, 0, this.#end);
      this.#input = larger;
    }
    const count = await this.bytes.read(this.#input, this.#end);
    this.#end += count;
    this.#isOver = count === 0;
  }

  /** The lines of every row that has been read to its end. */
  #convert(): string {
    let text = "";
    for (;;) {
      if (this.#isSkipping) this.#skip();
      if (this.#start === this.#end) return text;
      const line = this.#columns === null ? this.#header() : this.#row(this.#columns);
      if (line === null) return text;
      text += line;
    }
  }

  #header(): string | null {
    const newline = this.#input.subarray(this.#start, this.#end).indexOf(NEWLINE);
    const isRead = newline >= 0 || this.#isOver || this.#end > LIMITS.lineBytesMax;
    if (!isRead) return null;
    const stop = newline < 0 ? this.#end : this.#start + newline;
    this.#columns = csvColumns(this.#input.subarray(this.#start, stop), false);
    if (this.#columns === null) throw noMessageColumn(this.name);
    this.#start = Math.min(stop + 1, this.#end);
    return NO_ROW;
  }

  #row(columns: CsvColumns): string | null {
    const from = this.#start;
    const end = this.#end;
    const { separator } = columns;
    let row = readRow(this.#input, from, end, separator, this.#isOver);
    if (row === null && end - from <= LIMITS.jsonLineBytesMax) return null;
    row ??= this.#tornRow(separator);
    if (row === null) {
      this.#isSkipping = true;
      return TOO_LONG;
    }
    this.#start = row.end;
    const { fields } = row;
    if (fields.length === 1 && fields[0]?.trim() === "") return "\n";
    const line = JSON.stringify(lineOfRow(fields, columns));
    return `${line}\n${NO_ROW.repeat(newlinesIn(this.#input, from, row.end - 1))}`;
  }

  /** A row that never ends has lost a quote: its first line is all of it; null if that is long. */
  #tornRow(separator: number): CsvRow | null {
    const row = readRow(this.#input, this.#start, this.#end, separator, true);
    return row === null || row.end === this.#end ? null : row;
  }

  #skip(): void {
    const newline = this.#input.subarray(this.#start, this.#end).indexOf(NEWLINE);
    this.#isSkipping = newline < 0 && !this.#isOver;
    this.#start = newline < 0 ? this.#end : this.#start + newline + 1;
  }
}

function noMessageColumn(name: string): Trouble {
  return new Trouble(
    "csv_no_message_column",
    `${name}: its first row names no column that holds the line`,
    `call that column ${MESSAGE_COLUMN_NAMES}, or leave --format csv away`,
    2,
  );
}

function newlinesIn(bytes: Uint8Array, from: number, end: number): number {
  let count = 0;
  for (let at = from; at < end; at++) if (bytes[at] === NEWLINE) count++;
  return count;
}
